import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Refusal } from '../../src/emulator/refusal.ts';
import { startEmulator, type Emulator } from '../../src/emulator/start-emulator.ts';
import type { Store } from '../../src/emulator/store.ts';
import { serviceKey } from '../../src/model/product.ts';

type Move = (store: Store) => void;

const NAMES = ['One', 'Two', 'Three'];
const SERVICES = ['payments', 'orders', 'users'];
const name = fc.constantFrom(...NAMES);
const links = (store: Store, services: readonly string[]) => services.map((service) => store.linkTo(service));

/** Any action of a user. The server refuses some of them. */
const MOVE: fc.Arbitrary<Move> = fc.oneof(
  fc.tuple(name, fc.subarray(SERVICES), fc.boolean()).map(([name, services, auto]) => (store: Store) => {
    store.addProduct('default', {
      name,
      type: 'gateway',
      auth: { key_auth: {} },
      subscription_auto_approval: auto,
      linked_gateway_services: links(store, services),
    });
  }),
  fc.tuple(name, fc.constantFrom('draft', 'published')).map(([name, status]) => (store: Store) => {
    store.alterProduct(name, { status });
  }),
  fc.tuple(name, fc.subarray(SERVICES)).map(([name, services]) => (store: Store) => {
    store.alterProduct(name, { linked_gateway_services: links(store, services) });
  }),
  name.map((name) => (store: Store) => store.removeProduct(name)),
  fc.tuple(name, fc.constantFrom('shop', 'mobile')).map(([name, application]) => (store: Store) => {
    store.subscribe(application, name);
  }),
  fc.constantFrom('accepted' as const, 'rejected' as const).map((result) => (store: Store) => {
    const approval = store.approvals.find((row) => row.status === 'pending');
    if (approval !== undefined) store.decideApproval(approval.id, result);
  }),
);

function make(store: Store, move: Move): void {
  try {
    move(store);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** The services whose last effect in the journal was a push of auth. */
function guarded(emulator: Emulator): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const effect of emulator.journal.effects()) {
    if (effect.kind === 'auth-pushed') keys.add(serviceKey(effect.service));
    if (effect.kind === 'auth-removed') keys.delete(serviceKey(effect.service));
  }
  return keys;
}

function served(store: Store): readonly string[] {
  return store.products
    .filter(({ fields }) => fields.status === 'published')
    .flatMap(({ fields }) => (fields.linked_gateway_services ?? []).map(serviceKey));
}

test('after any request, a service has one product, published products have auth, and only they have subscriptions', async () => {
  const property = fc.asyncProperty(fc.array(MOVE, { maxLength: 40, size: 'max' }), async (moves) => {
    const emulator = await startEmulator();
    const { store } = emulator;
    try {
      for (const move of moves) make(store, move);
    } finally {
      await emulator.close();
    }
    const linked = store.products.flatMap(({ fields }) =>
      (fields.linked_gateway_services ?? []).map(serviceKey),
    );
    expect(new Set(linked).size).toBe(linked.length);
    expect([...guarded(emulator)].toSorted()).toEqual(served(store).toSorted());
    const published = new Set(
      store.products.filter(({ fields }) => fields.status === 'published').map(({ id }) => id),
    );
    expect(store.subscriptions.filter((row) => !published.has(row.api_product_id))).toEqual([]);
    const pending = store.subscriptions
      .filter((row) => row.status === 'wait_for_approval')
      .map(({ id }) => id);
    const asked = store.approvals.filter((row) => row.status === 'pending').map((row) => row.subscription_id);
    expect(asked.toSorted()).toEqual(pending.toSorted());
  });
  await fc.assert(property, { numRuns: 150 });
});
