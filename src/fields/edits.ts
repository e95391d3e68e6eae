import { compareStrings } from '../lib/sorted-by.ts';
import { sameJson } from '../json/canonical.ts';
import type { Path } from '../model/declared.ts';
import type { Json, JsonObject } from '../model/product.ts';

/**
 * One thing to change in a document. Paths are those of the document as it is before any edit: removing an item moves no
 * other one. `set` gives a value, also to a key that is not there yet; `append` adds an item to a list.
 */
export type Edit =
  | { readonly op: 'set'; readonly path: Path; readonly value: Json }
  | { readonly op: 'append'; readonly path: Path; readonly value: Json }
  | { readonly op: 'remove'; readonly path: Path };

/** A list of texts, of which the order says nothing, becomes the wanted one: what stays keeps its place. */
export function textSetEdits(
  path: Path,
  written: Json | undefined,
  wanted: readonly string[],
): readonly Edit[] {
  if (!Array.isArray(written)) return [setTo(path, wanted)];
  const items: readonly Json[] = written;
  const gone = items.flatMap((item, index) =>
    typeof item === 'string' && wanted.includes(item) ? [] : [removeAt([...path, index])],
  );
  const fresh = wanted.filter((one) => !items.includes(one)).toSorted(compareStrings);
  return [...gone, ...fresh.map((value) => appendTo(path, value))];
}

/** A list of texts in order becomes the wanted one: as a whole, unless items only go or come at the end. */
export function textListEdits(
  path: Path,
  written: Json | undefined,
  wanted: readonly string[],
): readonly Edit[] {
  if (!Array.isArray(written)) return [setTo(path, wanted)];
  const kept = written.filter((item) => typeof item === 'string' && wanted.includes(item));
  if (!sameJson(kept, wanted.slice(0, kept.length))) return [setTo(path, wanted)];
  const gone = written.flatMap((item, index) => (kept.includes(item) ? [] : [removeAt([...path, index])]));
  return [...gone, ...wanted.slice(kept.length).map((value) => appendTo(path, value))];
}

/** A mapping of texts becomes the wanted one, key by key. */
export function textMapEdits(path: Path, written: JsonObject, wanted: JsonObject): readonly Edit[] {
  const gone = Object.keys(written).filter((key) => !Object.hasOwn(wanted, key));
  const changed = Object.entries(wanted).filter(
    ([key, value]) => !Object.hasOwn(written, key) || written[key] !== value,
  );
  return [
    ...gone.map((key) => removeAt([...path, key])),
    ...changed.map(([key, value]) => setTo([...path, key], value)),
  ];
}

/** Values are what is meant: `${` in them is escaped here (docs/design/contract.md §2). */
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

/** Every `${` in texts, but not in keys, as `\${`: what a load takes for these two characters (docs/design/contract.md §2). */
export function escapeVariables(value: Json): Json {
  if (typeof value === 'string') return escapeText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => escapeVariables(item));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, escapeVariables(part)]));
}
