import { expect } from 'vitest';
import type { Loose } from './emulated.ts';

const ROW = ['id', 'created_at', 'updated_at'];

/** The keys of each object of the Developer Portal backend, from its documentation, not from the program. */
const OBJECTS = {
  gatewayProduct: {
    always: [
      ...ROW,
      'type',
      'name',
      'auth',
      'status',
      'subscription_auto_approval',
      'can_view_unsubscribed',
      'visibility',
    ],
    maybe: ['logo', 'desc', 'labels', 'raw_openapis', 'api_count', 'subscription_status'],
  },
  externalProduct: {
    always: [...ROW, 'type', 'name', 'status', 'visibility'],
    maybe: [
      'server_url',
      'server_urls',
      'tags',
      'desc',
      'api_desc',
      'api_count',
      'raw_openapis',
      'subscription_status',
    ],
  },
  developer: { always: [...ROW, 'name'], maybe: ['last_active_at'] },
  application: { always: [...ROW, 'name'], maybe: ['desc', 'labels', 'subscription_status'] },
  keyCredential: {
    always: [...ROW, 'application_id', 'application_name', 'type', 'name'],
    maybe: ['desc', 'labels', 'key-auth'],
  },
  basicCredential: {
    always: [...ROW, 'application_id', 'application_name', 'type', 'name'],
    maybe: ['desc', 'labels', 'basic-auth'],
  },
  oauthCredential: {
    always: [...ROW, 'application_id', 'application_name', 'type', 'oauth'],
    maybe: ['desc', 'labels'],
  },
  subscription: {
    always: [
      'id',
      'developer_id',
      'developer_name',
      'application_id',
      'application_name',
      'api_product_id',
      'api_product_name',
      'status',
    ],
    maybe: ['subscribed_at'],
  },
  approval: {
    always: [...ROW, 'event', 'status', 'resource_type'],
    maybe: [
      'result',
      'resource_id',
      'resource_name',
      'applicant_id',
      'applicant_name',
      'operator_id',
      'operator_name',
      'metadata',
      'applied_at',
      'operated_at',
    ],
  },
  dcrProvider: { always: ['id', 'name', 'issuer'], maybe: ['provider_type'] },
} as const;

/** Expects all required keys, no undocumented keys, and times in ISO 8601. */
export function expectDocumented(name: keyof typeof OBJECTS, row: Loose): void {
  const { always, maybe } = OBJECTS[name];
  const keys = Object.keys(row);
  expect(keys).toEqual(expect.arrayContaining([...always]));
  expect([...always, ...maybe]).toEqual(expect.arrayContaining(keys));
  for (const key of keys.filter((one) => one.endsWith('_at')))
    expect(row[key]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
}
