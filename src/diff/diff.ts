import { compareStrings, sortedBy } from '../lib/lists.ts';
import { nearest } from '../lib/nearest.ts';
import type { Difference, OwnerShare, ProductChange } from '../model/change.ts';
import { subjects } from '../model/consent.ts';
import type { Allowance } from '../model/declared.ts';
import { unpackedFields, type DesiredFields, type DesiredProduct, type Names } from '../model/desired.ts';
import { diagnostic, hasErrors, type Checked, type Diagnostic } from '../model/diagnostic.ts';
import type { CompactProduct, LivePortal } from '../model/live.ts';
import { isOwnedBy, labelOf, matchesSelector, type Owner, type Scope } from '../model/ownership.ts';
import type { FieldName } from '../model/product.ts';
import { compare, declaredOwnership, effectiveFields, replacement } from './compare.ts';
import { heldByOthers, incompleteProducts, newNames, serviceConflicts, takenNames } from './conflicts.ts';
import { match, wrongAllowances, type Match } from './match.ts';
import { renameSuspects } from './rename-suspects.ts';
import { isPart, undeclared } from './undeclared.ts';

export interface DiffInput {
  readonly desired: readonly DesiredProduct[];
  readonly managesProducts: boolean;
  readonly owners: readonly Owner[];
  readonly allowances: readonly Allowance[];
  readonly live: LivePortal<CompactProduct>;
  readonly names: Names;
  readonly scope: Scope;
}

export interface Compared extends Checked<Difference> {
  /** The declared products that the run may change, and their live ones; absent if there are errors. */
  readonly compared?: readonly Match[];
}

/**
 * The differences between the files and the portal (docs/design/contract.md §5). Both sides have the same form:
 * diff() matches them, compares each pair, and decides about products without a match. Pure.
 */
export function diff(input: DiffInput): Compared {
  const { scope } = input;
  const live = { ...input.live, products: input.live.products.toSorted(byNameAndId) };
  const subject = subjects(live.products);
  const [desired, outOfScope] = partition(
    sortedBy(input.desired, ({ name }) => name),
    (product) => inScope(product, scope),
  );
  const { matches, diagnostics } = match(desired, live.products, scope.selector);
  const inputDiagnostics = [
    ...diagnostics,
    ...outOfSelector(matches, input),
    ...noneInScope(desired, outOfScope),
    ...unknownProductNames(input),
    ...wrongAllowances(input.allowances, matches, live.products),
  ];
  if (hasErrors(inputDiagnostics)) {
    const held = heldByOthers({ ...input, desired, declared: input.desired, live: live.products });
    return { diagnostics: [...inputDiagnostics, ...held] };
  }

  const [held, planned] = partition(
    matches.filter(isPlanned(scope)),
    ({ desired: { hold } }) => hold !== undefined,
  );
  const changing = new Set(planned);
  const declared = planned.map((one) => changeOf(one, input));
  const named = new Set([
    ...matches.map(({ live: one }) => one?.id ?? ''),
    ...possibleMatches(outOfScope, live),
  ]);
  const rest = undeclared(named, { ...input, live, subject });
  const changes = [...declared.flatMap(({ change }) => change ?? []), ...rest.changes];
  const conflicts = [
    ...incompleteProducts(changes),
    ...newNames(changes, live.products),
    ...serviceConflicts(changes, live.products, input.names, {
      selector: scope.selector,
      unchanged: new Set(matches.filter((one) => !changing.has(one)).map((one) => one.live?.id)),
    }),
  ];
  if (hasErrors(conflicts)) return { diagnostics: [...inputDiagnostics, ...conflicts] };

  const deleted = new Set(changes.flatMap((one) => (one.kind === 'delete' ? [one.live.id] : [])));
  const staying = live.products.filter(({ id }) => !named.has(id) && !deleted.has(id));
  const warnings = [
    ...takenNames(changes, staying),
    ...declaredOwnership(desired, scope),
    ...rest.diagnostics,
  ];
  const suspects = isPart(scope) ? [] : renameSuspects(changes, rest.kept);
  const touched = [
    ...changes.flatMap((one) => ('live' in one ? one.live : [])),
    ...suspects.map(({ from }) => from),
  ];
  const difference: Difference = {
    changes,
    uncertain: [
      ...touched.filter(({ fromRow }) => fromRow),
      ...declared.flatMap(({ uncertain }) => uncertain ?? []),
    ],
    unchanged: declared.flatMap(({ unchanged }) => unchanged ?? []),
    unmanaged: rest.unmanaged,
    kept: rest.kept,
    outOfScope: outOfScope.map(({ name }) => name),
    held: held.map(({ desired: one }) => one),
    owners: input.owners.map((owner) => shareOf(owner, live.products, matches, scope)),
    managesProducts: input.managesProducts,
    renameSuspects: suspects,
    externalLabelsIgnored: !live.keepsExternalLabels,
  };
  return {
    value: difference,
    diagnostics: [...inputDiagnostics, ...conflicts, ...warnings],
    compared: planned,
  };
}

/** Whether a match is planned: a partial run plans only the named products, by declared or live name. */
function isPlanned({ products }: Scope): (one: Match) => boolean {
  if (products.length === 0) return () => true;
  return ({ desired, live }) =>
    products.includes(desired.name) || (live !== undefined && products.includes(live.fields.name));
}

