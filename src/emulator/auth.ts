import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../model/product.ts';
import { readObject } from './product-fields.ts';
import { Refusal, refuse } from './refusal.ts';
import type { AuthType, Product, StoredAuth, StoredFields } from './rows.ts';
import type { Switches } from './switches.ts';

const DEFAULTS: Readonly<Record<AuthType, JsonObject>> = {
  key_auth: { header: 'apikey', query: 'apikey', hide_credentials: false },
  basic_auth: { hide_credentials: false },
  dcr: {},
};

/** Auth as answers show it: as it was written, or with the server's defaults filled in (docs/design/admin-api.md §15.19). */
export function shownAuth(auth: StoredAuth, switches: Switches): StoredAuth {
  return switches.authEcho === 'bare' ? auth : defaultedAuth(auth);
}

export function defaultedAuth(auth: StoredAuth): StoredAuth {
  const types = Object.keys(auth) as AuthType[];
  return Object.fromEntries(types.map((type) => [type, { ...DEFAULTS[type], ...auth[type] }]));
}

/**
 * The lock on auth of a product that is published before the write (docs/design/admin-api.md §5.1). Values are equal if
 * they equal the shown ones byte for byte, except for the order of keys; a field left out of a replacing PUT counts as
 * removed.
 * @throws Refusal
 */
export function checkAuthLock(product: Product, given: Partial<StoredFields>, switches: Switches): void {
  if (product.type !== 'gateway' || product.fields.status !== 'published') return;
  if (isAllowed(product.fields.auth ?? {}, given.auth, switches)) return;
  throw new Refusal(
    switches.lockedAuthStatus,
    'auth cannot be changed while the API product is published; unpublish it first',
  );
}

function isAllowed(stored: StoredAuth, given: StoredAuth | undefined, switches: Switches): boolean {
  if (switches.authEchoLocks) return given === undefined;
  if (given === undefined) return switches.putSemantics === 'merge';
  return isDeepStrictEqual(shownAuth(given, switches), shownAuth(stored, switches));
}

export type Spelling = 'hyphen' | 'underscore';

const SIGNS: Readonly<Record<Spelling, string>> = { hyphen: '-', underscore: '_' };
const MARK = /(?<=^(?:key|basic))[-_](?=auth$)/;

/** Auth with its types spelled as wanted: `key-auth` or `key_auth`. */
export function spelledAuth(auth: StoredAuth, spelling: Spelling): JsonObject {
  const entries = Object.entries(auth).map(([type, options]) => [
    type.replace(MARK, SIGNS[spelling]),
    options,
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

/**
 * A body with the types of its auth spelled with underscores, as the store holds them.
 * @param only refuses the other spelling, as a server does that knows one of them; both at once are always refused.
 */
export function underscoredBody(body: JsonObject, only?: Spelling): JsonObject {
  if ((body['auth'] ?? null) === null) return body;
  const auth = Object.entries(readObject(body['auth'], 'auth'));
  const spelled = auth.map(([type, options]) => [type.replace(MARK, '_'), options] as const);
  const foreign = auth.find(([type]) => only !== undefined && type !== type.replace(MARK, SIGNS[only]));
  if (foreign !== undefined) refuse(`property "auth.${foreign[0]}" is not allowed`);
  if (new Set(spelled.map(([type]) => type)).size < auth.length) refuse('auth names one type twice');
  return { ...body, auth: Object.fromEntries(spelled) };
}
