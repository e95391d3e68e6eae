import type { Ask } from './ask.ts';
import type { ConnectionFailure } from './connection-failure.ts';
import { connectionFailure } from './connection-failure.ts';
import type { Credential } from './credential.ts';
import type { HttpAnswer } from './http.ts';
import { http } from './http.ts';
import type { Wire } from './wire.ts';

/** What came of sending a request once. */
export type Attempt = { readonly answer: HttpAnswer } | { readonly failure: ConnectionFailure };

export interface AttemptOptions {
  readonly credential: Credential;
  /** Counts from 1. */
  readonly number: number;
  readonly leftMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Sends a request once, in its time, and tells of it. Never throws for what the network does. */
export async function attempt(wire: Wire, ask: Ask, options: AttemptOptions): Promise<Attempt> {
  const start = wire.clock.now();
  const result = await exchange(wire, ask, options);
  wire.onExchange?.({
    method: ask.method,
    path: wire.redact(pathOf(wire, ask)),
    status: 'answer' in result ? result.answer.status : undefined,
    ms: Math.round(wire.clock.now() - start),
    attempt: options.number,
    ...('failure' in result ? { error: wire.redact(result.failure.words) } : {}),
  });
  return result;
}

async function exchange(wire: Wire, ask: Ask, options: AttemptOptions): Promise<Attempt> {
  const { credential, leftMs, signal } = options;
  const timeoutMs = Math.max(1, Math.ceil(Math.min(wire.timeoutMs, leftMs)));
  const request = {
    method: ask.method,
    path: pathOf(wire, ask),
    headers: { [credential.header]: credential.value },
    body: ask.body,
    signal,
    timeoutMs,
  };
  try {
    return { answer: await http(wire, request) };
  } catch (error) {
    return { failure: connectionFailure(error) };
  }
}

function pathOf(wire: Wire, ask: Ask): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(ask.query ?? {})) query.set(key, String(value));
  return wire.server.basePath + ask.path + (query.size === 0 ? '' : `?${query.toString()}`);
}