function shareOf(
  owner: Owner,
  live: readonly CompactProduct[],
  matches: readonly Match[],
  { selector }: Scope,
): OwnerShare {
  const own = live.filter(
    (product) => isOwnedBy(product, [owner]) && matchesSelector(product.fields.labels, selector),
  );
  const declared = new Set(matches.map(({ live: one }) => one?.id));
  return { owner, live: own.length, declared: own.filter(({ id }) => declared.has(id)).length };
}

function noneInScope(
  desired: readonly DesiredProduct[],
  outOfScope: readonly DesiredProduct[],
): readonly Diagnostic[] {
  const [first] = outOfScope;
  if (desired.length > 0 || first === undefined) return [];
  return [
    diagnostic('selector-matches-nothing', {
      message: 'no declared product has the labels of --label-selector',
      hint: 'Correct the selector, or the labels in the files.',
      location: first.at(['labels']),
    }),
  ];
}

/**
 * Errors for names of --product that match neither a declared product nor an entry of `allow:` that deletes or
 * releases one.
 */
function unknownProductNames({ scope, desired, live, allowances }: DiffInput): readonly Diagnostic[] {
  const liveNames = (id: string | undefined) =>
    live.products.filter((one) => one.id === id).map(({ fields }) => fields.name);
  const names = new Set([
    ...desired.flatMap(({ name, id }) => [name, ...liveNames(id)]),
    ...desired.flatMap(({ previous_name }) => previous_name ?? []),
    ...allowances.flatMap(({ product, id }) => [product ?? [], liveNames(id)].flat()),
  ]);
  return scope.products
    .filter((name) => !names.has(name))
    .map((name) => {
      const near = nearest(name, names);
      return diagnostic('no-such-product', {
        message: `--product names "${name}", which the files do not declare`,
        hint: near === undefined ? 'Correct the name.' : `Did you mean "${near}"?`,
      });
    });
}

/**
 * Whether the selector includes a product. A product that declares another value for a label of the selector belongs
 * to another team (docs/design/contract.md §5).
 */
export function inScope({ fields }: DesiredProduct, { selector }: Scope): boolean {
  const labels = fields.labels ?? {};
  return Object.entries(selector).every(([key, value]) => (labelOf(labels, key) ?? value) === value);
}

/**
 * Errors for live products without the labels of the selector. Skips external products if the server keeps no labels
 * on them.
 */
function outOfSelector(matches: readonly Match[], { scope, live: portal }: DiffInput): readonly Diagnostic[] {
  return matches.flatMap(({ desired, live }) => {
    if (live === undefined || matchesSelector(live.fields.labels, scope.selector)) return [];
    if (live.type === 'external' && !portal.keepsExternalLabels) return [];
    return [
      diagnostic('product-out-of-selector', {
        message: `"${desired.name}" exists on the portal without the labels of --label-selector`,
        hint: 'Write the label into the file, and run once without --label-selector and with --no-delete.',
        location: desired.at(['name']),
      }),
    ];
  });
}

function changeOf(
  { desired, live }: Match,
  { names, scope, live: portal }: DiffInput,
): {
  readonly change?: ProductChange;
  readonly unchanged?: CompactProduct;
  readonly uncertain?: CompactProduct;
} {
  const declared = effectiveFields(desired, live, scope, portal.keepsExternalLabels);
  if (live === undefined) return { change: { kind: 'create', desired, ...compare(declared, {}, names) } };
  if (live.type !== desired.type) {
    return { change: replacement(desired, live, declared, names) };
  }
  const [carried, readable] = splitFields(declared, live.unreadable);
  const { fields, changes } = compare(readable, live.fields, names);
  if (Object.keys(fields).length === 0) {
    return { unchanged: live, ...(isInRow(readable, live) ? {} : { uncertain: live }) };
  }
  return { change: { kind: 'update', desired, live, fields, carried: unpackedFields(carried), changes } };
}

/** Whether the list row of a product has all of these fields: a field that the list omits may have any value. */
function isInRow(fields: DesiredFields, { fromRow }: CompactProduct): boolean {
  return fromRow === undefined || Object.keys(fields).every((name) => fromRow.some((one) => one === name));
}

/**
 * Separates the fields that the server does not return. adc cannot compare them, and includes them in every write, so
 * that no write loses them.
 */
function splitFields(
  fields: DesiredFields,
  names: readonly FieldName[],
): readonly [DesiredFields, DesiredFields] {
  if (names.length === 0) return [{}, fields];
  const [named, others] = partition(Object.entries(fields), ([name]) => names.some((one) => one === name));
  return [Object.fromEntries(named), Object.fromEntries(others)];
}

/**
 * Ids of live products that declared products out of scope may match. Files name these products, so the run must not
 * delete them.
 */
function possibleMatches(
  outOfScope: readonly DesiredProduct[],
  { products }: LivePortal<CompactProduct>,
): readonly string[] {
  const ids = new Set(outOfScope.map(({ id }) => id));
  const names = new Set(outOfScope.flatMap(({ name, previous_name }) => [name, previous_name]));
  return products.filter(({ id, fields }) => ids.has(id) || names.has(fields.name)).map(({ id }) => id);
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function byNameAndId(a: CompactProduct, b: CompactProduct): number {
  return compareStrings(a.fields.name, b.fields.name) || compareStrings(a.id, b.id);
}
