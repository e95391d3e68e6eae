import type { Diagnostic } from '../../model/diagnostic.ts';
import { checkFiles } from '../../pipeline/check-files.ts';
import { EXIT } from '../exit-codes.ts';
import { fileInput } from '../file-input.ts';
import type { Io } from '../io.ts';
import { reporter } from '../reporter.ts';
import type { Flags } from '../settings.ts';

/** `adc lint`: checks files alone; opens no socket and needs no token (contract §3). */
export async function lint(flags: Flags, io: Io): Promise<number> {
  const { value, diagnostics } = await checkFiles(fileInput(flags, io));
  const exitCode = value === undefined ? EXIT.failed : EXIT.done;
  const report = reporter('lint', flags, io);
  report.end({
    exitCode,
    diagnostics,
    text: value === undefined ? '' : okText(value.products.length, diagnostics),
  });
  return exitCode;
}

function okText(products: number, diagnostics: readonly Diagnostic[]): string {
  const but = diagnostics.length === 0 ? '' : ', with remarks';
  return `${products} product${products === 1 ? '' : 's'} checked: fine${but}.\n`;
}
