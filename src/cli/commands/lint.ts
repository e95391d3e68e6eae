import type { Diagnostic, Severity } from '../../model/diagnostic.ts';
import type { Command } from 'commander';
import { checkFiles } from '../../api/check-files.ts';
import { EXIT } from '../exit-codes.ts';
import { fileInput } from '../file-input.ts';
import type { Io } from '../io.ts';
import { lintRulesOf } from '../lint-rules.ts';
import { reporter } from '../reporter.ts';
import type { Flags } from '../settings.ts';

/** `adc lint [file...]`: checks files; opens no socket and needs no token (contract §3). */
export async function lint(flags: Flags, io: Io, { args }: Command): Promise<number> {
  const report = await reporter('lint', flags, io);
  const { value, diagnostics } = await checkFiles(
    fileInput(withFiles(flags, args), io, ownerOf(flags, io)),
    lintRulesOf(flags),
  );
  const exitCode = value === undefined ? EXIT.failed : EXIT.done;
  report.end({
    exitCode,
    diagnostics: diagnostics.filter(isShown(flags)),
    text: value === undefined ? '' : okText(value.products.length, diagnostics),
    more: { found: counts(diagnostics) },
  });
  return exitCode;
}

function withFiles(flags: Flags, args: readonly string[]): Flags {
  const { file = [] } = flags;
  return args.length === 0 ? flags : { ...flags, file: [...(file as readonly string[]), ...args] };
}

/** lint reads no .env: what it finds does not depend on where it runs. */
function ownerOf({ owner }: Flags, { env: { ADC_OWNER } }: Io): string | undefined {
  return typeof owner === 'string' ? owner : ADC_OWNER || undefined;
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** `--severity` says what is shown; what decides the exit code is an error, and always is. */
function isShown(flags: Flags): (one: Diagnostic) => boolean {
  const least = SEVERITIES.findIndex((one) => one === (flags['severity'] ?? 'info'));
  return ({ severity }) => SEVERITIES.indexOf(severity) <= least;
}

/** How many there are of each severity, shown or not. */
function counts(diagnostics: readonly Diagnostic[]): Readonly<Record<Severity, number>> {
  const count = (wanted: Severity) => diagnostics.filter(({ severity }) => severity === wanted).length;
  return { error: count('error'), warning: count('warning'), info: count('info') };
}

function okText(products: number, diagnostics: readonly Diagnostic[]): string {
  const but = diagnostics.length === 0 ? '' : '; see the notes';
  return `${products} product${products === 1 ? '' : 's'} checked, no problems found${but}\n`;
}
