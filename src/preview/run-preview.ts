import { applyPlan, withPlan, type PlanSource } from '../api/apply-plan.ts';
import type { ApplyOptions, SyncResult } from '../api/sync-types.ts';
import { checkFiles } from '../api/read-files.ts';
import { withAdmin, type Connection } from '../api/connection.ts';
import { documentTexts, portalView } from '../emulator/portal-view.ts';
import type { Emulator } from '../emulator/start-emulator.ts';
import type { Switches } from '../emulator/switches.ts';
import { groupBy } from '../lib/group-by.ts';
import { Secret } from '../lib/secret.ts';
import type { Declared } from '../model/declared.ts';
import type { Checked } from '../model/diagnostic.ts';
import type { Target } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { PortalView } from '../model/portal-view.ts';
import { startCopy, type Copy } from './copy.ts';
import { copyPortal, emptyPortal } from './read-portal.ts';

export interface PreviewInput extends Pick<PlanSource, 'input' | 'scope'> {
  /** Undefined: no server was given, and the preview starts from an empty portal. */
  readonly connect: PlanSource['connect'] | undefined;
  /** Name of the empty portal; undefined: the files name it, or it is `default`. */
  readonly portal: string | undefined;
  readonly consent: NonNullable<ApplyOptions['consent']>;
  /** How the copy behaves beside what the portal shows. */
  readonly switches: Partial<Switches>;
  readonly onWarning: (warning: string) => void;
  readonly signal: AbortSignal;
}

/** What a run on a copy showed (docs/design/contract.md §14.2). */
export interface Preview {
  readonly target: Target;
  /** Whether the copy is one of a portal, and not an empty portal. */
  readonly isCopy: boolean;
  /** Services, as `group/service`, that only files of API7's ADC declare; the copy has them. */
  readonly plannedServices: readonly string[];
  readonly result: SyncResult & { readonly plan: Plan };
  readonly before: PortalView;
  readonly after: PortalView;
  /** Texts of the OpenAPI documents of both, by id. */
  readonly documents: ReadonlyMap<string, string>;
  /** Everything that the copy holds after the run. */
  readonly rows: Copy['rows'];
  /** How many requests wrote a product, by its name. */
  readonly writes: ReadonlyMap<string, number>;
  readonly ended: readonly EndedOf[];
  /** Steps of a second run; none if the first one applied everything. */
  readonly left: Plan['steps'];
}

/** Subscriptions of one product that ended. */
export interface EndedOf {
  readonly product: string;
  readonly active: number;
  readonly pending: number;
  /** Names that the copy gives to the applications. */
  readonly applications: readonly string[];
}

/**
 * Copies the portal, applies the plan to the copy with the given consent, as `sync` does, and plans a second run. Only reads the
 * portal. @returns only diagnostics if there is no plan.
 * @throws as sync() does.
 */
export async function runPreview(input: PreviewInput): Promise<Checked<Preview>> {
  const { value: declared, diagnostics } = await checkFiles(input.input);
  if (declared === undefined) return { diagnostics };
  const copy = await copyFor(declared, input);
  const emulator = await startCopy(copy, input.switches);
  try {
    return await played(copy, emulator, input);
  } finally {
    await emulator.close();
  }
}

async function copyFor(declared: Declared, { connect, portal }: PreviewInput): Promise<Copy> {
  if (connect !== undefined)
    return withAdmin(await connect(declared.portal?.name), async (admin) => copyPortal(admin, declared));
  const name = portal ?? declared.portal?.name ?? 'default';
  return emptyPortal(declared, { server: '(no server)', portal: { id: name, name }, dialect: 'query' });
}

async function played(copy: Copy, emulator: Emulator, input: PreviewInput): Promise<Checked<Preview>> {
  const { store, journal } = emulator;
  const { target } = copy;
  const isCopy = input.connect !== undefined;
  const shown = () => {
    const portal = store.portal(target.portal.id);
    return { view: portalView(store, portal), documents: documentTexts(store, portal) };
  };
  const source = { ...input, connect: () => connectionTo(emulator, copy, input) };
  const before = shown();
  const result = await withPlan(source, applyPlan({ consent: input.consent }));
  const diagnostics = result.diagnostics.filter((one) => isCopy || !ONLY_SERVERS_KNOW.has(one.code));
  const { plan } = result;
  if (plan === undefined) return { diagnostics };
  const written = journal.writes().filter(({ status }) => status < 300);
  const writes = groupBy(written, ({ product }) => product?.name ?? '');
  const left = await withPlan(source, async ({ value }) => value?.steps ?? []);
  const after = shown();
  const value: Preview = {
    target,
    isCopy,
    plannedServices: copy.planned,
    result: { ...result, diagnostics, plan: { ...plan, target: { ...plan.target, server: target.server } } },
    before: before.view,
    after: after.view,
    documents: new Map([...before.documents, ...after.documents]),
    rows: { ...store.rows, portals: store.tables.portals.all() },
    writes: new Map([...writes].map(([product, requests]) => [product, requests.length])),
    ended: endedIn(emulator, before.view),
    left,
  };
  return { value, diagnostics };
}

/** What an empty portal says of its services is not known. */
const ONLY_SERVERS_KNOW: ReadonlySet<string> = new Set(['service-without-openapi']);

function connectionTo(
  { url, token }: Emulator,
  { target }: Copy,
  { onWarning, signal }: PreviewInput,
): Connection {
  const { portal, dialect } = target;
  return { server: url, token: new Secret(token), portal: portal.id, dialect, onWarning, signal };
}

function endedIn({ store }: Emulator, before: PortalView): readonly EndedOf[] {
  const names = new Map(before.products.map(({ id, name }) => [id, name]));
  const ofProducts = groupBy(store.endedSubscriptions, ({ api_product_id: id }) => names.get(id) ?? id);
  return [...ofProducts].map(([product, ended]) => {
    const active = ended.filter(({ status }) => status === 'subscribed').length;
    const ids = new Set(ended.map(({ application_id: id }) => id));
    return {
      product,
      active,
      pending: ended.length - active,
      applications: [...ids].map((id) => store.application(id).name),
    };
  });
}
