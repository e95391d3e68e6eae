import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../model/product.ts';
import { Refusal } from './refusal.ts';
import type { AuthType, Product, StoredAuth, StoredFields } from './rows.ts';
import type { Switches } from './switches.ts';

const DEFAULTS: Readonly<Record<AuthType, JsonObject>> = {
  key_auth: { header: 'apikey', query: 'apikey', hide_credentials: false },
  basic_auth: { hide_credentials: false },
  dcr: {},
};

/** Auth as answers show it: as it was written, or with the server's defaults filled in (admin-api §15.19). */
export function shownAuth(auth: StoredAuth, switches: Switches): StoredAuth {
  if (switches.authEcho === 'bare') return auth;
  const types = Object.keys(auth) as AuthType[];
  return Object.fromEntries(types.map((type) => [type, { ...DEFAULTS[type], ...auth[type] }]));
}

/**
 * The lock on auth of a product that is published before the write (admin-api §5.1). Equal is what looks as it is
 * shown, byte for byte but for the order of keys; what is left out of a replacing PUT counts as taken away.
 * @throws Refusal
 */
export function checkAuthLock(product: Product, given: Partial<StoredFields>, switches: Switches): void {
  if (product.type !== 'gateway' || product.fields.status !== 'published') return;
  if (isAllowed(product.fields.auth ?? {}, given.auth, switches)) return;
  throw new Refusal(
    switches.lockedAuthStatus,
    'auth can not be changed while the API product is published; unpublish it first',
  );
}

function isAllowed(stored: StoredAuth, given: StoredAuth | undefined, switches: Switches): boolean {
  if (switches.authEchoLocks) return given === undefined;
  if (given === undefined) return switches.putSemantics === 'merge';
  return isDeepStrictEqual(shownAuth(given, switches), shownAuth(stored, switches));
}
