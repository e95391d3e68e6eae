import { applyPlan, withPlan, type PlanSource } from '../api/apply-plan.ts';
import { withAdmin, type Connection } from '../api/connection.ts';
import { checkFiles } from '../api/read-files.ts';
import type { ApplyOptions, SyncResult } from '../api/sync-types.ts';
import { documentTexts, portalView } from '../emulator/page-views.ts';
import type { Emulator } from '../emulator/start-emulator.ts';
import type { Switches } from '../emulator/switches.ts';
import { Secret } from '../lib/redaction.ts';
import { groupBy } from '../lib/lists.ts';
import { listed, printable } from '../lib/printable.ts';
import type { Declared } from '../model/declared.ts';
import type { Checked } from '../model/diagnostic.ts';
import type { Target } from '../model/live.ts';
import type { Outcome, Hazard, Plan } from '../model/plan.ts';
import type { PageData, PageSource, PageWarning, PortalView, ProductView } from '../model/portal-view.ts';
import { proposalParagraphs } from '../report/consent-text.ts';
import { failureText, stepName, withStatus } from '../report/outcome-words.ts';
import { impacts } from '../report/product-blocks.ts';
import type { Report } from '../report/report.ts';
import { hazardWords, lossWords, PLAIN, plural } from '../report/words.ts';
import { startCopy, type Copy } from './copy.ts';
import { copyPortal, emptyPortal, type PortalReads } from './read-portal.ts';

export interface PreviewInput extends Pick<PlanSource, 'input' | 'scope'> {
  /** Undefined: the preview starts from an empty portal, without a server. */
  readonly connect: PlanSource['connect'] | undefined;
  /** Name of the empty portal (default: the name in the files, or `default`). */
  readonly portal: string | undefined;
  readonly consent: NonNullable<ApplyOptions['consent']>;
  /** Additional switches of the copy. */
  readonly switches: Partial<Switches>;
  /** What earlier runs read from the portal. */
  readonly reads?: PortalReads;
  readonly onWarning: (warning: string) => void;
  readonly signal: AbortSignal;
}

/** The result of a run on a copy (docs/design/contract.md §14.2). */
export interface Preview {
  readonly target: Target;
  /** Whether a portal was copied; otherwise the run started from an empty portal. */
  readonly isCopy: boolean;
  /** See PortalReads. */
  readonly ageMs: number;
  /** See Copy.planned. */
  readonly plannedServices: readonly string[];
  readonly result: SyncResult & { readonly plan: Plan };
  readonly before: PortalView;
  readonly after: PortalView;
  /** Texts of the OpenAPI documents before and after, by id. */
  readonly documents: ReadonlyMap<string, string>;
  /** All rows of the copy after the run. */
  readonly rows: Copy['rows'];
  /** Number of successful writes, by product name. */
  readonly writes: ReadonlyMap<string, number>;
  readonly ended: readonly EndedOf[];
  /** The steps of a second run; empty if the first run applied the whole plan. */
  readonly left: Plan['steps'];
}

/** The ended subscriptions of one product. */
export interface EndedOf {
  readonly product: string;
  readonly active: number;
  readonly pending: number;
  /** Names of the applications in the copy. */
  readonly applications: readonly string[];
}

/**
 * Copies the portal, applies the plan to the copy as `sync` does, with the given consent, and plans a second run. Only
 * reads from the portal.
 * @returns only diagnostics if there is no plan.
 * @throws the errors of sync().
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

async function copyFor(declared: Declared, { connect, portal, reads }: PreviewInput): Promise<Copy> {
  if (connect !== undefined)
    return withAdmin(await connect(declared.portal?.name), async (admin) =>
      copyPortal(admin, declared, reads),
    );
  const name = portal ?? declared.portal?.name ?? 'default';
  return emptyPortal(declared, { server: '(no server)', portal: { id: name, name }, dialect: 'query' });
}

async function played(copy: Copy, emulator: Emulator, input: PreviewInput): Promise<Checked<Preview>> {
  const { store, journal } = emulator;
  const { target } = copy;
  const isCopy = input.connect !== undefined;
  const shown = () => {
    const portal = store.portal(target.portal.id);
    const { products } = portalView(store, portal);
    const view = { products: products.map((one) => (copy.unlisted.has(one.id) ? uncounted(one) : one)) };
    return { view, documents: documentTexts(store, portal) };
  };
  const source = { ...input, connect: () => connectionTo(emulator, copy, input) };
  const before = shown();
  const result = await withPlan(source, applyPlan({ consent: input.consent }));
  const diagnostics = result.diagnostics.filter((one) => isCopy || !NEEDS_SERVER.has(one.code));
  const { plan } = result;
  if (plan === undefined) return { diagnostics };
  const written = journal.writes().filter(({ status }) => status < 300);
  const writes = groupBy(written, ({ product }) => product?.name ?? '');
  const left = await withPlan(source, async ({ value }) => value?.steps ?? []);
  const after = shown();
  const value: Preview = {
    target,
    isCopy,
    ageMs: input.reads?.ageMs ?? 0,
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

/** A product without its number of subscriptions: the copy has none of them, but the portal may have some. */
function uncounted(product: ProductView): ProductView {
  const { subscriptions: _, ...others } = product;
  return others;
}

