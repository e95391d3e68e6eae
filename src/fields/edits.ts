import { sameJson } from '../json/canonical.ts';
import { compareStrings } from '../lib/lists.ts';
import type { Path } from '../model/declared.ts';
import type { Json, JsonObject } from '../model/product.ts';

/**
 * One change in a document. Paths refer to the document before all edits: removing an item does not move others.
 * `set` sets a value, also of a new key; `append` adds an item to a list.
 */
export type Edit =
  | { readonly op: 'set'; readonly path: Path; readonly value: Json }
  | { readonly op: 'append'; readonly path: Path; readonly value: Json }
  | { readonly op: 'remove'; readonly path: Path };

/** The edits of an unordered list of texts; remaining items keep their place. */
export function textSetEdits(
  path: Path,
  written: Json | undefined,
  wanted: readonly string[],
): readonly Edit[] {
  if (!Array.isArray(written)) return [setTo(path, wanted)];
  const items: readonly Json[] = written;
  const removed = items.flatMap((item, index) =>
    typeof item === 'string' && wanted.includes(item) ? [] : [removeAt([...path, index])],
  );
  const added = wanted.filter((one) => !items.includes(one)).toSorted(compareStrings);
  return [...removed, ...added.map((value) => appendTo(path, value))];
}

/** The edits of an ordered list of texts: as a whole, unless items are only removed or appended. */
export function textListEdits(
  path: Path,
  written: Json | undefined,
  wanted: readonly string[],
): readonly Edit[] {
  if (!Array.isArray(written)) return [setTo(path, wanted)];
  const kept = written.filter((item) => typeof item === 'string' && wanted.includes(item));
  if (!sameJson(kept, wanted.slice(0, kept.length))) return [setTo(path, wanted)];
  const removed = written.flatMap((item, index) => (kept.includes(item) ? [] : [removeAt([...path, index])]));
  return [...removed, ...wanted.slice(kept.length).map((value) => appendTo(path, value))];
}

/** The edits of a mapping of texts, key by key. */
export function textMapEdits(path: Path, written: JsonObject, wanted: JsonObject): readonly Edit[] {
  const removed = Object.keys(written).filter((key) => !Object.hasOwn(wanted, key));
  const changed = Object.entries(wanted).filter(
    ([key, value]) => !Object.hasOwn(written, key) || written[key] !== value,
  );
  return [
    ...removed.map((key) => removeAt([...path, key])),
    ...changed.map(([key, value]) => setTo([...path, key], value)),
  ];
}

/** Sets a literal value, in which `${` is escaped (docs/design/contract.md §2). */
export function setTo(path: Path, value: Json): Edit {
  return { op: 'set', path, value: escapeVariables(value) };
}

export function appendTo(path: Path, value: Json): Edit {
  return { op: 'append', path, value: escapeVariables(value) };
}

export function removeAt(path: Path): Edit {
  return { op: 'remove', path };
}

export function escapeText(text: string): string {
  return text.replaceAll('${', '\\${');
}

/**
 * Escapes every `${` in texts, not in keys, as `\${`, which a load reads as these two characters
 * (docs/design/contract.md §2).
 */
export function escapeVariables(value: Json): Json {
  if (typeof value === 'string') return escapeText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => escapeVariables(item));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, escapeVariables(part)]));
}
