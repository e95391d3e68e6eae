import { diff, inScope, type Compared } from '../diff/diff.ts';
import { fieldsNotDeclared } from '../diff/undeclared.ts';
import { references } from '../fields/field-table.ts';
import type { Admin } from '../model/admin.ts';
import type { Attribution, Difference } from '../model/change.ts';
import type { Subject } from '../model/consent.ts';
import type { Declared } from '../model/declared.ts';
import type { Names } from '../model/desired.ts';
import { diagnostic, hasErrors, type Checked, type Diagnostic } from '../model/diagnostic.ts';
import type { Directory } from '../model/directory.ts';
import type { HeldProduct, LivePortal, LiveProduct, Target } from '../model/live.ts';
import type { Scope } from '../model/ownership.ts';
import type { Plan } from '../model/plan.ts';
import type { FieldName } from '../model/product.ts';
import { losingSubscriptions } from '../plan/chains.ts';
import { breakingProducts, unusedAllowances } from '../plan/consent.ts';
import { plan } from '../plan/plan.ts';
import {
  namesOf,
  resolve,
  resolveProduct,
  servicesByKey,
  unknownGroups,
  withGatewayFiles,
  type Resolved,
} from '../resolve/resolve.ts';
import { attributed, type Base } from './base-files.ts';
import { changedProducts, portalChecks } from './portal-checks.ts';
import { holder, readServices, readSubscribers, subscriptionsIn } from './portal-reads.ts';

export interface PlannedPortal extends Checked<Plan> {
  /** Where the changed paths come from, if they are compared with a revision. */
  readonly attribution?: Attribution;
  /** Published external products whose document breaks callers. */
  readonly breaking?: readonly Subject[];
}

interface ReadingOptions {
  /** Whether to check all products, even if they do not change, and even if other products have unknown names. */
  readonly checksAll?: boolean | undefined;
  /** Whether the plan names subscribers. */
  readonly withNames?: boolean | undefined;
  /** Whether the diagnostics name the live fields that no file declares. */
  readonly reportsUndeclared?: boolean | undefined;
  /** The files at a git revision, to which changed paths are attributed. */
  readonly base?: Base | undefined;
}

/**
 * Plans for `diff` and `sync`: compares the declared products with the live ones. Only reads. To apply the plan,
 * nothing else is needed.
 */
export async function planPortal(
  declared: Declared,
  admin: Admin,
  scope: Scope,
  options: ReadingOptions = {},
): Promise<PlannedPortal> {
  const elsewhere = portalMismatch(declared, admin.target);
  if (hasErrors(elsewhere)) return { diagnostics: elsewhere };
  const keep = holder(declared);
  const { resolved, live, directory } = await readBoth({ declared, ...options }, admin, keep);
  const { value, diagnostics } = resolved;
  if (live === undefined) return { diagnostics };
  const read = { declared, directory, live, scope, keep };
  if (value === undefined) {
    const found = options.checksAll === true ? await checkResolved(read, admin) : [];
    return { diagnostics: [...diagnostics, ...found] };
  }
  const { diagnostics: found, ...planned } = await planResolved(read, value, options, admin);
  return { ...planned, diagnostics: [...diagnostics, ...found] };
}

/** The data read from a portal, for the declared products. */
interface ReadPortal {
  readonly declared: Declared;
  readonly directory: Directory;
  readonly live: LivePortal<HeldProduct>;
  readonly scope: Scope;
  readonly keep: Keep;
}

async function planResolved(
  { declared, directory: known, live, scope, keep }: ReadPortal,
  resolved: Resolved,
  { withNames, reportsUndeclared, checksAll, base }: ReadingOptions,
  admin: Admin,
): Promise<PlannedPortal> {
  const { products: desired } = resolved;
  const { managesProducts, owners, allowances } = declared;
  const compareBy = (names: Names) => (portal: LivePortal<HeldProduct>) =>
    diff({ desired, managesProducts, owners, allowances, live: portal, names, scope });
  const first = await compareUntilCertain({ compare: compareBy(resolved.names), keep, admin }, live);
  const directory = await directoryForPeople(first.compared.value, known, admin);
  const [names, services] = [namesOf(directory), servicesByKey(directory)];
  const compared = directory === known ? first.compared : compareBy(names)(first.live);
  const difference = compared.value;
  const changed = difference ? changedProducts(difference) : [];
  const checked = checksAll ? desired.filter((product) => inScope(product, scope)) : changed;
  const [checks, read] = await Promise.all([
    portalChecks({ directory, names, changes: difference?.changes ?? [], products: checked }, admin),
    readSubscribers(difference ? losingSubscriptions(difference) : [], admin),
  ]);
  const diagnostics = [...compared.diagnostics, ...checks];
  if (difference === undefined || hasErrors(checks)) return { diagnostics };
  const { target } = admin;
  const { products } = first.live;
  const subscribed = subscriptionsIn(read, withNames);
  const value = plan({ target, difference, names, services, scope, ...subscribed, live: products, owners });
  return {
    value,
    diagnostics: [
      ...diagnostics,
      ...unusedAllowances(allowances, value, products),
      ...undeclaredFields(compared, first.live, reportsUndeclared),
    ],
    breaking: breakingProducts(difference, products),
    ...(base && {
      attribution: attributed(base, directory, { difference, plan: value, names, scope, live }),
    }),
  };
}

