import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { JournalledRequest } from './journal.ts';
import { Refusal } from './refusal.ts';
import type { Family } from './route.ts';
import type { Switches } from './switches.ts';

type Scheme = 'X-API-KEY' | 'Bearer' | 'Basic';

export interface Guard {
  readonly token: string;
  /** `user:password` */
  readonly basic: string;
  readonly dialects: readonly ('path' | 'query')[];
  readonly switches: Pick<Switches, 'credentials'>;
}

/** What the journal says of the credentials of a request: where they stood, never what they are. */
export function credentialNames(
  headers: IncomingHttpHeaders,
): Pick<JournalledRequest, 'credential' | 'scheme'> {
  const { authorization, 'x-api-key': key } = headers;
  const names = [
    ...(key === undefined ? [] : ['X-API-KEY']),
    ...(authorization === undefined ? [] : ['Authorization']),
  ];
  const scheme = (['Bearer', 'Basic'] as const).find(
    (name) => authorization?.startsWith(`${name} `) === true,
  );
  return { credential: names.join('+'), ...(scheme !== undefined && { scheme }) };
}

function sessionOf({ cookie = '' }: IncomingHttpHeaders): string {
  return /(?:^|;\s*)X-API-KEY=([^;]+)/.exec(cookie)?.[1] ?? '';
}

/**
 * The session of a client that logs in with user and password: a cookie that older servers take in place of the header
 * (docs/design/admin-api.md §1.2).
 * @throws Refusal with 401 for others.
 */
export function sessionCookie(username: string, password: string, guard: Guard): string {
  proven('Basic', `${username}:${password}`, guard.basic);
  return `X-API-KEY=${guard.token}; Path=/; HttpOnly; SameSite=Strict`;
}

/**
 * The scheme that a request authenticated with.
 * @throws Refusal with 401, and with 400 for two credentials, since it is unknown which one counts
 *   (docs/design/admin-api.md §15.2).
 */
export function checkCredentials(headers: IncomingHttpHeaders, guard: Guard): Scheme {
  const { authorization, 'x-api-key': key } = headers;
  if (key !== undefined && authorization !== undefined) {
    throw new Refusal(400, 'the request has two credentials: X-API-KEY and Authorization');
  }
  if (authorization === undefined) return proven('X-API-KEY', key ?? sessionOf(headers), guard.token);
  const [, scheme = '', credential = ''] = /^(\S+) +(\S+)$/.exec(authorization) ?? [];
  if (/^bearer$/i.test(scheme) && takesBearer(guard)) return proven('Bearer', credential, guard.token);
  if (/^basic$/i.test(scheme)) return proven('Basic', fromBase64(credential), guard.basic);
  throw unauthorized();
}

/** Whether the paths of a family know the scheme: X-API-KEY came with the query dialect, Bearer with the other one. */
export function checkFamily(scheme: Scheme, family: Family, guard: Guard): void {
  if (guard.switches.credentials === 'any') return;
  const foreign = { path: 'X-API-KEY', query: 'Bearer', shared: undefined }[family];
  if (scheme === foreign) throw unauthorized();
}

/** @throws Refusal with 401 unless the two are the same. */
function proven<Name extends string>(
  scheme: Name,
  given: string | readonly string[],
  expected: string,
): Name {
  if (!isSecret(given, expected)) throw unauthorized();
  return scheme;
}

/** Compares in a time that does not depend on the text. */
export function isSecret(given: string | readonly string[], expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(String(given)), digest(expected));
}

function takesBearer(guard: Guard): boolean {
  return guard.dialects.includes('path') || guard.switches.credentials === 'any';
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

function unauthorized(): Refusal {
  return new Refusal(401, 'unauthorized');
}
