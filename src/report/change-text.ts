import { displayWidth, printable } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import type { OpenapiChange } from '../model/openapi-check.ts';
import { type Page, asItIs, type Paint } from './page.ts';
import { type DiffLine, shortened, shortenedPair, shownValue, textLines } from './value-text.ts';

const INDENT = '    ';
const DEEPER = `${INDENT}  `;
const NESTED = `${INDENT}    `;
const GAP = '  ';
const ARROW = ' -> ';
/** Maximum share of the width for paths, if not all values fit beside the longest path. */
const LONGEST_PATH = 0.4;
const MOST_OPENAPI_LINES = 20;
const MOST_TEXT_LINES = 40;

/**
 * The changed paths of one product, each on a line with the old and the new value, aligned and cut to the page.
 * Values that do not fit are on the next lines (docs/design/contract.md §5.4).
 * @param isNew omits the old values.
 */
export function changeLines(changes: readonly Change[], isNew: boolean, page: Page): readonly string[] {
  const rows = changes.map((change): Row => {
    const lines = textLines(isNew ? { ...change, before: '' } : change);
    const sides = lines === undefined ? sidesOf(change, isNew, page) : [];
    return { path: printable(change.path), sides, lines, openapi: change.openapi ?? [] };
  });
  const column = columnOf(rows, page.width);
  return rows.flatMap((row) => [
    ...(row.lines === undefined ? valueLines(row, column, page) : diffLines(row, row.lines, page)),
    ...openapiLines(row.openapi, page),
  ]);
}

interface Row {
  readonly path: string;
  readonly sides: readonly Side[];
  /** The diff of a text with several lines. */
  readonly lines: readonly DiffLine[] | undefined;
  readonly openapi: readonly OpenapiChange[];
}

/** The width of the path column: the longest path, or the longest of the short ones if a value would not fit. */
function columnOf(rows: readonly Row[], width: number): number {
  const paths = rows.map(({ path }) => displayWidth(path));
  const longest = Math.max(0, ...paths);
  const room = width - INDENT.length - longest - GAP.length;
  if (rows.every(({ sides }) => displayWidth(inOneLine(sides)) <= room)) return longest;
  return Math.max(0, ...paths.filter((path) => path <= width * LONGEST_PATH));
}

function valueLines({ path, sides }: Row, column: number, page: Page): readonly string[] {
  const label = `${INDENT}${path}${' '.repeat(Math.max(0, column - displayWidth(path)))}${GAP}`;
  if (displayWidth(label) + displayWidth(inOneLine(sides)) > page.width)
    return [`${INDENT}${path}`, ...sideLines(sides, page)];
  if (sides.length === 1) return sides.map(({ sign, text, paint }) => `${label}${paint(`${sign}${text}`)}`);
  return [`${label}${sides.map(({ text, paint }) => paint(text)).join(ARROW)}`];
}

/** The values beside a path if they fit, without colours. */
function inOneLine(sides: readonly Side[]): string {
  return sides.length === 1
    ? sides.map(({ sign, text }) => `${sign}${text}`).join('')
    : sides.map(({ text }) => text).join(ARROW);
}

interface Side {
  /** `+ ` or `- `; empty for a new product, and for a value that looks unchanged. */
  readonly sign: string;
  readonly text: string;
  readonly paint: Paint;
}

/** The path, and below it the lines of a text; only the first lines of a long one. */
function diffLines({ path }: Row, lines: readonly DiffLine[], { paints, width }: Page): readonly string[] {
  const paintOf = { '+': paints.added, '-': paints.removed, ' ': paints.dim };
  const shown = lines.slice(0, MOST_TEXT_LINES).map(({ sign, text }) => {
    const line = shortened(printable(text), width - DEEPER.length - 2);
    return `${DEEPER}${paintOf[sign](`${sign} ${line}`.trimEnd())}`;
  });
  const more = lines.length - MOST_TEXT_LINES;
  return [
    `${INDENT}${path}`,
    ...shown,
    ...(more > 0 ? [`${DEEPER}and ${more} more lines; --format json has them all`] : []),
  ];
}

