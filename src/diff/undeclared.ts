import { nonDefaultFields } from '../fields/field-table.ts';
import { compareStrings } from '../lib/lists.ts';
import type { ProductChange } from '../model/change.ts';
import { allowanceFor, type Subject } from '../model/consent.ts';
import type { Allowance } from '../model/declared.ts';
import type { DesiredProduct } from '../model/desired.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { CompactProduct, LivePortal } from '../model/live.ts';
import {
  type Owner,
  isManaged,
  isOwnedBy,
  matchesSelector,
  OWNERSHIP_LABEL,
  ownershipValue,
  type Scope,
} from '../model/ownership.ts';
import type { FieldName } from '../model/product.ts';

interface UndeclaredInput {
  readonly live: LivePortal<CompactProduct>;
  readonly scope: Scope;
  readonly owners: readonly Owner[];
  readonly managesProducts: boolean;
  readonly allowances: readonly Allowance[];
  readonly subject: (product: CompactProduct) => Subject;
}

/** The outcome of undeclared live products in scope (docs/design/contract.md §10). */
interface Undeclared {
  readonly changes: readonly ProductChange[];
  readonly kept: readonly CompactProduct[];
  readonly unmanaged: readonly CompactProduct[];
  readonly diagnostics: readonly Diagnostic[];
}

type UndeclaredOutcome =
  | 'delete'
  | 'allowed'
  | 'delete-unmanaged'
  | 'release'
  | 'kept'
  | 'no-owner'
  | 'refused'
  | 'unmanaged';

export function undeclared(declared: ReadonlySet<string>, input: UndeclaredInput): Undeclared {
  const { scope, live } = input;
  const candidates = live.products.filter(
    ({ id, fields }) => !declared.has(id) && matchesSelector(fields.labels, scope.selector),
  );
  const outcomes = candidates.map((product) => ({ product, outcome: outcomeOf(product, input) }));
  const withOutcome = (...wanted: readonly UndeclaredOutcome[]): readonly CompactProduct[] =>
    outcomes.filter(({ outcome }) => wanted.includes(outcome)).map(({ product }) => product);
  return {
    changes: [
      ...withOutcome('delete').map((product) => deletion(product, 'not-declared')),
      ...withOutcome('allowed').map((product) => deletion(product, 'allowed')),
      ...withOutcome('delete-unmanaged').map((product) => deletion(product, 'unmanaged')),
      ...withOutcome('release').map(release),
    ],
    kept: withOutcome('kept'),
    unmanaged: withOutcome('unmanaged', 'no-owner'),
    diagnostics: withoutOwner(withOutcome('no-owner')),
  };
}

function outcomeOf(product: CompactProduct, input: UndeclaredInput): UndeclaredOutcome {
  const { owners, live } = input;
  // The owner of an external product is unknown if the server keeps no labels on it.
  if (product.type === 'external' && !live.keepsExternalLabels) return 'unmanaged';
  if (!isManaged(product)) return deletesUnmanaged(input) ? 'delete-unmanaged' : 'unmanaged';
  const isOwnerless = isOwnedBy(product, [undefined]);
  if (!isOwnerless && !isOwnedBy(product, owners)) return 'unmanaged';
  return (
    namedOutcome(product, input) ?? (isOwnerless && hasOwner(input) ? 'no-owner' : defaultOutcome(input))
  );
}

function deletesUnmanaged({ scope, managesProducts }: UndeclaredInput): boolean {
  return scope.deleteUnmanaged && managesProducts && !isPart(scope) && !scope.noDelete;
}

/** Whether the run has an owner. Then adc cannot tell which repository a product without an owner belongs to. */
function hasOwner({ owners }: UndeclaredInput): boolean {
  return owners.some((owner) => owner !== undefined);
}

function defaultOutcome({ scope, managesProducts }: UndeclaredInput): UndeclaredOutcome {
  if (!scope.managedByLabel) return 'unmanaged';
  if (!managesProducts) return 'refused';
  return scope.noDelete || isPart(scope) ? 'kept' : 'delete';
}

/** The outcome by an entry of `allow:`; in a partial run, only for the named products. */
function namedOutcome(
  product: CompactProduct,
  { scope, allowances, subject }: UndeclaredInput,
): UndeclaredOutcome | undefined {
  const entry = allowanceFor(allowances, subject(product));
  if (isPart(scope) && !scope.products.includes(product.fields.name)) return undefined;
  if (entry?.release === true) return 'release';
  return entry?.delete === true && !scope.noDelete ? 'allowed' : undefined;
}

export function isPart({ products, partOfFiles = false }: Scope): boolean {
  return products.length > 0 || partOfFiles;
}

type Deletion = Extract<ProductChange, { kind: 'delete' }>;

function deletion(live: CompactProduct, because: Deletion['because']): Deletion {
  return { kind: 'delete', live, because, changes: [] };
}

function release(live: CompactProduct): ProductChange {
  const { [OWNERSHIP_LABEL]: before = '', ...labels } = live.fields.labels;
  return {
    kind: 'release',
    live,
    fields: { labels },
    changes: [{ path: `labels.${OWNERSHIP_LABEL}`, before }],
  };
}

function withoutOwner(products: readonly CompactProduct[]): readonly Diagnostic[] {
  if (products.length === 0) return [];
  const names = products.map(({ fields }) => `"${fields.name}"`).join(', ');
  const label = `${OWNERSHIP_LABEL}: ${ownershipValue(undefined)}`;
  return [
    diagnostic('managed-without-owner', {
      message: `undeclared products have the label "${label}" without an owner: ${names}`,
      hint: 'adc does not change them. Declare them, or delete or release them with an entry of `allow:`.',
    }),
  ];
}

/** Maximum number of product names shown for each field. */
const MAX_NAMES = 10;

/** A declared product with its live product. */
interface DeclaredLive {
  readonly desired: Pick<DesiredProduct, 'name' | 'type'>;
  readonly declares: (field: FieldName) => boolean;
  readonly live: CompactProduct | undefined;
}

/**
 * A diagnostic for live fields that no file declares, since no diff shows their changes (docs/design/contract.md
 * §13.4). Omits fields with their default.
 */
export function fieldsNotDeclared(
  products: readonly DeclaredLive[],
  keepsExternalLabels: boolean,
): readonly Diagnostic[] {
  const names = new Map<FieldName, string[]>();
  for (const { desired, declares, live } of products) {
    // A product that changes its type is created again from the file.
    if (live === undefined || live.type !== desired.type) continue;
    const undeclared = nonDefaultFields(live, keepsExternalLabels).filter((field) => !declares(field));
    for (const field of undeclared) names.set(field, [...(names.get(field) ?? []), `"${desired.name}"`]);
  }
  if (names.size === 0) return [];
  const fields = [...names].map(([field, products]) => `${field} of ${shortened(products)}`);
  return [
    diagnostic('fields-not-declared', {
      message: `the files do not declare live values other than the default: ${fields.join('; ')}`,
      hint: '`adc dump --update --all-fields` adds them to the files.',
    }),
  ];
}

function shortened(names: readonly string[]): string {
  const shown = names.toSorted(compareStrings).slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