function undeclaredFields(
  { compared = [] }: Compared,
  { keepsExternalLabels }: LivePortal<HeldProduct>,
  isAsked = false,
): readonly Diagnostic[] {
  if (!isAsked) return [];
  const declared = compared.map(({ desired, live }) => ({
    desired,
    live,
    declares: (field: FieldName) => desired.fields[field] !== undefined,
  }));
  return fieldsNotDeclared(declared, keepsExternalLabels);
}

interface Both {
  readonly resolved: Checked<Resolved>;
  readonly directory: Directory;
  readonly live: LivePortal<HeldProduct> | undefined;
}

/**
 * Resolves the names in the files, and reads the live products. After an unknown name, it reads no products, unless
 * the other products are to be checked.
 */
async function readBoth(
  { declared, base, checksAll }: { readonly declared: Declared } & ReadingOptions,
  admin: Admin,
  keep: Keep,
): Promise<Both> {
  const stop = new AbortController();
  const resolving = admin
    .readDirectory(references([...declared.products, ...(base?.products ?? [])].map(({ body }) => body)))
    .then((read) => {
      const directory = withGatewayFiles(read, declared.gateways);
      const strange = unknownGroups(read, declared.gateways);
      const found = resolve(declared, directory);
      const resolved = strange.length > 0 ? { diagnostics: [...strange, ...found.diagnostics] } : found;
      const isChecked =
        checksAll === true && declared.products.some((one) => resolveProduct(one, directory).value);
      if (resolved.value === undefined && !isChecked) stop.abort();
      return { resolved, directory };
    });
  const reading = admin
    .readPortal({ mayUseRows: true, keep, signal: stop.signal })
    .catch((error: unknown) => {
      if (stop.signal.aborted) return undefined;
      throw error;
    });
  const [known, live] = await Promise.all([resolving, reading]);
  return { ...known, live };
}

type Keep = (product: LiveProduct) => HeldProduct;

interface Certain {
  readonly compared: Compared;
  readonly live: LivePortal<HeldProduct>;
}

interface Comparing {
  readonly compare: (portal: LivePortal<HeldProduct>) => Compared;
  readonly keep: Keep;
  readonly admin: Admin;
}

/**
 * Compares until no result depends on a list row that could be incomplete: every changed product was read on its own,
 * and after an error, every product. Each round reads products that were not yet read on their own.
 */
async function compareUntilCertain(comparing: Comparing, live: LivePortal<HeldProduct>): Promise<Certain> {
  const { compare, keep, admin } = comparing;
  const compared = compare(live);
  const fromRows = live.products.filter(({ fromRow }) => fromRow);
  const uncertain = compared.value ? compared.value.uncertain : fromRows;
  if (uncertain.length === 0) return { compared, live };
  const again = (await admin.readAgain([...new Set(uncertain)])).map(keep);
  const read = new Map(again.map((product) => [product.id, product]));
  const products = live.products.map((product) => read.get(product.id) ?? product);
  return compareUntilCertain(comparing, { ...live, products });
}

/**
 * Diagnostics of the products whose names are all resolved, if other products have unknown names. Excludes the live
 * products of those others, since their outcome is unknown.
 */
async function checkResolved(given: ReadPortal, admin: Admin): Promise<readonly Diagnostic[]> {
  const { declared, directory, live, keep } = given;
  const scope = { ...given.scope, products: [] };
  const each = declared.products.map(
    (product) => [product, resolveProduct(product, directory).value] as const,
  );
  const desired = each.flatMap(([, value]) => value ?? []);
  const lost = new Set(
    each.flatMap(([{ body }, value]) => (value ? [] : [body.id, body.name, body.previous_name])),
  );
  const isLost = (...names: readonly (string | undefined)[]): boolean =>
    names.some((name) => name !== undefined && lost.has(name));
  const { managesProducts, owners } = declared;
  const allowances = declared.allowances.filter(({ id, product }) => !isLost(id, product));
  const names = namesOf(directory);
  const compare = (portal: LivePortal<HeldProduct>): Checked<Difference> =>
    diff({ desired, managesProducts, owners, allowances, live: portal, names, scope });
  const others = live.products.filter(({ id, fields }) => !isLost(id, fields.name));
  const { compared } = await compareUntilCertain({ compare, keep, admin }, { ...live, products: others });
  const products = desired.filter((product) => inScope(product, scope));
  const changes = compared.value?.changes ?? [];
  return [...compared.diagnostics, ...(await portalChecks({ products, changes, directory, names }, admin))];
}

/**
 * A directory that also has the services that only live products link and a change releases: an approver must see
 * which service loses its auth. Reads only missing gateway groups; returns the same directory if none is missing.
 */
async function directoryForPeople(
  difference: Difference | undefined,
  known: Directory,
  admin: Admin,
): Promise<Directory> {
  const touched = (difference?.changes ?? []).flatMap((change) =>
    change.kind === 'create' ? [] : [change.live],
  );
  const links = touched.flatMap(({ fields }) => fields.linked_gateway_services);
  const missing = links.filter((link) => !known.services.has(link.gateway_group_id));
  return (await readServices(missing, admin, known)) ?? known;
}

/** An error if the files name another portal than the target. A file may use the name or the id. */
export function portalMismatch({ portal }: Declared, { portal: target }: Target): readonly Diagnostic[] {
  if (portal === undefined || portal.name === target.name || portal.name === target.id) return [];
  return [
    diagnostic('portal-mismatch', {
      message: `this file is for the portal "${portal.name}", and --portal or ADC_PORTAL names "${target.name}"`,
      hint: `Remove --portal and ADC_PORTAL, or set them to "${portal.name}".`,
      location: portal.at(),
    }),
  ];
}
