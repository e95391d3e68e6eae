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
import type { CompactProduct, LivePortal, LiveProduct, Target } from '../model/live.ts';
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
import { productReducer, readServices, readSubscribers, subscriptionsIn } from './portal-reads.ts';

export interface PlannedPortal extends Checked<Plan> {
  /** The origin of each changed path, if the options name a git revision. */
  readonly attribution?: Attribution;
  /** Published external products whose new document breaks callers. */
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
 * Plans for `diff` and `sync`: compares the declared products with the live ones. Only reads. The plan contains
 * everything that is needed to apply it.
 */
export async function planPortal(
  declared: Declared,
  admin: Admin,
  scope: Scope,
  options: ReadingOptions = {},
): Promise<PlannedPortal> {
  const mismatch = portalMismatch(declared, admin.target);
  if (hasErrors(mismatch)) return { diagnostics: mismatch };
  const keep = productReducer(declared);
  const { resolved, live, directory } = await resolveAndRead({ declared, ...options }, admin, keep);
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
  readonly live: LivePortal<CompactProduct>;
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
  const compareBy = (names: Names) => (portal: LivePortal<CompactProduct>) =>
    diff({ desired, managesProducts, owners, allowances, live: portal, names, scope });
  const first = await compareUntilCertain({ compare: compareBy(resolved.names), keep, admin }, live);
  const directory = await withReleasedServices(first.compared.value, known, admin);
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
  { keepsExternalLabels }: LivePortal<CompactProduct>,
  isRequested = false,
): readonly Diagnostic[] {
  if (!isRequested) return [];
  const declared = compared.map(({ desired, live }) => ({
    desired,
    live,
    declares: (field: FieldName) => desired.fields[field] !== undefined,
  }));
  return fieldsNotDeclared(declared, keepsExternalLabels);
}

interface ResolvedAndLive {
  readonly resolved: Checked<Resolved>;
  readonly directory: Directory;
  readonly live: LivePortal<CompactProduct> | undefined;
}

/**
 * Resolves the names in the files, and reads the live products at the same time. An unknown name stops the reading,
 * unless `checksAll` asks for checks of the other products.
 */
async function resolveAndRead(
  { declared, base, checksAll }: { readonly declared: Declared } & ReadingOptions,
  admin: Admin,
  keep: Keep,
): Promise<ResolvedAndLive> {
  const stop = new AbortController();
  const resolving = admin
    .readDirectory(references([...declared.products, ...(base?.products ?? [])].map(({ body }) => body)))
    .then((read) => {
      const directory = withGatewayFiles(read, declared.gateways);
      const unknown = unknownGroups(read, declared.gateways);
      const found = resolve(declared, directory);
      const resolved = unknown.length > 0 ? { diagnostics: [...unknown, ...found.diagnostics] } : found;
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

type Keep = (product: LiveProduct) => CompactProduct;

interface Certain {
  readonly compared: Compared;
  readonly live: LivePortal<CompactProduct>;
}

interface Comparing {
  readonly compare: (portal: LivePortal<CompactProduct>) => Compared;
  readonly keep: Keep;
  readonly admin: Admin;
}

/**
 * Compares until no result depends on a list row that could be incomplete. Each round reads every changed product with
 * its own request, or, after an error, every product.
 */
async function compareUntilCertain(comparing: Comparing, live: LivePortal<CompactProduct>): Promise<Certain> {
  const { compare, keep, admin } = comparing;
  const compared = compare(live);
  const fromRows = live.products.filter(({ fromRow }) => fromRow);
  const uncertain = compared.value ? compared.value.uncertain : fromRows;
  if (uncertain.length === 0) return { compared, live };
  const reread = (await admin.readAgain([...new Set(uncertain)])).map(keep);
  const byId = new Map(reread.map((product) => [product.id, product]));
  const products = live.products.map((product) => byId.get(product.id) ?? product);
  return compareUntilCertain(comparing, { ...live, products });
}

/**
 * Diagnostics of the products without unknown names, if other products have unknown names. Excludes the live products
 * of those other products, since their changes are unknown.
 */
async function checkResolved(given: ReadPortal, admin: Admin): Promise<readonly Diagnostic[]> {
  const { declared, directory, live, keep } = given;
  const scope = { ...given.scope, products: [] };
  const pairs = declared.products.map(
    (product) => [product, resolveProduct(product, directory).value] as const,
  );
  const desired = pairs.flatMap(([, value]) => value ?? []);
  const unresolved = new Set(
    pairs.flatMap(([{ body }, value]) => (value ? [] : [body.id, body.name, body.previous_name])),
  );
  const isUnresolved = (...names: readonly (string | undefined)[]): boolean =>
    names.some((name) => name !== undefined && unresolved.has(name));
  const { managesProducts, owners } = declared;
  const allowances = declared.allowances.filter(({ id, product }) => !isUnresolved(id, product));
  const names = namesOf(directory);
  const compare = (portal: LivePortal<CompactProduct>): Checked<Difference> =>
    diff({ desired, managesProducts, owners, allowances, live: portal, names, scope });
  const others = live.products.filter(({ id, fields }) => !isUnresolved(id, fields.name));
  const { compared } = await compareUntilCertain({ compare, keep, admin }, { ...live, products: others });
  const products = desired.filter((product) => inScope(product, scope));
  const changes = compared.value?.changes ?? [];
  return [...compared.diagnostics, ...(await portalChecks({ products, changes, directory, names }, admin))];
}

/**
 * The directory with the services that a change releases and no file names: an approver must see the name of a
 * service that loses its auth. Reads only missing gateway groups; returns the same directory if none is missing.
 */
async function withReleasedServices(
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
      message: `this file is for the portal "${portal.name}", and this run is for "${target.name}"`,
      hint: `Remove \`portal:\` from the file, or choose "${portal.name}" with --portal, ADC_PORTAL or the config.`,
      location: portal.at(),
    }),
  ];
}
