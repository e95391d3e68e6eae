import type { Difference, ProductChange } from '../model/change.ts';
import type { DesiredFields, DesiredProduct, Names } from '../model/desired.ts';
import { hasErrors, type Checked, type Diagnostic } from '../model/diagnostic.ts';
import { compareStrings } from '../lib/canonical-json.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { LivePortal, HeldProduct } from '../model/live.ts';
import { isOwned, labelOf, matchesSelector, OWNERSHIP_LABEL, OWNERSHIP_VALUE } from '../model/ownership.ts';
import type { FieldName } from '../model/product.ts';
import type { Scope } from '../model/scope.ts';
import { unpackedFields } from '../model/field-table.ts';
import { compare } from './compare.ts';
import { creatable } from './creatable.ts';
import { declaredOwnership } from './declared-ownership.ts';
import { effectiveFields } from './effective-fields.ts';
import { newNames } from './new-names.ts';
import { match, type Match } from './match.ts';
import { replacement } from './replacement.ts';
import { renameSuspects } from './rename-suspects.ts';
import { serviceConflicts } from './service-conflicts.ts';
import { takenNames } from './taken-names.ts';

export interface DiffInput {
  readonly desired: readonly DesiredProduct[];
  readonly managesProducts: boolean;
  readonly live: LivePortal<HeldProduct>;
  readonly names: Names;
  readonly scope: Scope;
}

/**
 * What the files and the portal disagree about (contract §5). Both sides come in one form, so that what is left is to
 * pair them up, to compare each pair, and to say what becomes of what has no partner. Pure.
 */
export function diff(input: DiffInput): Checked<Difference> {
  const { scope } = input;
  const live = { ...input.live, products: input.live.products.toSorted(byNameAndId) };
  const [desired, outOfScope] = partition(input.desired.toSorted(byName), (product) =>
    inScope(product, scope),
  );
  const { matches, diagnostics } = match(desired, live.products, scope.selector);
  const wrong = [...diagnostics, ...outOfSelector(matches, input)];
  if (hasErrors(wrong)) return { diagnostics: wrong };

  const declared = matches.map((one) => changeOf(one, input));
  const rest = undeclared(
    live.products,
    [...matches.flatMap((one) => one.live ?? []), ...meant(outOfScope, live)],
    input,
  );
  const changes = [...declared.flatMap(({ change }) => change ?? []), ...rest.deleted.map(deletion)];
  const conflicts = [
    ...creatable(changes),
    ...newNames(changes, live.products),
    ...serviceConflicts(changes, live.products, input.names, scope.selector),
  ];
  if (hasErrors(conflicts)) return { diagnostics: [...wrong, ...conflicts] };

  const deleted = new Set(rest.deleted.map(({ id }) => id));
  const known = new Set(matches.map(({ live: one }) => one?.id));
  const staying = live.products.filter(({ id }) => !known.has(id) && !deleted.has(id));
  const warnings = [...takenNames(changes, staying), ...declaredOwnership(desired, scope)];
  const suspects = renameSuspects(changes, rest.kept);
  const touched = [...changes.flatMap(liveOf), ...suspects.map(({ from }) => from)];
  const deletable = live.products.filter((product) => isDeletable(product, input));
  const difference: Difference = {
    changes,
    unsure: [...touched.filter(({ fromRow }) => fromRow), ...declared.flatMap(({ unsure }) => unsure ?? [])],
    unchanged: declared.flatMap(({ unchanged }) => unchanged ?? []),
    unmanaged: rest.unmanaged,
    kept: rest.kept,
    outOfScope: outOfScope.map(({ name }) => name),
    deletable: deletable.length,
    ownedDeletable: deletable.filter(isOwned).length,
    managesProducts: input.managesProducts,
    renameSuspects: suspects,
    externalLabelsIgnored: !live.keepsExternalLabels && desired.some(({ type }) => type === 'external'),
  };
  return { value: difference, diagnostics: [...wrong, ...conflicts, ...warnings] };
}

/** A product that declares another value for a label of the selector is somebody else's (contract §5). */
export function inScope({ fields }: DesiredProduct, { selector }: Scope): boolean {
  const labels = fields.labels ?? {};
  return Object.entries(selector).every(([key, value]) => (labelOf(labels, key) ?? value) === value);
}

