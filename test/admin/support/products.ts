import type { NewProduct } from '../../../src/model/admin.ts';
import type { PartialFields } from '../../../src/model/desired.ts';

export const KEY_AUTH = { key_auth: { header: 'apikey', query: 'apikey', hide_credentials: false } } as const;
export const OPENAPI = 'openapi: 3.0.3\ninfo: { title: Billing, version: 1.0.0 }\npaths: {}\n';

export const PAYMENTS = {
  gateway_group_id: 'default',
  service_id: '5e000000-0000-4000-8000-000000000001',
  linked_hosts: ['pay.example.com'],
} as const;

export function newGateway(fields: PartialFields = {}): NewProduct {
  return { type: 'gateway', fields: { name: 'Payments API', auth: KEY_AUTH, ...fields } };
}

export function newExternal(fields: PartialFields = {}): NewProduct {
  return { type: 'external', fields: { name: 'Billing API', raw_openapi: OPENAPI, ...fields } };
}
