import { expect, it } from 'vitest';
import { connectBackend } from '../../src/admin/portal-backend.ts';
import { connectionTo } from './support/connection.ts';
import { serve } from './support/serve.ts';

it.each([
  ['2026-12-07T11:00:00Z', '2026-12-07T11:00:00.000Z'],
  [1_796_641_200, '2026-12-07T11:00:00.000Z'],
  ['yesterday', undefined],
  [undefined, undefined],
])('reads the time %s of a decision as %s', async (operated_at, decidedAt) => {
  const approval = { id: 'a1', event: 'api_product_subscription', status: 'finished', result: 'rejected' };
  const row = { ...approval, resource_id: 'p1', applicant_id: 'd1', operated_at };
  const { url } = await serve(() => ({ json: { list: [row], total: 1 } }));
  const backend = await connectBackend(connectionTo(url));
  expect(await backend.readApprovals()).toMatchObject([{ product: 'p1', result: 'rejected', decidedAt }]);
  await backend.close();
});