/** Where the server keeps no labels on external products, none of them could ever bear those of the selector. */
function outOfSelector(matches: readonly Match[], { scope, live: portal }: DiffInput): readonly Diagnostic[] {
  return matches.flatMap(({ desired, live }) => {
    if (live === undefined || matchesSelector(live.fields.labels, scope.selector)) return [];
    if (live.type === 'external' && !portal.keepsExternalLabels) return [];
    return [
      diagnostic('product-out-of-selector', {
        message: `"${desired.name}" exists on the portal without the labels of --label-selector`,
        hint: `Label the live product ${live.id} first, or run once without --label-selector to take it over.`,
        location: desired.at(['name']),
      }),
    ];
  });
}

function changeOf(
  { desired, live }: Match,
  { names, scope, live: portal }: DiffInput,
): { readonly change?: ProductChange; readonly unchanged?: HeldProduct; readonly unsure?: HeldProduct } {
  const declared = effectiveFields(desired, live, scope, portal.keepsExternalLabels);
  if (live === undefined) return { change: { kind: 'create', desired, ...compare(declared, {}, names) } };
  if (live.type !== desired.type) {
    return { change: replacement(desired, live, declared, names) };
  }
  const [carried, readable] = splitFields(declared, live.unreadable);
  const { fields, changes } = compare(readable, live.fields, names);
  if (Object.keys(fields).length === 0) {
    return { unchanged: live, ...(isCarried(readable, live) ? {} : { unsure: live }) };
  }
  const adopts = !isOwned(live) && labelOf(fields.labels ?? {}, OWNERSHIP_LABEL) === OWNERSHIP_VALUE;
  return {
    change: { kind: 'update', desired, live, fields, carried: unpackedFields(carried), changes, adopts },
  };
}

/** Whether a product that was taken from a list has all of these fields there: what a list leaves out may be anything. */
function isCarried(fields: DesiredFields, { fromRow }: HeldProduct): boolean {
  return fromRow === undefined || Object.keys(fields).every((name) => fromRow.some((one) => one === name));
}

function liveOf(change: ProductChange): readonly HeldProduct[] {
  return change.kind === 'create' ? [] : [change.live];
}

/** What the server does not give back can't be compared; it goes along with every write, so that none loses it. */
function splitFields(
  fields: DesiredFields,
  names: readonly FieldName[],
): readonly [DesiredFields, DesiredFields] {
  if (names.length === 0) return [{}, fields];
  const [named, others] = partition(Object.entries(fields), ([name]) => names.some((one) => one === name));
  return [Object.fromEntries(named), Object.fromEntries(others)];
}

/** What becomes of live products in scope that no file names. */
function undeclared(live: readonly HeldProduct[], named: readonly HeldProduct[], input: DiffInput) {
  const { scope, managesProducts } = input;
  const ids = new Set(named.map(({ id }) => id));
  const left = live.filter(
    ({ id, fields }) => !ids.has(id) && matchesSelector(fields.labels, scope.selector),
  );
  const [ours, unmanaged] = partition(left, (product) => isDeletable(product, input));
  if (!managesProducts) return { deleted: [], kept: [], unmanaged };
  return scope.noDelete ? { deleted: [], kept: ours, unmanaged } : { deleted: ours, kept: [], unmanaged };
}

/** Live products that declared ones out of scope may mean: a file names them, so they are nobody's to delete. */
function meant(
  outOfScope: readonly DesiredProduct[],
  { products }: LivePortal<HeldProduct>,
): readonly HeldProduct[] {
  const ids = new Set(outOfScope.map(({ id }) => id));
  const names = new Set(outOfScope.flatMap(({ name, previous_name }) => [name, previous_name]));
  return products.filter(({ id, fields }) => ids.has(id) || names.has(fields.name));
}

/** External products of a server that keeps no labels on them are never deleted for being absent (contract §5). */
function isDeletable(product: HeldProduct, { scope, live }: DiffInput): boolean {
  if (!matchesSelector(product.fields.labels, scope.selector)) return false;
  if (product.type === 'external' && !live.keepsExternalLabels) return false;
  return scope.deleteUnmanaged || isOwned(product);
}

function deletion(live: HeldProduct): ProductChange {
  return { kind: 'delete', live, changes: [] };
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function byName(a: DesiredProduct, b: DesiredProduct): number {
  return compareStrings(a.name, b.name);
}

function byNameAndId(a: HeldProduct, b: HeldProduct): number {
  return compareStrings(a.fields.name, b.fields.name) || compareStrings(a.id, b.id);
}
