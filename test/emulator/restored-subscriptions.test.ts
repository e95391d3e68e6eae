import { expect, test } from 'vitest';
import { backend, MOBILE, SHOP, type Backend } from './support/backend.ts';

/** Restores subscriptions after a republish, only with documented requests (docs/design/admin-api.md §16.3). */
async function restored({ emulator, id, list, call, subscribe }: Backend): Promise<readonly string[]> {
  const rowsOf = async (): Promise<{ application_id: string; status: string; developer: string }[]> => {
    const developers = await list('/api/developers?order_by=created_at&direction=asc', '');
    const each = developers.map(async ({ id: developer }) =>
      (await list(`/api/subscriptions?api_product_id=${id}`, developer)).map((row) => ({
        ...row,
        developer,
      })),
    );
    return (await Promise.all(each)).flat();
  };
  const pending = async (applicant: string): Promise<string[]> => {
    const rows = await list('/api/approvals?status=pending&event=api_product_subscription', '');
    const own = rows.filter((row) => row.resource_id === id && row.applicant_id === applicant);
    return own.map((row) => row.id);
  };
  const before = await rowsOf();
  emulator.store.alterProduct(id, { status: 'draft' });
  expect((await subscribe(SHOP)).status).toBe(404);
  emulator.store.alterProduct(id, { status: 'published' });
  expect(await rowsOf()).toEqual([]);
  for (const { application_id, status, developer } of before) {
    const known = new Set(await pending(developer));
    const body = { applications: [application_id], api_products: [id] };
    expect((await call('POST', '/api/subscriptions', body, developer)).status).toBe(201);
    const fresh = (await pending(developer)).filter((approval) => !known.has(approval));
    if (status === 'subscribed' && fresh.length === 1)
      expect((await call('POST', `/api/approvals/${fresh[0]}/accept`, undefined, '')).status).toBe(200);
  }
  return (await rowsOf()).map((row) => `${row.application_id} ${row.status}`).toSorted();
}

test('restores active and pending subscriptions of several developers', async () => {
  const place = await backend();
  const { call, emulator, subscribe } = place;
  await call('POST', '/api/developers', { developer_id: 'org-1' }, '');
  const { json } = await call('POST', '/api/applications', { name: 'kiosk' }, 'org-1');
  for (const application of [SHOP, MOBILE]) await subscribe(application);
  emulator.store.decideApproval(emulator.store.approvals[0]!.id, 'accepted');
  emulator.store.subscribeActively(json.id, place.id);
  expect(await restored(place)).toEqual(
    [`${SHOP} subscribed`, `${MOBILE} wait_for_approval`, `${json.id} subscribed`].toSorted(),
  );
});

test('with automatic approval, restores all subscriptions as active, without approvals', async () => {
  const place = await backend({ subscription_auto_approval: true });
  for (const application of [SHOP, MOBILE]) await place.subscribe(application);
  expect(await restored(place)).toEqual([`${SHOP} subscribed`, `${MOBILE} subscribed`]);
  expect(place.emulator.store.approvals).toEqual([]);
});
