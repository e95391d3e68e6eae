import type { Target } from '../model/live.ts';
import type { Json } from '../model/product.ts';
import { readValueOnce } from './find-dialect.ts';
import { isObject } from '../json/value.ts';
import { openSession, type SessionOptions } from './session.ts';

export interface PingReport {
  readonly target: Target;
  /** Undefined if the server does not report it. */
  readonly version: string | undefined;
  /** The header that carried the token, e.g. `X-API-KEY`. */
  readonly credential: string;
  /** User of the token; undefined if the server does not report it. */
  readonly user: string | undefined;
}

/** Checks address, token and portal, and describes the server. Sends only GET requests. */
export async function ping(options: SessionOptions): Promise<PingReport> {
  const session = await openSession(options);
  try {
    const me = await readValueOnce(session.client, '/api/me');
    const user = nameOf(me);
    return {
      target: session.target,
      version: session.version,
      credential: session.client.credential.shown,
      user: user === undefined ? undefined : session.client.redact(user),
    };
  } finally {
    await session.close();
  }
}

/** It is undocumented which of these a server returns (docs/design/admin-api.md §12). */
function nameOf(me: Json | undefined): string | undefined {
  if (!isObject(me)) return undefined;
  return [me.username, me.name, me.email, me.id].find(
    (one): one is string => typeof one === 'string' && one !== '',
  );
}
