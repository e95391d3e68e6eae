import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkFiles } from '../../src/api/read-files.ts';
import { portalView } from '../../src/emulator/page-views.ts';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import { diff, sync } from '../../src/index.ts';
import type { LoadInput } from '../../src/load/load.ts';
import type { PortalView } from '../../src/model/portal-view.ts';
import { DEFAULT_SCOPE } from '../../src/model/ownership.ts';
import { runPreview, type EndedOf } from '../../src/preview/run-preview.ts';
import { randomRun } from '../campaign/support/random-run.ts';
import { fileOf, KEEPING, seedOf } from '../campaign/support/world.ts';
import { arbitraryProducts, arbitrarySwitches, seedWith } from '../dump/support/arbitrary-seed.ts';
import { OPENAPI } from '../support/openapi.ts';
import { runs } from '../support/runs.ts';
import { SWITCH_VALUES, switchesOf } from '../support/switch-values.ts';
import { tempFiles } from '../support/temp-files.ts';
import { comparable, connectionTo, copied, withCopies } from './support/copied.ts';

/** The plan and the diagnostics of `adc diff`, without the address. */
async function found(folder: string, { url, token }: Emulator) {
  const { plan, diagnostics } = await diff({
    files: [folder],
    cwd: folder,
    server: url,
    token,
    portal: 'default',
  });
  return {
    plan: plan && { ...plan, target: { ...plan.target, server: '' } },
    told: diagnostics.map(({ code, message }) => `${code}: ${message}`),
  };
}

function inputOf(folder: string): LoadInput {
  return { patterns: [folder], cwd: folder, env: {}, readStdin: () => Promise.resolve(new Uint8Array()) };
}

/** The plans of a random portal and of its copy with these switches, and the methods of the requests. */
async function bothPlans(values: readonly string[], seed: number) {
  const { world, dialect, switches } = randomRun(seed).setting;
  const folder = await tempFiles({ 'api-products.yaml': fileOf(world) });
  const planted = seedOf(world);
  const services = (planted.services ?? []).map((one) => ({ ...one, openapi: OPENAPI }));
  const options = {
    seed: values.includes('requireOpenapi=true') ? { ...planted, services } : planted,
    dialects: [dialect],
    switches: { ...KEEPING, ...switches, ...Object.assign({}, ...values.map(switchesOf)) },
  };
  return withCopies(options, async (portal, copy) => {
    const made = await copy((await checkFiles(inputOf(folder))).value);
    const methods = portal.journal.requests.map(({ method }) => method);
    return { methods, onPortal: await found(folder, portal), onCopy: await found(folder, made) };
  });
}

test('the plan on a copy equals the plan on the portal, with every switch of the server', async () => {
  const steps: number[] = [];
  const worlds = Math.ceil(SWITCH_VALUES.length / 3);
  const drawnValues = Array.from({ length: worlds }, (_, world) =>
    SWITCH_VALUES.filter((__, at) => at % worlds === world),
  );
  for (const [world, values] of drawnValues.entries()) {
    const { methods, onPortal, onCopy } = await bothPlans(values, 1000 + world);
    expect({ values, ...onCopy }).toEqual({ values, ...onPortal });
    expect(methods.filter((method) => method !== 'GET')).toEqual([]);
    steps.push(onPortal.plan?.steps.length ?? 0);
  }
  expect(steps.filter((count) => count > 3).length).toBeGreaterThan(5);
});

test('a copy of a copy is the same', async () => {
  const property = fc.asyncProperty(arbitraryProducts, arbitrarySwitches, async (drawnProducts, switches) => {
    const seed = seedWith(drawnProducts);
    const products = seed.api_products ?? [];
    const subscriptions = products.flatMap(({ type, status, name }, at) =>
      type === 'gateway' && status === 'published' && typeof name === 'string'
        ? [{ application: at % 2 === 0 ? 'shop' : 'mobile', api_product: name }]
        : [],
    );
    await withCopies({ seed: { ...seed, subscriptions }, switches }, async (portal, copy) => {
      expect(comparable(await copied(await copy()))).toEqual(comparable(await copied(portal)));
    });
  });
  await fc.assert(property, runs(20));
});

const EVERYTHING = {
  subscriptionLoss: 'any',
  unauthenticated: 'all',
  maxDeletes: { percent: 100 },
  renameCheck: false,
} as const;

test('a preview shows the portal as sync leaves it, and a second run has nothing to do', async () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const { world, dialect, switches } = randomRun(2000 + seed).setting;
    const folder = await tempFiles({ 'api-products.yaml': fileOf(world) });
    const given = { ...KEEPING, ...switches };
    await withCopies({ seed: seedOf(world), dialects: [dialect], switches: given }, async (portal) => {
      const { value: preview } = await runPreview({
        input: inputOf(folder),
        scope: DEFAULT_SCOPE,
        connect: () => connectionTo(portal),
        portal: undefined,
        consent: EVERYTHING,
        switches: given,
        onWarning: () => undefined,
        signal: new AbortController().signal,
      });
      const { url, token, store } = portal;
      await sync({ files: [folder], server: url, token, portal: 'default', consent: EVERYTHING });
      const live = portalView(store, store.portal('default'));
      expect({ seed, ...withoutIds(preview?.after) }).toEqual({ seed, ...withoutIds(live) });
      expect(preview?.left).toEqual([]);
      expect(endedBy(preview?.ended ?? [])).toBe(store.endedSubscriptions.length);
    });
  }
});

/** A product that sync creates has another id on each portal. */
const withoutIds = (view?: PortalView) => ({
  products: view?.products.map((product) => ({ ...product, id: '' })),
});

const endedBy = (ended: readonly EndedOf[]): number =>
  ended.reduce((sum, { active, pending }) => sum + active + pending, 0);