/** Diagnostics that depend on a real server: omitted for an empty portal. */
const NEEDS_SERVER: ReadonlySet<string> = new Set(['service-without-openapi']);

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

/** The data of the page of a preview. @param consent for the entries that allow refused changes. */
export function pageSource(preview: Preview, consent: Report['consent']): PageSource {
  const { target, before, after, documents } = preview;
  const proposals = proposalParagraphs({ ...preview.result, consent }, Infinity);
  const data: PageData = {
    portal: target.portal.name,
    notes: notesOf(preview),
    warnings: warningsOf(preview),
    ...(proposals.length > 0 && { proposals }),
    before,
    after,
  };
  return { data: () => data, document: (id) => documents.get(id) };
}

/** The text of a preview after its plan, for a terminal. */
export function previewText(preview: Preview): string {
  const { writes, ended, result } = preview;
  const each = [...writes].map(([product, count]) => `${PLAIN.name(product)} ${count}`);
  const all = [...writes.values()].reduce((sum, count) => sum + count, 0);
  const failed = withStatus(result.outcomes, 'failed').map(failureWords);
  const losses = ended.map((one) => `${PLAIN.name(one.product)}: ${endedWords(one)}`);
  const lines = [
    ...originWords(preview),
    runWords(preview),
    ...(all === 0 ? [] : [`Requests that wrote to the copy: ${all} (${listed(each, undefined)})`]),
    ...titled('Failed on the copy:', failed),
    ...titled('Subscriptions that ended on the copy:', losses),
    PROOF,
  ];
  return `\n${lines.join('\n')}\n`;
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function notesOf(preview: Preview): readonly string[] {
  return [...originWords(preview), runWords(preview), PROOF];
}

const PROOF =
  'This shows what the model of the Admin API in adc does. Your server can refuse a request that the model accepts.';

function originWords({ target, isCopy, ageMs, plannedServices: planned }: Preview): readonly string[] {
  const read = ageMs < 1000 ? '' : `, read ${plural(Math.floor(ageMs / 1000), 'second')} ago`;
  const name = PLAIN.name(target.portal.name);
  const services = listed(planned.map(printable), undefined);
  return [
    isCopy
      ? `Preview on a copy of the portal ${name} at ${printable(target.server)}${read}. adc wrote nothing to the portal.`
      : `Preview on an empty portal ${name}: no server was given. It has the services that the files name.`,
    ...(planned.length === 0
      ? []
      : [`The copy has services that the gateway lacks and files of API7's ADC declare: ${services}.`]),
  ];
}

function runWords({ result, left }: Preview): string {
  if (result.refused.length > 0) return 'sync refuses this plan, so the copy is unchanged.';
  if (result.plan.steps.length === 0) return 'The files match: sync changes nothing.';
  if (left.length === 0) return 'The plan was applied to the copy. A second run changes nothing.';
  const steps = listed(
    left.map((step) => stepName(step, PLAIN)),
    undefined,
  );
  return `The plan was applied to the copy. A second run would still have ${plural(left.length, 'step')}: ${steps}.`;
}

const failureWords = (outcome: Outcome): string =>
  `could not ${stepName(outcome.step, PLAIN)}: ${printable(failureText(outcome))}`;

function endedWords({ active, pending, applications }: EndedOf): string {
  return `${lossWords({ active, pending, unknown: 0 })} (${listed(applications, undefined)})`;
}

/** The warnings: refusals, effects on subscribers and callers, failed steps. */
function warningsOf({ result }: Preview): readonly PageWarning[] {
  const { refused, plan, outcomes } = result;
  const refusals = refused.map((hazard): PageWarning => {
    const { text, remedy } = hazardWords(hazard, PLAIN);
    return {
      kind: 'refused',
      text: `${text}; ${remedy}`,
      products: productsOf(hazard),
    };
  });
  const isRefused = new Set(refusals.flatMap(({ products }) => products));
  const felt = impacts(plan, PLAIN).filter(({ product }) => !isRefused.has(product));
  const losses = new Map(felt.filter(({ loss }) => loss.includes(' ends ')).map((one) => [one.product, one]));
  return [
    ...refusals,
    ...[...losses.values()].map(({ product, loss }): PageWarning => ({
      kind: 'ends-subscriptions',
      text: `${PLAIN.name(product)}: ${loss}`,
      products: [product],
    })),
    ...felt
      .filter(({ services }) => services.length > 0)
      .map(({ product, services, gap }): PageWarning => ({
        kind: 'unauthenticated',
        text: `${services.map(PLAIN.name).join(', ')} ${gap}`,
        products: [product],
      })),
    ...withStatus(outcomes, 'failed').map((outcome): PageWarning => ({
      kind: 'other',
      text: failureWords(outcome),
      products: [outcome.step.product.name],
    })),
  ];
}

function productsOf(hazard: Hazard): readonly string[] {
  const subjects = 'products' in hazard ? hazard.products : 'product' in hazard ? [hazard.product] : [];
  return subjects.map((one) => (typeof one === 'string' ? one : one.name));
}
