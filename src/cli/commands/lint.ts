import { Argument } from 'commander';
import { checkEnvironments } from '../../api/read-files.ts';
import { nearest } from '../../lib/nearest.ts';
import {
  DIAGNOSTIC_CODES,
  isAdjustable,
  isCode,
  type Diagnostic,
  type Severity,
} from '../../model/diagnostic.ts';
import { UsageError } from '../../model/errors.ts';
import { defineReport } from '../define-command.ts';
import { EXIT } from '../io.ts';
import { choice, flag, list } from '../options.ts';
import { FORMAT } from '../output.ts';
import { EACH_ENVIRONMENT, fileInput, FILES, GATEWAYS, inEach, PROJECT } from '../project.ts';

const SEVERITIES = ['error', 'warning', 'info'] as const;

/**
 * `adc lint [file...]`: checks files without a connection or a token (docs/design/contract.md §3). It reads no .env, so
 * its result does not depend on the machine.
 */
export const lint = defineReport({
  name: 'lint',
  summary: 'check product files offline',
  about:
    'Checks product files and their OpenAPI documents. It reports all problems at once, each with its place and a fix. It opens no connection and needs no token.',
  arguments: [new Argument('[file...]', 'product files, directories or globs, as with -f')],
  options: {
    severity: choice('--severity <least>', 'least severity to show', SEVERITIES, { fallback: 'info' }),
    strict: flag('--strict', 'treat warnings as errors'),
    rule: list(
      '--rule <code=level...>',
      'level of a diagnostic: off, info or warning; docs/reference/diagnostics.md lists the codes',
    ),
    ...FILES,
    ...GATEWAYS,
    ...FORMAT,
    ...PROJECT,
    ...EACH_ENVIRONMENT,
  },
  inEach: () => import('../each-environment.ts'),
  examples: [
    ['adc lint', 'check api-products.yaml'],
    ['adc lint -f products/ --format github', 'annotate files and lines on GitHub'],
  ],
  exits: { done: 'no errors', failed: 'errors in the files, or wrong usage' },
  run: async ({ options, args, io, report, project }) => {
    const inputs = inEach(project).map((one) =>
      fileInput({ ...options, file: [...options.file, ...args] }, io, one),
    );
    const levels = new Map(options.rule.map(ruleOf));
    const { value, diagnostics } = await checkEnvironments(inputs, {
      levels,
      strict: options.strict,
      anyPortal: true,
    });
    const exitCode = value === undefined ? EXIT.failed : EXIT.done;
    const names = new Set(value?.flatMap(({ products }) => products.map(({ body }) => body.name)));
    report.end({
      exitCode,
      diagnostics: diagnostics.filter(({ severity }) => isShown(severity, options.severity)),
      text: value === undefined ? '' : okText(names.size, inputs.length, diagnostics),
      products: value && new Map([...names].map((name) => [name, 'ok'])),
      more: { found: counts(diagnostics) },
    });
    return exitCode;
  },
});

/** Whether a diagnostic is shown. `--severity` does not affect the exit code. */
function isShown(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);
}

/** The number of diagnostics of each severity, shown or not. */
function counts(diagnostics: readonly Diagnostic[]): Readonly<Record<Severity, number>> {
  const count = (wanted: Severity) => diagnostics.filter(({ severity }) => severity === wanted).length;
  return { error: count('error'), warning: count('warning'), info: count('info') };
}

function okText(products: number, environments: number, diagnostics: readonly Diagnostic[]): string {
  const notes = diagnostics.length === 0 ? '' : '; see the notes';
  const where = environments === 1 ? '' : ` in ${environments} environments`;
  return `${products} product${products === 1 ? '' : 's'} checked${where}, no problems found${notes}\n`;
}

const LEVELS = ['off', 'info', 'warning'] as const;

/** @throws UsageError for an unknown code or level. */
function ruleOf(text: string): readonly [string, Severity | 'off'] {
  const [code = '', word, ...more] = text.split('=');
  const level = LEVELS.find((one) => one === word);
  if (!isCode(code)) throw unknownCode(code);
  if (!isAdjustable(code)) throw notAdjustable(code);
  if (level === undefined || more.length > 0) throw badLevel(text, code);
  return [code, level];
}

function unknownCode(code: string): UsageError {
  const near = nearest(code, Object.keys(DIAGNOSTIC_CODES));
  const hint =
    near === undefined ? 'docs/reference/diagnostics.md lists the codes.' : `Did you mean ${near}?`;
  return new UsageError(`--rule: there is no code ${JSON.stringify(code)}`, { hint });
}

function notAdjustable(code: string): UsageError {
  return new UsageError(`--rule: ${code} protects the portal and cannot be turned off`, {
    hint: 'Fix the problem itself; docs/reference/diagnostics.md lists the codes that can be turned off.',
  });
}

function badLevel(text: string, code: string): UsageError {
  return new UsageError(`--rule ${JSON.stringify(text)} names no level`, {
    hint: `Write ${LEVELS.map((level) => `${code}=${level}`).join(', ')}.`,
  });
}