/** The old and the new value; only one of them if the other has no value, or if both look the same. */
function sidesOf({ path, before, after }: Change, isNew: boolean, { paints }: Page): readonly Side[] {
  const { added, removed } = paints;
  const [old, now] = [before, after].map((value) =>
    value === undefined ? undefined : shownValue(path, value),
  );
  if (now !== undefined && (isNew || old === now))
    return [{ sign: '', text: now, paint: isNew ? added : asItIs }];
  return [
    ...(old === undefined ? [] : [{ sign: '- ', text: old, paint: removed }]),
    ...(now === undefined ? [] : [{ sign: '+ ', text: now, paint: added }]),
  ];
}

function sideLines(sides: readonly Side[], { width }: Page): readonly string[] {
  const room = width - DEEPER.length - (sides[0]?.sign.length ?? 0);
  const [first, second] = sides.map(({ text }) => text);
  const texts = shortenedPair(first ?? '', second ?? '', room);
  return sides.map(({ sign, paint }, index) => `${DEEPER}${paint(`${sign}${texts[index]}`)}`);
}

/** The differences inside an OpenAPI document; only the first ones of a long list. */
export function openapiLines(
  changes: readonly OpenapiChange[],
  { paints, width }: Pick<Page, 'paints' | 'width'>,
  indent = NESTED,
): readonly string[] {
  const { added, removed, changed, grave } = paints;
  const lines = changes.slice(0, MOST_OPENAPI_LINES).map(({ change, name, detail, breaking }) => {
    const [sign, paint]: readonly [string, Paint] = {
      added: ['+', added] as const,
      removed: ['-', removed] as const,
      changed: ['~', changed] as const,
    }[change];
    const shown = shortened(printable(detail === '' ? name : `${name}: ${detail}`), width - 26);
    return `${indent}${paint(`${sign} ${shown}`)}${breaking ? grave(' (breaks callers)') : ''}`;
  });
  const rest = changes.slice(MOST_OPENAPI_LINES);
  if (rest.length === 0) return lines;
  const breaking = rest.filter((change) => change.breaking).length;
  const more = `${indent}and ${rest.length} more`;
  const note =
    breaking === 0
      ? more
      : `${more} (${grave(`${breaking} ${breaking === 1 ? 'breaks' : 'break'} callers`)})`;
  return [...lines, `${note}; --format json has them all`];
}

const LONGEST = 160;
const MOST_LINES = 60;
const SIGNS = { added: '+', removed: '-', changed: '!' } as const;

/**
 * The changes of one product as lines of a `diff` block: old values with `-`, new ones with `+`, changed OpenAPI
 * operations with `!`, and texts line by line. Long values and lists are cut, with a note.
 * @param isNew omits the old values.
 */
export function changeDiff(changes: readonly Change[], isNew: boolean): readonly string[] {
  return cut(
    changes.flatMap((change) => [...sides(change, isNew), ...(change.openapi ?? []).map(openapiLine)]),
  );
}

/** The changes of an OpenAPI document as lines of a `diff` block. */
export function openapiDiff(changes: readonly OpenapiChange[]): readonly string[] {
  return cut(changes.map(openapiLine));
}

function cut(lines: readonly string[]): readonly string[] {
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `# and ${more} more lines`] : lines;
}

function sides(change: Change, isNew: boolean): readonly string[] {
  const { path, before, after } = change;
  const name = shortened(printable(path), LONGEST);
  const lines = textLines(change);
  if (lines !== undefined) {
    const diff = lines.map(({ sign, text }) => `${sign}   ${shortened(printable(text), LONGEST)}`.trimEnd());
    return [`  ${name}:`, ...diff];
  }
  const [old, now] = shortenedPair(
    before === undefined ? '' : shownValue(path, before),
    after === undefined ? '' : shownValue(path, after),
    LONGEST,
  );
  if (before !== undefined && old === now) return [`  ${name}: ${now}`];
  return [
    ...(before === undefined || isNew ? [] : [`- ${name}: ${old}`]),
    ...(after === undefined ? [] : [`+ ${name}: ${now}`]),
  ];
}

function openapiLine({ change, name, detail, breaking }: OpenapiChange): string {
  const shown = shortened(printable(detail === '' ? name : `${name}: ${detail}`), LONGEST);
  return `${SIGNS[change]}   ${shown}${breaking ? ' (breaks callers)' : ''}`;
}
