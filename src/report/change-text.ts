import { displayWidth } from '../lib/display-width.ts';
import { printable } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import type { OpenapiChange } from '../model/openapi-change.ts';
import type { Page } from './page.ts';
import { shortened, shortenedPair, valueText } from './value-text.ts';

const INDENT = '    ';
const NESTED = `${INDENT}    `;
const GAP = '  ';
const ARROW = ' -> ';
/** A side that has nothing at this path. */
const NOTHING = '(none)';
/** Columns that a path takes at most before its values go to the next line. */
const LONGEST_PATH = 44;
const MOST_OPENAPI_LINES = 20;

/**
 * The changed paths of one product, a line each with what was and what will be, aligned and cut to the page; a change
 * that needs more room has a line for each side (acceptance D7).
 * @param isNew leaves out what was before.
 */
export function changeLines(changes: readonly Change[], isNew: boolean, page: Page): readonly string[] {
  const widths = changes.map(({ path }) => displayWidth(printable(path)));
  const column = Math.max(0, ...widths.filter((width) => width <= LONGEST_PATH));
  return changes.flatMap((change) => [
    ...valueLines(change, isNew, column, page),
    ...openapiLines(change.openapi ?? [], page),
  ]);
}

function valueLines(change: Change, isNew: boolean, column: number, page: Page): readonly string[] {
  const path = printable(change.path);
  const before = isNew ? undefined : sideText(change.before);
  const after = sideText(change.after);
  const label = `${INDENT}${path}${' '.repeat(Math.max(0, column - displayWidth(path)))}${GAP}`;
  const room = page.width - displayWidth(label);
  if (before === undefined) return [`${label}${page.style.green(shortened(after, Math.max(20, room)))}`];
  if (displayWidth(before) + ARROW.length + displayWidth(after) <= room)
    return [`${label}${page.style.red(before)}${ARROW}${page.style.green(after)}`];
  return [`${INDENT}${path}`, ...sideLines(before, after, page)];
}

function sideLines(before: string, after: string, { style, width }: Page): readonly string[] {
  const [old, now] = shortenedPair(before, after, width - INDENT.length - 4);
  return [`${INDENT}${style.red(`  - ${old}`)}`, `${INDENT}${style.green(`  + ${now}`)}`];
}

const sideText = (value: Change['before']): string => (value === undefined ? NOTHING : valueText(value));

/** What differs inside an OpenAPI document, as its callers would name it; the beginning of a long list. */
function openapiLines(changes: readonly OpenapiChange[], { style, width }: Page): readonly string[] {
  const lines = changes.slice(0, MOST_OPENAPI_LINES).map(({ change, name, detail, breaking }) => {
    const [sign, paint] = {
      added: ['+', style.green],
      removed: ['-', style.red],
      changed: ['~', style.yellow],
    }[change] as [string, (text: string) => string];
    const told = shortened(printable(detail === '' ? name : `${name}: ${detail}`), width - 24);
    return `${NESTED}${paint(`${sign} ${told}`)}${breaking ? style.red.bold(' (breaks callers)') : ''}`;
  });
  const more = changes.length - lines.length;
  return more > 0 ? [...lines, `${NESTED}and ${more} more; --format json has them all`] : lines;
}
