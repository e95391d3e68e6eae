import { groupBy } from '../lib/lists.ts';
import { nearest } from '../lib/nearest.ts';
import type { Locate, Path } from '../model/declared.ts';
import { diagnostic, type Diagnostic, type Location } from '../model/diagnostic.ts';
import { type Directory, type Named, isPlannedId } from '../model/directory.ts';
import type { JsonObject } from '../model/product.ts';

/** Collects the diagnostics of a resolve run. */
export type Collect = (diagnostic: Diagnostic) => void;

/** The data for resolving names. */
export interface Resolving {
  readonly directory: Directory;
  readonly at: Locate;
  readonly collect: Collect;
}

/** The resource to look up. */
export interface LookUp {
  /** For messages, such as `gateway group` or `service of gateway group "default"`. */
  readonly kind: string;
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  readonly idField: string;
  /** Called only for an error: finding a place is slower than finding a name. */
  readonly at: () => Location;
}

/**
 * The only item with exactly this name, or this id; never uses the server's own search (docs/design/contract.md §2,
 * docs/design/admin-api.md §1.5). Reports a diagnostic at the place of the name if there is none, or several.
 */
export function lookUp<Item extends Named>(
  target: LookUp,
  items: readonly Item[] | undefined,
  collect: Collect,
): Item | undefined {
  const { name = '', id } = target;
  if (items === undefined) {
    if (id === undefined) collect(namesUnsupported(target));
    return undefined;
  }
  const found = (id === undefined ? indexOf(items, 'name').get(name) : indexOf(items, 'id').get(id)) ?? [];
  if (found.length === 1 || (id !== undefined && found.length > 0)) return found[0];
  collect(found.length === 0 ? notFound(target, items) : ambiguous(target, found));
  return undefined;
}

/** The kind of a referenced resource, and the keys for its name and its id. */
export interface ReferenceKeys {
  readonly kind: string;
  readonly nameKey: string;
  readonly idKey: string;
}

/** The item that a part of a product file refers to. @param path of that part below the product. */
export function lookUpBy<Item extends Named>(
  { kind, nameKey, idKey }: ReferenceKeys,
  written: Readonly<Record<string, unknown>>,
  path: Path,
  items: readonly Item[] | undefined,
  { at, collect }: Resolving,
): Item | undefined {
  const [name, id] = [written[nameKey], written[idKey]] as (string | undefined)[];
  const place = (): Location => at([...path, id === undefined ? nameKey : idKey]);
  return lookUp({ kind, name, id, idField: idKey, at: place }, items, collect);
}

/** The name of the item with that id; undefined if it is not unique, since a file cannot use it then (docs/design/contract.md §8). */
export function uniqueName(items: readonly Named[] | undefined, id: string): string | undefined {
  const name = items?.find((item) => item.id === id)?.name;
  if (name === undefined || name === '') return undefined;
  return items?.filter((item) => item.name === name).length === 1 ? name : undefined;
}

/** The reference of a file to the item with that id: its name if unique, else its id. */
export function nameOrId(
  { nameKey, idKey }: Omit<ReferenceKeys, 'kind'>,
  id: string,
  items: readonly Named[] | undefined,
): JsonObject {
  const name = uniqueName(items, id);
  return name === undefined ? { [idKey]: id } : { [nameKey]: name };
}

function notFound({ kind, name = '', id, at }: LookUp, items: readonly Named[]): Diagnostic {
  const names = items.map((item) => item.name);
  return diagnostic(id === undefined ? 'unknown-name' : 'unknown-id', {
    message: `${kind} not found: ${id === undefined ? `"${name}"` : `no id "${id}"`}`,
    hint: hintOfNames(kind, items, id === undefined ? nearest(name, names) : undefined),
    location: at(),
  });
}

function ambiguous({ kind, name = '', idField, at }: LookUp, found: readonly Named[]): Diagnostic {
  return diagnostic('ambiguous-name', {
    message: `ambiguous name: ${found.length} ${kind}s are named "${name}"`,
    hint: `Use \`${idField}:\` instead, with one of these ids: ${found.map((item) => item.id).join(', ')}.`,
    location: at(),
  });
}

function namesUnsupported({ kind, name = '', idField, at }: LookUp): Diagnostic {
  return diagnostic('names-unsupported', {
    message: `this server cannot look up the ${kind} "${name}" by name`,
    hint: `Use \`${idField}:\` instead.`,
    location: at(),
  });
}

type Index = ReadonlyMap<string, readonly Named[]>;
const indexes = { id: new WeakMap<object, Index>(), name: new WeakMap<object, Index>() };

/** The items of a list by id or name, computed once for each list, since every link of every product uses it. */
function indexOf<Item extends Named>(items: readonly Item[], by: 'id' | 'name') {
  const index = indexes[by].get(items) ?? groupBy(items, (item) => item[by]);
  indexes[by].set(items, index);
  return index as ReadonlyMap<string, readonly Item[]>;
}

/**
 * A hint with the nearest name, or with the first existing names. A service that only a file of API7's ADC declares
 * appears only as the nearest name.
 */
export function hintOfNames(kind: string, items: readonly Named[], near: string | undefined): string {
  if (near !== undefined) return `Did you mean "${near}"?`;
  const live = items.filter(({ id }) => !isPlannedId(id));
  if (live.length === 0) return `There are none: create the ${kind} first.`;
  const shown = live.slice(0, 5).map((item) => `"${item.name}"`);
  const more = live.length > shown.length ? `, and ${live.length - shown.length} more` : '';
  return `Known names: ${shown.join(', ')}${more}.`;
}
