import { printable } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import type { OpenapiChange } from '../model/openapi-change.ts';
import { shortened, shortenedPair, valueText } from './value-text.ts';

const LONGEST = 160;
const MOST_LINES = 60;
const SIGNS = { added: '+', removed: '-', changed: '!' } as const;

/**
 * The changes of one product as the lines of a `diff` block: what goes with `-`, what comes with `+`, changed OpenAPI
 * operations with `!`. Long values and long lists are cut, and the list says so.
 * @param isNew leaves out what was before.
 */
export function changeDiff(changes: readonly Change[], isNew: boolean): readonly string[] {
  const lines = changes.flatMap((change) => [
    ...sides(change, isNew),
    ...(change.openapi ?? []).map(openapiLine),
  ]);
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `# and ${more} more lines`] : lines;
}

function sides({ path, before, after }: Change, isNew: boolean): readonly string[] {
  const [old, now] = shortenedPair(
    before === undefined ? '' : valueText(before),
    after === undefined ? '' : valueText(after),
    LONGEST,
  );
  const name = shortened(printable(path), LONGEST);
  return [
    ...(before === undefined || isNew ? [] : [`- ${name}: ${old}`]),
    ...(after === undefined ? [] : [`+ ${name}: ${now}`]),
  ];
}

function openapiLine({ change, name, detail, breaking }: OpenapiChange): string {
  const told = shortened(printable(detail === '' ? name : `${name}: ${detail}`), LONGEST);
  return `${SIGNS[change]}   ${told}${breaking ? ' (breaks callers)' : ''}`;
}
