import { canonicalJson } from '../../json/canonical.ts';
import type { Value, Maybe } from '../../json/value.ts';

const LONGEST = 120;

/** A text of at most 120 characters, with an ellipsis at the end if it was cut. */
export function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const LONGEST_VALUE = 40;

/** The change of a key: `minLength: 1 -> 2`; only the key if a value is long, or is not a scalar. */
export function changeText(key: string, before: Maybe, after: Maybe): string {
  const values = valuesText(before, after);
  return values === '' ? shortened(key) : `${shortened(key)}: ${values}`;
}

/** Two values: `1.0.0 -> 1.1.0`, `none` for a missing one; '' if one is long, or is not a scalar. */
export function valuesText(before: Maybe, after: Maybe): string {
  // `true` and `"true"` differ.
  const quoted = before !== undefined && after !== undefined && typeof before !== typeof after;
  const texts = [before, after].map((value) => (value === undefined ? 'none' : scalarText(value, quoted)));
  return texts.includes(undefined) ? '' : texts.join(' -> ');
}

/** Removed and added members: `enum: removed EUR, added USD`. */
export function membersText(key: string, removed: readonly string[], added: readonly string[]): string {
  const parts = [listText('removed', removed), listText('added', added)].filter((part) => part !== '');
  return `${key}: ${parts.join(', ')}`;
}

const MOST_MEMBERS = 4;

function listText(verb: string, members: readonly string[]): string {
  if (members.length === 0) return '';
  const shown = members.slice(0, MOST_MEMBERS).join(', ');
  const more = members.length - MOST_MEMBERS;
  return `${verb} ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}

function scalarText(value: Value, quoted: boolean): string | undefined {
  if (typeof value === 'object' && value !== null) return undefined;
  const text = quoted && typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_VALUE || /[\r\n]/.test(text) ? undefined : text;
}

/** A value as an item of a list: text unchanged, any other value as JSON. */
export function memberText(value: Value): string {
  return typeof value === 'string' ? shortened(value) : shortened(canonicalJson(value));
}
