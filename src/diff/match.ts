import { cycles } from '../lib/graph.ts';
import { groupBy } from '../lib/group-by.ts';
import type { Allowance } from '../model/declared.ts';
import type { DesiredProduct } from '../model/desired.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { HeldProduct } from '../model/live.ts';
import { matchesSelector } from '../model/ownership.ts';
import type { Labels } from '../model/product.ts';

/** A declared product and its live product; without one, it will be created. */
export interface Match<Live extends HeldProduct = HeldProduct> {
  readonly desired: DesiredProduct;
  readonly live: Live | undefined;
}

/**
 * Finds the live product of each declared one: by `id`, else by exact name, else by `previous_name`
 * (docs/design/contract.md §2, §6; docs/design/admin-api.md §15.13). Names are not unique on the portal, so several
 * candidates are a diagnostic and never a guess. A selector limits the live side: a product with its labels takes
 * precedence over one with only the name. A product with only the name is still returned, so that the caller can
 * refuse: a second product of that name would help no user.
 */
export function match<Live extends HeldProduct>(
  desired: readonly DesiredProduct[],
  live: readonly Live[],
  selector: Labels = {},
): { readonly matches: readonly Match<Live>[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const finder = new Finder(desired, live, selector, (one) => diagnostics.push(one));
  const matches = desired.map((product) => ({ desired: product, live: finder.find(product) }));
  const mistakes = [
    ...diagnostics,
    ...claimedTwice(matches),
    ...leftBehind(matches, finder),
    ...tradedNames(matches),
  ];
  return { matches, diagnostics: mistakes.length > 0 ? mistakes : doneRenames(matches) };
}

class Finder<Live extends HeldProduct> {
  readonly #byId: ReadonlyMap<string, Live>;
  /** Live products by name, except those that a declared product is pinned to. */
  readonly #byName: ReadonlyMap<string, readonly Live[]>;
  readonly #declaredNames: ReadonlySet<string>;
  readonly #selector: Labels;
  readonly #collect: (diagnostic: Diagnostic) => void;

  constructor(
    desired: readonly DesiredProduct[],
    live: readonly Live[],
    selector: Labels,
    collect: (diagnostic: Diagnostic) => void,
  ) {
    const pins = new Set(desired.map(({ id }) => id));
    this.#byId = new Map(live.map((product) => [product.id, product]));
    const free = live.filter(({ id }) => !pins.has(id));
    this.#byName = groupBy(free, ({ fields }) => fields.name);
    this.#declaredNames = new Set(desired.filter(({ id }) => id === undefined).map(({ name }) => name));
    this.#selector = selector;
    this.#collect = collect;
  }

  find(product: DesiredProduct): Live | undefined {
    if (product.id !== undefined) return this.#pinned(product, product.id);
    const named = this.#candidates(product.name);
    if (named.length > 1) return this.#ambiguous(product, product.name, named, 'name');
    return named[0] ?? this.#renamed(product);
  }

  /** The live products with a name that the selector includes. */
  selected(name: string): readonly Live[] {
    const named = this.#byName.get(name) ?? [];
    return named.filter(({ fields }) => matchesSelector(fields.labels, this.#selector));
  }

  #candidates(name: string): readonly Live[] {
    const selected = this.selected(name);
    return selected.length > 0 ? selected : (this.#byName.get(name) ?? []);
  }

  #pinned(product: DesiredProduct, id: string): Live | undefined {
    const found = this.#byId.get(id);
    if (found === undefined) this.#collect(pinnedProductMissing(product, id));
    if (found !== undefined && found.type !== product.type) this.#collect(pinnedTypeChange(product, found));
    return found;
  }

  #renamed(product: DesiredProduct): Live | undefined {
    const previous = product.previous_name;
    if (previous === undefined) return undefined;
    const named = this.#candidates(previous);
    if (named.length > 1) return this.#ambiguous(product, previous, named, 'previous_name');
    if (named.length === 1 && this.#declaredNames.has(previous))
      this.#collect(previousNameDeclared(product, previous));
    return named[0];
  }

  #ambiguous(product: DesiredProduct, name: string, found: readonly Live[], key: string): undefined {
    this.#collect(
      diagnostic('ambiguous-product', {
        message: `ambiguous name: ${found.length} live products are named "${name}"`,
        hint: `Pin one of them with \`id:\`: ${found.map(({ id, fields }) => `${id} (${fields.status})`).join(', ')}.`,
        location: product.at([key]),
      }),
    );
  }
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
 * An error if both the new and the previous name exist: a completed rename leaves no product with the previous name,
 * so the user must decide.
 */
function leftBehind(
  matches: readonly Match[],
  finder: Pick<Finder<HeldProduct>, 'selected'>,
): readonly Diagnostic[] {
  const matched = new Set(matches.map(({ live }) => live?.id));
  return matches.flatMap(({ desired, live }) => {
    const previous = desired.previous_name;
    if (previous === undefined || live === undefined || previous === desired.name) return [];
    const left = finder.selected(previous).filter(({ id }) => !matched.has(id));
    return left.length > 0 ? [renameTargetExists(desired, previous)] : [];
  });
}

/**
 * Errors for products that exchange their names in a cycle: they look the same before and after the exchange, so
 * files must pin them by `id`.
 */
function tradedNames(matches: readonly Match[]): readonly Diagnostic[] {
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

function doneRenames(matches: readonly Match[]): readonly Diagnostic[] {
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

function pinnedProductMissing(product: DesiredProduct, id: string): Diagnostic {
  return diagnostic('pinned-product-missing', {
    message: `product not found: no live product has the id "${id}"`,
    hint: 'Remove `id:` to match by name, or take the id from `adc dump --with-id`.',
    location: product.at(['id']),
  });
}

function pinnedTypeChange(product: DesiredProduct, live: HeldProduct): Diagnostic {
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

function productClaimedTwice(product: DesiredProduct, other: DesiredProduct, live: HeldProduct): Diagnostic {
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
  live: readonly HeldProduct[],
): readonly Diagnostic[] {
  return allowances.flatMap((entry) => [
    ...ambiguous(entry, live),
    ...(entry.delete === true || entry.release === true ? declared(entry, matches) : []),
  ]);
}

function ambiguous({ id, product, at }: Allowance, live: readonly HeldProduct[]): readonly Diagnostic[] {
  const found = id === undefined ? live.filter(({ fields }) => fields.name === product) : [];
  if (found.length < 2) return [];
  return [
    diagnostic('ambiguous-allowance', {
      message: `ambiguous name: ${found.length} live products are named "${product ?? ''}"`,
      hint: `Name one of them with \`id:\`: ${found.map((one) => `${one.id} (${one.fields.status})`).join(', ')}.`,
      location: at(['product']),
    }),
  ];
}

function declared(entry: Allowance, matches: readonly Match[]): readonly Diagnostic[] {
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
