import { cycles } from '../lib/graph.ts';
import { groupBy } from '../lib/lists.ts';
import { allowancesFor, subjects } from '../model/consent.ts';
import type { Allowance } from '../model/declared.ts';
import type { DesiredProduct } from '../model/desired.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { CompactProduct } from '../model/live.ts';
import { matchesSelector } from '../model/ownership.ts';
import type { Labels } from '../model/product.ts';

/** A declared product and its live product; without one, it will be created. */
export interface Match<Live extends CompactProduct = CompactProduct> {
  readonly desired: DesiredProduct;
  readonly live: Live | undefined;
}

/**
 * Finds the live product of each declared one: by `id`, else by exact name, else by `previous_name`
 * (docs/design/contract.md §2, §6; docs/design/admin-api.md §15.13). Names are not unique on the portal, so several
 * candidates are a diagnostic and never a guess. A product with the labels of the selector takes precedence over a
 * product with only the name. The latter is still returned, so that the caller refuses the run instead of creating a
 * second product of that name.
 */
export function match<Live extends CompactProduct>(
  desired: readonly DesiredProduct[],
  live: readonly Live[],
  selector: Labels = {},
): { readonly matches: readonly Match<Live>[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const finder = finderOf(desired, live, selector, (one) => void diagnostics.push(one));
  const matches = desired.map((product) => ({ desired: product, live: finder.find(product) }));
  const errors = [
    ...diagnostics,
    ...claimedTwice(matches),
    ...bothNamesExist(matches, finder),
    ...exchangedNames(matches),
  ];
  return { matches, diagnostics: errors.length > 0 ? errors : completedRenames(matches) };
}

interface Finder<Live> {
  readonly find: (product: DesiredProduct) => Live | undefined;
  /** The live products with a name that the selector includes, except products that are pinned by `id`. */
  readonly selected: (name: string) => readonly Live[];
}

function finderOf<Live extends CompactProduct>(
  desired: readonly DesiredProduct[],
  live: readonly Live[],
  selector: Labels,
  collect: (diagnostic: Diagnostic) => undefined,
): Finder<Live> {
  const byId = new Map(live.map((product) => [product.id, product]));
  const pinnedIds = new Set(desired.map(({ id }) => id));
  const unpinned = live.filter(({ id }) => !pinnedIds.has(id));
  const byName = groupBy(unpinned, ({ fields }) => fields.name);
  const declaredNames = new Set(desired.filter(({ id }) => id === undefined).map(({ name }) => name));

  const selected = (name: string): readonly Live[] =>
    (byName.get(name) ?? []).filter(({ fields }) => matchesSelector(fields.labels, selector));
  const candidates = (name: string): readonly Live[] => {
    const inSelector = selected(name);
    return inSelector.length > 0 ? inSelector : (byName.get(name) ?? []);
  };
  const pinned = (product: DesiredProduct, id: string): Live | undefined => {
    const found = byId.get(id);
    if (found === undefined) collect(pinnedProductMissing(product, id));
    if (found !== undefined && found.type !== product.type) collect(pinnedTypeChange(product, found));
    return found;
  };
  const renamed = (product: DesiredProduct): Live | undefined => {
    const previous = product.previous_name;
    if (previous === undefined) return undefined;
    const named = candidates(previous);
    if (named.length > 1) return collect(ambiguousProduct(product, 'previous_name', previous, named));
    if (named.length === 1 && declaredNames.has(previous)) collect(previousNameDeclared(product, previous));
    return named[0];
  };
  const find = (product: DesiredProduct): Live | undefined => {
    if (product.id !== undefined) return pinned(product, product.id);
    const named = candidates(product.name);
    if (named.length > 1) return collect(ambiguousProduct(product, 'name', product.name, named));
    return named[0] ?? renamed(product);
  };
  return { find, selected };
}

function claimedTwice(matches: readonly Match[]): readonly Diagnostic[] {
  const first = new Map<string, DesiredProduct>();
  return matches.flatMap(({ desired, live }) => {
    const other = live && first.get(live.id);
    if (live && !other) first.set(live.id, desired);
    return live && other ? [productClaimedTwice(desired, other, live)] : [];
  });
}

/**
 * An error if both the new and the previous name exist. A completed rename leaves no product with the previous name,
 * so the user must decide.
 */
function bothNamesExist(
  matches: readonly Match[],
  { selected }: Finder<CompactProduct>,
): readonly Diagnostic[] {
  const matched = new Set(matches.map(({ live }) => live?.id));
  return matches.flatMap(({ desired, live }) => {
    const previous = desired.previous_name;
    if (previous === undefined || live === undefined || previous === desired.name) return [];
    const left = selected(previous).filter(({ id }) => !matched.has(id));
    return left.length > 0 ? [renameTargetExists(desired, previous)] : [];
  });
}

/**
 * Errors for products that exchange their names in a cycle. They look the same before and after the exchange, so files
 * must pin them by `id`.
 */
function exchangedNames(matches: readonly Match[]): readonly Diagnostic[] {
  const named = matches.filter(({ desired, live }) => desired.id === undefined && live !== undefined);
  const byName = new Map(named.map(({ desired }) => [desired.name, desired]));
  const after = (product: DesiredProduct): ReadonlySet<DesiredProduct> => {
    const previous = product.previous_name === undefined ? undefined : byName.get(product.previous_name);
    return new Set(previous === undefined ? [] : [previous]);
  };
  const nodes = [...byName.values()].filter((product) => product.previous_name !== undefined);
  const graph = new Map(nodes.map((product) => [product, after(product)]));
  return cycles(nodes, graph)
    .flat()
    .map((product) => previousNameDeclared(product, product.previous_name ?? ''));
}

function completedRenames(matches: readonly Match[]): readonly Diagnostic[] {
  return matches.flatMap(({ desired, live }) =>
    desired.previous_name === undefined || live?.fields.name !== desired.name
      ? []
      : [
          diagnostic('previous-name-done', {
            message: `"${desired.name}" already has its new name`,
            hint: 'Remove `previous_name:`.',
            location: desired.at(['previous_name']),
          }),
        ],
  );
}

function ambiguousProduct(
  product: DesiredProduct,
  key: 'name' | 'previous_name',
  name: string,
  found: readonly CompactProduct[],
): Diagnostic {
  return diagnostic('ambiguous-product', {
    message: `ambiguous name: ${found.length} live products are named "${name}"`,
    hint: `Pin one of them with \`id:\`: ${idsOf(found)}.`,
    location: product.at([key]),
  });
}

/** The ids to choose from, with the status of each product. */
function idsOf(products: readonly CompactProduct[]): string {
  return products.map(({ id, fields }) => `${id} (${fields.status})`).join(', ');
}

function pinnedProductMissing(product: DesiredProduct, id: string): Diagnostic {
  return diagnostic('pinned-product-missing', {
    message: `product not found: no live product has the id "${id}"`,
    hint: 'Remove `id:` to match by name, or take the id from `adc dump --with-id`.',
    location: product.at(['id']),
  });
}

function pinnedTypeChange(product: DesiredProduct, live: CompactProduct): Diagnostic {
  return diagnostic('pinned-type-change', {
    message: `the live product with this \`id:\` is ${live.type}, and a type cannot change in place`,
    hint: 'Remove `id:` to replace the product. It gets a new id.',
    location: product.at(['type']),
  });
}

function previousNameDeclared(product: DesiredProduct, previous: string): Diagnostic {
  return diagnostic('previous-name-declared', {
    message: `"${previous}" is the previous name of "${product.name}", and another declared product has this name`,
    hint: 'Pin the live products with `id:`, or rename first and declare the other product in a later run.',
    location: product.at(['previous_name']),
  });
}

function renameTargetExists(product: DesiredProduct, previous: string): Diagnostic {
  return diagnostic('rename-target-exists', {
    message: `"${product.name}" exists on the portal, and so does its previous name "${previous}"`,
    hint: 'Remove `previous_name:` if the two are different products, or delete one of them.',
    location: product.at(['previous_name']),
  });
}

function productClaimedTwice(
  product: DesiredProduct,
  other: DesiredProduct,
  live: CompactProduct,
): Diagnostic {
  return diagnostic('product-claimed-twice', {
    message: `"${product.name}" and "${other.name}" match the same live product ${live.id}`,
    hint: 'Give one of them another `id:`, name or previous name.',
    location: product.at([product.id === undefined ? 'name' : 'id']),
    related: [{ message: 'the other one', location: other.at([other.id === undefined ? 'name' : 'id']) }],
  });
}

/**
 * Errors for entries of `allow:` with an ambiguous product, or in contradiction to the files (docs/design/contract.md
 * §11).
 */
export function wrongAllowances(
  allowances: readonly Allowance[],
  matches: readonly Match[],
  live: readonly CompactProduct[],
): readonly Diagnostic[] {
  const wrong = allowances.flatMap((entry) => [
    ...ambiguousEntry(entry, live),
    ...(entry.delete === true || entry.release === true ? declaredEntry(entry, matches) : []),
  ]);
  return [...wrong, ...repeatedEntries(allowances, matches, live)];
}

/** Errors for two entries of a live product: by its id and its name, or by its live and its declared name. */
function repeatedEntries(
  allowances: readonly Allowance[],
  matches: readonly Match[],
  live: readonly CompactProduct[],
): readonly Diagnostic[] {
  const subject = subjects(live);
  const declared = new Map(matches.map(({ desired, live: one }) => [one?.id, desired.name]));
  return live.flatMap((product) => {
    const [first, second] = allowancesFor(allowances, subject(product, declared.get(product.id)));
    if (first === undefined || second === undefined) return [];
    const placeOf = ({ id, at }: Allowance) => at([id === undefined ? 'product' : 'id']);
    return [
      diagnostic('allowance-conflict', {
        message: `there are two entries for the product "${product.fields.name}"`,
        hint: 'Keep one entry for each product. If a product takes the name of another, name both by `id:`.',
        location: placeOf(second),
        related: [{ message: 'the other entry', location: placeOf(first) }],
      }),
    ];
  });
}

function ambiguousEntry(
  { id, product, at }: Allowance,
  live: readonly CompactProduct[],
): readonly Diagnostic[] {
  const found = id === undefined ? live.filter(({ fields }) => fields.name === product) : [];
  if (found.length < 2) return [];
  return [
    diagnostic('ambiguous-allowance', {
      message: `ambiguous name: ${found.length} live products are named "${product ?? ''}"`,
      hint: `Name one of them with \`id:\`: ${idsOf(found)}.`,
      location: at(['product']),
    }),
  ];
}

function declaredEntry(entry: Allowance, matches: readonly Match[]): readonly Diagnostic[] {
  const { id, product, at } = entry;
  const found = matches.find(({ desired, live }) =>
    id === undefined ? desired.name === product || live?.fields.name === product : live?.id === id,
  );
  if (found === undefined) return [];
  const what = entry.delete === true ? 'delete' : 'release';
  return [
    diagnostic('allowance-declared', {
      message: `the entry would ${what} "${found.desired.name}", which the files declare`,
      hint: 'Remove the product from the files, or remove the entry.',
      location: at([what], 'key'),
      related: [{ message: 'declared here', location: found.desired.at(['name']) }],
    }),
  ];
}
