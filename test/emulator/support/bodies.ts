import type { Emulator } from '../../../src/emulator/start-emulator.ts';
import type { Json, JsonObject } from '../../../src/model/product.ts';
import type { Dialect } from './emulated.ts';

export const OPENAPI = 'openapi: 3.0.3\ninfo: { title: Billing, version: 1.0.0 }\npaths: {}\n';

export const KEYCLOAK = 'dc000000-0000-4000-8000-000000000001';
export const API_TEAM = 'c0000000-0000-4000-8000-000000000001';

/** Auth with keys in the spelling of the dialect. */
export function keyAuth(dialect: Dialect, options: JsonObject = {}): JsonObject {
  return { [dialect === 'path' ? 'key_auth' : 'key-auth']: options };
}

/** The body of a POST of a gateway product. */
export function gateway(dialect: Dialect, fields: object = {}): Record<string, Json> {
  return { name: 'Payments API', type: 'gateway', auth: keyAuth(dialect), ...fields };
}

export function external(fields: object = {}): Record<string, Json> {
  return { name: 'Billing API', type: 'external', raw_openapi: OPENAPI, ...fields };
}

/** A published gateway product of one service. */
export function published(
  dialect: Dialect,
  emulator: Emulator,
  fields: object = {},
  service = 'payments',
): Record<string, Json> {
  const linked_gateway_services = [emulator.store.linkTo(service)];
  return gateway(dialect, { status: 'published', linked_gateway_services, ...fields });
}
