import { groupBy } from '../lib/group-by.ts';
import { nearest } from '../lib/nearest.ts';
import type { Location, Diagnostic } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { Locate, Path } from '../model/declared.ts';
import type { Directory, Named } from '../model/directory.ts';
import { isPlannedId } from '../model/gateway-file.ts';
import type { JsonObject } from '../model/product.ts';

/** Where diagnostics of one resolve run are collected. */
export type Collect = (diagnostic: Diagnostic) => void;

/** What names are resolved with. */
export interface Resolving {
  readonly directory: Directory;
  readonly at: Locate;
  readonly collect: Collect;
}

/** What is looked for, in words: `gateway group`, `service of gateway group "default"`. */
export interface Wanted {
  readonly kind: string;
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  readonly idField: string;
  /** Asked only where something is wrong: finding a place costs more than finding a name. */
  readonly at: () => Location;
}

/**
 * The one thing that has exactly this name, or this id; the server's own search is never trusted
 * (docs/design/contract.md §2, docs/design/admin-api.md §1.5). None and several are diagnostics at the place of the
 * name.
 */
export function lookUp<Item extends Named>(
  wanted: Wanted,
  items: readonly Item[] | undefined,
  collect: Collect,
): Item | undefined {
  if (items === undefined) return unsupported(wanted, collect);
  if (wanted.id !== undefined) return byId(wanted, wanted.id, items, collect);
  return byName(wanted, wanted.name ?? '', items, collect);
}

/** A kind of thing that a file refers to, by its name under one key or by its id under another. */
export interface Referred {
  readonly kind: string;
  readonly nameKey: string;
  readonly idKey: string;
}

/** What a part of a product file refers to. @param path of that part below the product. */
export function lookUpBy<Item extends Named>(
  { kind, nameKey, idKey }: Referred,
  written: Readonly<Record<string, unknown>>,
  path: Path,
  items: readonly Item[] | undefined,
  { at, collect }: Resolving,
): Item | undefined {
  const [name, id] = [written[nameKey], written[idKey]] as (string | undefined)[];
  const place = (): Location => at([...path, id === undefined ? nameKey : idKey]);
  return lookUp({ kind, name, id, idField: idKey, at: place }, items, collect);
}

/** The name of the thing with that id, if nothing else has it: only then does a file find it again (docs/design/contract.md §8). */
export function soleName(items: readonly Named[] | undefined, id: string): string | undefined {
  const name = items?.find((item) => item.id === id)?.name;
  if (name === undefined || name === '') return undefined;
  return items?.filter((item) => item.name === name).length === 1 ? name : undefined;
}

/** How a file refers to the thing with that id. */
export function nameOrId(
  { nameKey, idKey }: Omit<Referred, 'kind'>,
  id: string,
  items: readonly Named[] | undefined,
): JsonObject {
  const name = soleName(items, id);
  return name === undefined ? { [idKey]: id } : { [nameKey]: name };
}

function byId<Item extends Named>(wanted: Wanted, id: string, items: readonly Item[], collect: Collect) {
  const found = indexOf(items, 'id').get(id)?.[0];
  if (found) return found;
  collect(
    diagnostic('unknown-id', {
      message: `${wanted.kind} not found: no id "${id}"`,
      hint: hintOfNames(wanted.kind, items, undefined),
      location: wanted.at(),
    }),
  );
  return undefined;
}

function byName<Item extends Named>(wanted: Wanted, name: string, items: readonly Item[], collect: Collect) {
  const found = indexOf(items, 'name').get(name) ?? [];
  if (found.length === 1) return found[0];
  const problem =
    found.length === 0
      ? diagnostic('unknown-name', {
          message: `${wanted.kind} not found: "${name}"`,
          hint: hintOfNames(wanted.kind, items, nearest(name, namesOf(items))),
          location: wanted.at(),
        })
      : diagnostic('ambiguous-name', {
          message: `ambiguous name: ${found.length} ${wanted.kind}s are named "${name}"`,
          hint: `Use \`${wanted.idField}:\` instead, with one of these ids: ${found.map((item) => item.id).join(', ')}.`,
          location: wanted.at(),
        });
  collect(problem);
  return undefined;
}

type Index = ReadonlyMap<string, readonly Named[]>;
const indexes = { id: new WeakMap<object, Index>(), name: new WeakMap<object, Index>() };

/** The items of a list by id or name, worked out once for each list: every link of every product looks into it. */
function indexOf<Item extends Named>(items: readonly Item[], by: 'id' | 'name') {
  const index = indexes[by].get(items) ?? groupBy(items, (item) => item[by]);
  indexes[by].set(items, index);
  return index as ReadonlyMap<string, readonly Item[]>;
}

function unsupported(wanted: Wanted, collect: Collect): undefined {
  if (wanted.id !== undefined) return undefined;
  collect(
    diagnostic('names-unsupported', {
      message: `this server cannot look up the ${wanted.kind} "${wanted.name ?? ''}" by name`,
      hint: `Use \`${wanted.idField}:\` instead.`,
      location: wanted.at(),
    }),
  );
  return undefined;
}

/** The nearest name, or the first names that there are; no text of a file of API7's ADC unless it is near. */
export function hintOfNames(kind: string, items: readonly Named[], near: string | undefined): string {
  if (near !== undefined) return `Did you mean "${near}"?`;
  const live = items.filter(({ id }) => !isPlannedId(id));
  if (live.length === 0) return `There are none: create the ${kind} first.`;
  const shown = live.slice(0, 5).map((item) => `"${item.name}"`);
  const more = live.length > shown.length ? `, and ${live.length - shown.length} more` : '';
  return `Known names: ${shown.join(', ')}${more}.`;
}

function namesOf(items: readonly Named[]): readonly string[] {
  return items.map(({ name }) => name);
}
