import { printable } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import type { OpenapiChange } from '../model/openapi-change.ts';
import { shortened, shortenedPair, shownValue, textLines } from './value-text.ts';

const LONGEST = 160;
const MOST_LINES = 60;
const SIGNS = { added: '+', removed: '-', changed: '!' } as const;

/**
 * The changes of one product as the lines of a `diff` block: what goes with `-`, what comes with `+`, changed OpenAPI
 * operations with `!`, and the lines of a text that has several. Long values and long lists are cut, and the list says so.
 * @param isNew leaves out what was before.
 */
export function changeDiff(changes: readonly Change[], isNew: boolean): readonly string[] {
  return cut(
    changes.flatMap((change) => [...sides(change, isNew), ...(change.openapi ?? []).map(openapiLine)]),
  );
}

/** The changes of an OpenAPI document in the same way. */
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
    const told = lines.map(({ sign, text }) => `${sign}   ${shortened(printable(text), LONGEST)}`.trimEnd());
    return [`  ${name}:`, ...told];
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
  const told = shortened(printable(detail === '' ? name : `${name}: ${detail}`), LONGEST);
  return `${SIGNS[change]}   ${told}${breaking ? ' (breaks callers)' : ''}`;
}
