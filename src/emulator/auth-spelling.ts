import type { JsonObject } from '../model/product.ts';
import { readObject } from './product-fields.ts';
import { refuse } from './refusal.ts';
import type { StoredAuth } from './rows.ts';

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
