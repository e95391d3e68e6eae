import { printableJson } from '../lib/printable.ts';
import type { Json } from '../model/product.ts';
import { MAX_CHARACTERS, textBlock } from './markdown.ts';
import { tableText } from './page.ts';

/** The output and result of a command in one environment. */
export interface EnvironmentRun {
  readonly name: string;
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  /** The table cell of each product, by name; undefined if unknown. */
  readonly products: ReadonlyMap<string, string> | undefined;
}

interface Output {
  readonly stream: 'out' | 'err';
  readonly text: string;
}

/** A table of products and environments, then each report. In JSON, one document with all reports. */
export function environmentsReport(
  exitCode: number,
  runs: readonly EnvironmentRun[],
  format: string,
): readonly Output[] {
  if (format === 'json') {
    const errors = runs.map(({ err }) => ({ stream: 'err', text: err }) as const);
    return [...errors, { stream: 'out', text: json(exitCode, runs) }];
  }
  const table = tableOf(runs);
  if (format === 'markdown') return [{ stream: 'out', text: markdown(table, runs) }, ...runs.map(errorsOf)];
  const reports = runs.flatMap((run): readonly Output[] => [
    { stream: 'out', text: `\n${titleOf(run)}\n\n` },
    errorsOf(run),
    { stream: 'out', text: run.out },
  ]);
  return [{ stream: 'out', text: table }, ...reports];
}

const titleOf = ({ name, exitCode }: EnvironmentRun): string => `== ${name} (exit code ${exitCode}) ==`;
const errorsOf = ({ name, err }: EnvironmentRun): Output => ({
  stream: 'err',
  text: err === '' ? '' : `-- ${name} --\n${err}`,
});

function tableOf(runs: readonly EnvironmentRun[]): string {
  const names = [...new Set(runs.flatMap(({ products }) => [...(products?.keys() ?? [])]))];
  const cellOf = (product: string) => (run: EnvironmentRun) =>
    run.products === undefined ? 'unknown' : (run.products.get(product) ?? '');
  const rows = names.map((product) => [product, ...runs.map(cellOf(product))]);
  return tableText({ columns: ['product', ...runs.map(({ name }) => name)], rows });
}

/** The reports as one comment. Its first line is their marker, by which a bot finds its earlier comment. */
function markdown(table: string, runs: readonly EnvironmentRun[]): string {
  const marker = /^<!-- .* -->\n\n/.exec(runs[0]?.out ?? '')?.[0] ?? '';
  const head = `${marker}${textBlock(refusedFirst(table), MAX_CHARACTERS / 4)}\n`;
  return runs.reduce((text, run) => {
    const title = `\n## ${run.name} (exit code ${run.exitCode})\n\n`;
    const report = run.out.slice(run.out.startsWith(marker) ? marker.length : 0);
    const part =
      text.length + title.length + report.length > MAX_CHARACTERS - 100 * runs.length ? TOO_LONG : report;
    return text + title + part;
  }, head);
}

/** The characters that the report of the next environment can have in the comment of `count` environments. */
export function shareOfComment(runs: readonly EnvironmentRun[], count: number): number {
  const free = runs.reduce((rest, { out }) => rest - out.length, (MAX_CHARACTERS * 3) / 4 - 200 * count);
  return Math.floor(free / (count - runs.length));
}

/** The table with refused changes first: a comment may have no room for all of its rows. */
function refusedFirst(table: string): string {
  const [head = '', ...rows] = table.split('\n');
  const isRefused = (row: string): boolean => row.includes('(refused)');
  return [head, ...rows.filter(isRefused), ...rows.filter((row) => !isRefused(row))].join('\n');
}

const TOO_LONG = 'The report is too long for this comment: run adc with `--env` for this environment.\n';

function json(exitCode: number, runs: readonly EnvironmentRun[]): string {
  const document = {
    format: 'adc/environments',
    format_version: 1,
    exit_code: exitCode,
    environments: runs.map(({ name, exitCode: exit_code, out }) => ({
      name,
      exit_code,
      report: JSON.parse(out) as Json,
    })),
  };
  return printableJson(`${JSON.stringify(document, null, 2)}\n`);
}
