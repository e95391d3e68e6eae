import { expect, test } from 'vitest';
import { liveReferences } from '../../src/dump/live-references.ts';
import { link } from '../support/links.ts';
import { livePortal, liveProduct } from '../support/live-product.ts';

test('everything that products refer to is asked for by its id, once', () => {
  const notifications = [{ event: 'e', type: 'email', contact_point_ids: ['c1', 'c2'] }];
  const portal = livePortal([
    liveProduct({
      name: 'A',
      linked_gateway_services: [link('s1'), link('s2', { gateway_group_id: 'g2' })],
      auth: { dcr: { dcr_provider_id: 'd1' } },
      notifications,
    }),
    liveProduct({ name: 'B', linked_gateway_services: [link('s3')], notifications }),
    liveProduct({ name: 'C', type: 'external' }),
  ]);
  expect(liveReferences(portal)).toEqual({
    gatewayGroups: { names: new Set(), ids: new Set(['default', 'g2']) },
    dcrProviders: { names: new Set(), ids: new Set(['d1']) },
    contactPoints: { names: new Set(), ids: new Set(['c1', 'c2']) },
  });
});
