import type { Admin } from '../../model/admin.ts';
import { asError } from '../../model/diagnostic-codes.ts';
import { hasErrors, type Diagnostic } from '../../model/diagnostic.ts';
import type { Target } from '../../model/live.ts';
import { checkFiles } from '../../api/check-files.ts';
import { withAdmin } from '../../api/connection.ts';
import { preflightPortal } from '../../api/preflight-portal.ts';
import { targetLine } from '../../report/target-line.ts';
import { plural } from '../../report/words.ts';
import { connectionOf, ownerOf, scopeOf } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import { fileInput } from '../file-input.ts';
import type { Io } from '../io.ts';
import { reporter } from '../reporter.ts';
import { Settings, type Flags } from '../settings.ts';

/** `adc validate`: lint, then read-only checks against the portal; `--strict` makes warnings errors (contract §3). */
export async function validate(flags: Flags, io: Io): Promise<number> {
  const report = await reporter('validate', flags, io);
  const settings = await Settings.read(flags, io);
  await settings.hideToken();
  const { value: declared, diagnostics: linted } = await checkFiles(fileInput(flags, io, ownerOf(settings)));
  const end = (found: readonly Diagnostic[], target?: Target): number => {
    const diagnostics = flags['strict'] === true ? found.map(asError) : found;
    const exitCode = hasErrors(diagnostics) ? EXIT.failed : EXIT.done;
    const text = exitCode === EXIT.done && target ? okText(declared?.products.length ?? 0, target) : '';
    report.end({ exitCode, diagnostics, text, ...(target && { more: { target: { ...target } } }) });
    return exitCode;
  };
  if (declared === undefined) return end(linted);
  const check = async (admin: Admin): Promise<number> => {
    const found = await preflightPortal(declared, admin, scopeOf(settings));
    return end([...linted, ...found], admin.target);
  };
  return withAdmin(await connectionOf(settings, io, declared.portal?.name), check);
}

function okText(products: number, target: Target): string {
  return `${targetLine(target)}\n${plural(products, 'product')} checked, no problems found. adc diff shows what sync would change and refuse.\n`;
}
