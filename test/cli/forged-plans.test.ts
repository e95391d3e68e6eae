import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SavedPlan } from '../../src/model/plan.ts';
import { canonicalJson } from '../../src/json/canonical.ts';
import { sha256 } from '../../src/lib/sha256.ts';
import { forAllTests } from '../support/for-all-tests.ts';
import { portalContents } from '../support/portal-contents.ts';
import { product, productFile } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { owned } from '../support/two-repositories.ts';

const OWNER = 'acme.shop';
const file = (desc: string): string =>
  owned(
    OWNER,
    productFile(product('Orders API', 'orders', [`desc: ${desc}`]), product('Users API', 'users')),
  );
const OTHERS = owned('acme.other', productFile(product('Other API', 'refunds')));

type Writable<Value> = { -readonly [Key in keyof Value]: Writable<Value[Key]> };
type Forged = Writable<SavedPlan>;
type ForgedStep = Forged['plan']['steps'][number];

interface Live {
  readonly id: (name: string) => string;
}

/**
 * A portal with two products of ours, one of another owner and one unmanaged product, each with three subscriptions. The
 * original plan updates `desc` of the Orders API.
 */
async function withPlan(
  dialect: string,
  use: (place: Workplace, plan: Forged) => Promise<void>,
): Promise<void> {
  const files = { 'api-products.yaml': file('Old'), 'others.yaml': OTHERS };
  await atWorkplace({ files }, async (place) => {
    const { store } = place.emulator;
    for (const name of ['api-products.yaml', 'others.yaml'])
      expect(await place.adc(`sync -f ${name} --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
    const links = [store.linkTo('catalog')];
    store.addProduct('default', {
      name: 'Made by hand',
      type: 'gateway',
      status: 'published',
      auth: { key_auth: {} },
      linked_gateway_services: links,
    });
    store.addApplication('third', 'de000000-0000-4000-8000-000000000001');
    for (const { id } of store.products)
      for (const application of ['shop', 'mobile', 'third']) store.subscribeActively(application, id);
    await place.write({ 'api-products.yaml': file('New') });
    expect((await place.adc(`diff -o plan.json --dialect ${dialect}`)).exitCode).toBe(0);
    await use(place, JSON.parse(await readFile(join(place.folder, 'plan.json'), 'utf8')) as Forged);
  });
}

/** Adds a matching digest. */
function sealed(forged: Forged): string {
  const { digest: _digest, ...content } = forged;
  return JSON.stringify({ ...content, digest: sha256(canonicalJson(content)) });
}

const first = ({ plan }: Forged): ForgedStep => {
  const [step] = plan.steps;
  if (step === undefined) throw new Error('the plan has no step');
  return step;
};

/** Lists another live product in the plan, like a plan that changes it. */
async function listed(place: Workplace, forged: Forged, name: string): Promise<string> {
  const { store } = place.emulator;
  const { id } = store.product(name);
  const other = 'fingerprints.json';
  const owner = name === 'Other API' ? 'acme.other' : OWNER;
  const text =
    name === 'Other API'
      ? OTHERS.replace('gateway\n', 'gateway\n    desc: Forged\n')
      : owned(
          owner,
          productFile(product(name, name === 'Users API' ? 'users' : 'catalog', ['desc: Forged'])),
        );
  await place.write({ 'fingerprints.yaml': text });
  await place.adc(`diff -f fingerprints.yaml -o ${other} --dialect ${forged.plan.target.dialect}`);
  const { plan } = JSON.parse(await readFile(join(place.folder, other), 'utf8')) as Forged;
  const row = plan.products.find((one) => one.id === id);
  if (row === undefined) throw new Error(`the plan does not list "${name}"`);
  forged.plan.products.push(row);
  return id;
}

type Forgery = (forged: Forged, place: Workplace, live: Live) => void | Promise<void>;

const asDelete = (step: ForgedStep): void => {
  Object.assign(step, { action: 'delete', reason: 'not-declared', fields: {}, changes: [] });
};

const FORGERIES: readonly (readonly [string, Forgery])[] = [
  ['an update that unpublishes', (forged) => void Object.assign(first(forged).fields, { status: 'draft' })],
  [
    'an update that unpublishes and changes auth',
    (forged) =>
      void Object.assign(first(forged).fields, {
        status: 'draft',
        auth: { basic_auth: { hide_credentials: false } },
      }),
  ],
  [
    'a deletion that says the product is external',
    (forged) => {
      asDelete(first(forged));
      first(forged).product.type = 'external';
    },
  ],
  ['a deletion of our product without hazards', (forged) => asDelete(first(forged))],
  [
    'an unpublish that says the product is external',
    (forged) => {
      Object.assign(first(forged), { action: 'unpublish', fields: { status: 'draft' } });
      first(forged).product.type = 'external';
    },
  ],
  [
    'an unpublish without hazards',
    (forged) => void Object.assign(first(forged), { action: 'unpublish', fields: { status: 'draft' } }),
  ],
  [
    'a deletion with the name of one product and the id of another, unlisted',
    (forged, _, { id }) => {
      asDelete(first(forged));
      first(forged).product.id = id('Users API');
    },
  ],
  [
    'a deletion with the name of one product and the id of another, listed',
    async (forged, place) => {
      asDelete(first(forged));
      first(forged).product.id = await listed(place, forged, 'Users API');
    },
  ],
  [
    'an unpublish with the name of one product and the id of another',
    async (forged, place) => {
      Object.assign(first(forged), { action: 'unpublish', fields: { status: 'draft' } });
      first(forged).product.id = await listed(place, forged, 'Users API');
    },
  ],
  ...['Made by hand', 'Other API'].flatMap((name): readonly (readonly [string, Forgery])[] => [
    [
      `a deletion of "${name}"`,
      async (forged, place) => {
        asDelete(first(forged));
        Object.assign(first(forged).product, { name, id: await listed(place, forged, name) });
      },
    ],
    [
      `a deletion of "${name}" that claims to replace it`,
      async (forged, place) => {
        const step = first(forged);
        asDelete(step);
        Object.assign(step.product, { name, id: await listed(place, forged, name) });
        const fields = {
          name,
          status: 'draft',
          labels: { 'managed-by': `adc/${OWNER}` },
          raw_openapi: '{}',
          server_urls: ['https://a.example.com'],
        };
        forged.plan.steps.push({
          ...structuredClone(step),
          id: '2',
          action: 'create',
          reason: 'type-is-immutable',
          after: [step.id],
          fields,
          product: { name, type: 'external', owner: OWNER },
        } as ForgedStep);
      },
    ],
    [
      `a draft of "${name}"`,
      async (forged, place) => {
        Object.assign(first(forged), { action: 'unpublish', fields: { status: 'draft' } });
        Object.assign(first(forged).product, { name, id: await listed(place, forged, name) });
      },
    ],
  ]),
  [
    'an update of a product of another owner, which the step claims',
    async (forged, place) => {
      const name = 'Other API';
      Object.assign(first(forged).product, {
        name,
        id: await listed(place, forged, name),
        owner: 'acme.other',
      });
    },
  ],
  [
    'an update of a product of another owner, without an owner in the step',
    async (forged, place) => {
      const name = 'Other API';
      Object.assign(first(forged).product, { name, id: await listed(place, forged, name) });
      delete (first(forged).product as { owner?: string }).owner;
    },
  ],
  [
    'an update that removes our owner label',
    (forged) => void Object.assign(first(forged).fields, { labels: {} }),
  ],
  [
    'an update that sets another owner on our product',
    (forged) => void Object.assign(first(forged).fields, { labels: { 'managed-by': 'adc/acme.other' } }),
  ],
  [
    'an update that releases the service',
    (forged) => void Object.assign(first(forged).fields, { linked_gateway_services: [] }),
  ],
];

describe.each(['path', 'query'])(
  'sync --plan with a forged plan with a valid digest (%s dialect)',
  (dialect) => {
    describe('refuses', () => {
      const made = forAllTests<readonly [Workplace, Forged]>((use) =>
        withPlan(dialect, (...given) => use(given)),
      );

      test.each(FORGERIES)('%s, and no subscription ends', async (_, forge) => {
        const [place, original] = made();
        const plan = structuredClone(original);
        const { store } = place.emulator;
        const id = (name: string): string => store.product(name).id;
        await forge(plan, place, { id });
        plan.plan.hazards = [];
        for (const step of plan.plan.steps)
          step.impact = { subscriptions: { active: 0, pending: 0, known: true }, services_without_auth: [] };
        await place.write({ 'plan.json': sealed(plan) });
        const before = portalContents(store);
        place.emulator.journal.clear();
        const { exitCode, out, err } = await place.adc(`sync --plan plan.json --dialect ${dialect}`);
        expect({ out, err, refused: [1, 4, 5].includes(exitCode) }).toMatchObject({ refused: true });
        // Because of the live products, not because of its digest or structure.
        expect(err).not.toContain('edited');
        expect(out).not.toContain('No changes');
        expect(place.emulator.journal.writes()).toEqual([]);
        expect(portalContents(store)).toEqual(before);
        expect(store.endedSubscriptions).toEqual([]);
      });
    });

    test('applies the same plan when it is sealed again unchanged', async () => {
      await withPlan(dialect, async (place, plan) => {
        await place.write({ 'plan.json': sealed(plan) });
        expect(await place.adc(`sync --plan plan.json --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
        expect(place.emulator.store.product('Orders API').fields.desc).toBe('New');
      });
    });

    test('counts the changes from the steps, and ignores the summary of the file', async () => {
      await withPlan(dialect, async (place, plan) => {
        for (const key of ['create', 'update', 'unpublish', 'publish', 'delete', 'adopt'] as const)
          plan.plan.summary[key] = 0;
        await place.write({ 'plan.json': sealed(plan) });
        const { exitCode, out } = await place.adc(`sync --plan plan.json --dialect ${dialect}`);
        expect({ exitCode, out }).toMatchObject({ exitCode: 0 });
        expect(out).toMatch(/sync would change 1 product in 1 step \(update 1\);/);
        expect(out).not.toContain('No changes');
      });
    });
  },
);
