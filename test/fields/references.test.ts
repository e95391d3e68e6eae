import { expect, test } from 'vitest';
import { references } from '../../src/fields/field-table.ts';
import type { GatewayProduct } from '../../src/generated/product-file.ts';
import { link } from '../support/links.ts';
import { liveProduct } from '../support/live-product.ts';

test('live products refer to each resource once, by its id', () => {
  const notifications = [{ event: 'e', type: 'email', contact_point_ids: ['c1', 'c2'] }];
  const products = [
    liveProduct({
      name: 'A',
      linked_gateway_services: [link('s1'), link('s2', { gateway_group_id: 'g2' })],
      auth: { dcr: { dcr_provider_id: 'd1' } },
      notifications,
    }),
    liveProduct({ name: 'B', linked_gateway_services: [link('s3')], notifications }),
    liveProduct({ name: 'C', type: 'external' }),
  ];
  expect(references(products.map(({ fields }) => fields))).toEqual({
    gatewayGroups: { names: new Set(), ids: new Set(['default', 'g2']) },
    dcrProviders: { names: new Set(), ids: new Set(['d1']) },
    contactPoints: { names: new Set(), ids: new Set(['c1', 'c2']) },
  });
});

test('declared products refer to resources by name or id', () => {
  const body: GatewayProduct = {
    name: 'G',
    type: 'gateway',
    linked_gateway_services: [
      { gateway_group: 'default', service: 'payments' },
      { gateway_group_id: 'g2', service_id: 's1' },
    ],
    auth: { dcr: { dcr_provider: 'keycloak' } },
    notifications: [{ event: 'subscription_approval_created', type: 'email', contact_point_ids: ['c1'] }],
  };
  expect(references([body, { name: 'E' }])).toEqual({
    gatewayGroups: { names: new Set(['default']), ids: new Set(['g2']) },
    dcrProviders: { names: new Set(['keycloak']), ids: new Set() },
    contactPoints: { names: new Set(), ids: new Set(['c1']) },
  });
});
