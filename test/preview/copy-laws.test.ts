import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkFiles } from '../../src/api/check-files.ts';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import { diff } from '../../src/index.ts';
import { limit } from '../../src/lib/limit.ts';
import { drawn } from '../campaign/support/random-setting.ts';
import { fileOf, KEEPING, seedOf } from '../campaign/support/world.ts';
import { arbitraryProducts, arbitrarySwitches, seedWith } from '../dump/support/arbitrary-seed.ts';
import { OPENAPI } from '../support/openapi.ts';
import { runs } from '../support/runs.ts';
import { SWITCH_VALUES, switchesOf } from '../support/switch-values.ts';
import { tempFiles } from '../support/temp-files.ts';
import { comparable, copied, withCopies } from './support/copied.ts';

/** What `adc diff` finds, without the address. */
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

/** A random portal, its files, and a copy, with one value of a switch: both plans, and the methods of the requests. */
async function bothPlans(value: string, seed: number) {
  const { world, dialect, switches } = drawn(seed).setting;
  const folder = await tempFiles({ 'api-products.yaml': fileOf(world) });
  const planted = seedOf(world);
  const services = (planted.services ?? []).map((one) => ({ ...one, openapi: OPENAPI }));
  const options = {
    seed: value === 'requireOpenapi=true' ? { ...planted, services } : planted,
    dialects: [dialect],
    switches: { ...KEEPING, ...switches, ...switchesOf(value) },
  };
  return withCopies(options, async (portal, copy) => {
    const readStdin = () => Promise.resolve(new Uint8Array());
    const files = await checkFiles({ patterns: [folder], cwd: folder, env: {}, readStdin });
    const made = await copy(files.value);
    const methods = portal.journal.requests.map(({ method }) => method);
    return { methods, onPortal: await found(folder, portal), onCopy: await found(folder, made) };
  });
}

test(
  'the plan on a copy equals the plan on the portal, with every switch of the server',
  { timeout: 60_000 },
  async () => {
    const run = limit(4);
    const values = ['', ...SWITCH_VALUES];
    const all = await Promise.all(values.map((value, at) => run(() => bothPlans(value, 1000 + at))));
    for (const [at, { onPortal, onCopy, methods }] of all.entries()) {
      expect({ value: values[at], ...onCopy }).toEqual({ value: values[at], ...onPortal });
      expect(methods.filter((method) => method !== 'GET')).toEqual([]);
    }
    const steps = all.map(({ onPortal }) => onPortal.plan?.steps.length ?? 0);
    expect(steps.filter((count) => count > 3).length).toBeGreaterThan(10);
  },
);

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
