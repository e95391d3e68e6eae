import { diff, inScope, type Compared } from '../diff/diff.ts';
import { fieldsNotDeclared } from '../diff/fields-not-declared.ts';
import type { Attribution } from '../model/attribution.ts';
import type { Admin } from '../model/admin.ts';
import type { Difference } from '../model/change.ts';
import type { Subject } from '../model/consent.ts';
import type { Declared } from '../model/declared.ts';
import { hasErrors, type Checked, type Diagnostic } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { Names } from '../model/desired.ts';
import { countOf, type HeldProduct, type LivePortal, type LiveProduct, type Target } from '../model/live.ts';
import type { Directory } from '../model/directory.ts';
import type { FieldName, Link } from '../model/product.ts';
import type { Plan } from '../model/plan.ts';
import type { Scope } from '../model/scope.ts';
import { endangered } from '../plan/actions.ts';
import { breakingProducts, unusedAllowances } from '../plan/unused-allowances.ts';
import type { ChainContext, SubscribersOf } from '../plan/chains-of.ts';
import { plan } from '../plan/plan.ts';
import { references } from '../fields/references.ts';
import { namesOf, resolve, resolveProduct, servicesByKey, type Resolved } from '../resolve/resolve.ts';
import { unknownGroups, withGatewayFiles } from '../resolve/planned-services.ts';
import { attributed, type Base } from './base-files.ts';
import { holder } from './holder.ts';
import { changedProducts, portalChecks } from './portal-checks.ts';

export interface PlannedPortal extends Checked<Plan> {
  /** Where the changed paths come from, if they are compared with a revision. */
  readonly attribution?: Attribution;
  /** Published external products whose document breaks callers. */
  readonly breaking?: readonly Subject[];
}

interface ReadingOptions {
  /** Whether all products are checked, also those that do not change, and also beside names that mean nothing. */
  readonly checksAll?: boolean | undefined;
  /** Whether the plan names subscribers. */
  readonly withNames?: boolean | undefined;
  /** Whether the diagnostics name the live fields that no file declares. */
  readonly tellsUndeclared?: boolean | undefined;
  /** The files at a git revision, to which changed paths are attributed. */
  readonly base?: Base | undefined;
}

/**
 * The story of `diff`, and the first half of `sync`: what the files declare and what is live, brought together into a
 * plan. Only reads; the plan is all that carrying it out needs.
 */
export async function planPortal(
  declared: Declared,
  admin: Admin,
  scope: Scope,
  options: ReadingOptions = {},
): Promise<PlannedPortal> {
  const elsewhere = otherPortal(declared, admin.target);
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

/** What was read of a portal, for the products that files declare. */
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
  { withNames, tellsUndeclared, checksAll, base }: ReadingOptions,
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
    readSubscribers(difference ? endangered(difference) : [], admin),
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
      ...undeclaredFields(compared, first.live, tellsUndeclared),
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
 * What the names in the files mean, and what is live. Where a name means nothing, no product is read any more, unless others
 * are to be checked.
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
 * Compares until nothing rests on a row of a list any more that could say less than its product: what changes was read on
 * its own, and so was everything if the outcome is an error. Each round reads products that were not yet read so.
 */
async function compareUntilCertain(comparing: Comparing, live: LivePortal<HeldProduct>): Promise<Certain> {
  const { compare, keep, admin } = comparing;
  const compared = compare(live);
  const fromRows = live.products.filter(({ fromRow }) => fromRow);
  const unsure = compared.value ? compared.value.unsure : fromRows;
  if (unsure.length === 0) return { compared, live };
  const again = (await admin.readAgain([...new Set(unsure)])).map(keep);
  const read = new Map(again.map((product) => [product.id, product]));
  const products = live.products.map((product) => read.get(product.id) ?? product);
  return compareUntilCertain(comparing, { ...live, products });
}

/**
 * What is wrong with the products whose names all mean something, beside others. The live products of those others are left
 * out, since nothing is known of what becomes of them.
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
 * A directory with the services that no file refers to, but that a change lets go of: an approver must understand which service
 * loses its auth. Asks only for gateway groups that were not read before; the same directory where none is missing.
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

/** The services of the gateway groups of some links; undefined where there are no links. */
export async function readServices(
  links: readonly Pick<Link, 'gateway_group_id'>[],
  admin: Admin,
  known?: Directory,
): Promise<Directory | undefined> {
  const ids = new Set(links.map((link) => link.gateway_group_id));
  if (ids.size === 0) return undefined;
  const none = { names: new Set<string>(), ids: new Set<string>() };
  const gatewayGroups = { names: new Set<string>(), ids };
  return admin.readDirectory({ gatewayGroups, dcrProviders: none, contactPoints: none }, known);
}

/** The subscribers of products, by product id; undefined where they are unknown. */
export async function readSubscribers(
  products: readonly Pick<HeldProduct, 'id'>[],
  admin: Admin,
): Promise<SubscribersOf> {
  const read = products.map(async ({ id }) => [id, await admin.readSubscribers(id)] as const);
  return new Map(await Promise.all(read));
}

/** How many subscribers products have, and with names also who they are. */
export function subscriptionsIn(
  read: SubscribersOf,
  withNames = false,
): Pick<ChainContext, 'subscriptions' | 'subscribers'> {
  const subscriptions = new Map([...read].map(([id, subscribers]) => [id, countOf(subscribers)] as const));
  return { subscriptions, ...(withNames && { subscribers: read }) };
}

/** A file may name the portal by name or id; naming another one than was asked for is never resolved by guessing. */
export function otherPortal({ portal }: Declared, { portal: target }: Target): readonly Diagnostic[] {
  if (portal === undefined || portal.name === target.name || portal.name === target.id) return [];
  return [
    diagnostic('portal-mismatch', {
      message: `this file is for the portal "${portal.name}", and --portal or ADC_PORTAL names "${target.name}"`,
      hint: `Remove --portal and ADC_PORTAL, or set them to "${portal.name}".`,
      location: portal.at(),
    }),
  ];
}
