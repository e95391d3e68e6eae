import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Json } from '../model/product.ts';
import { answerAdmin, type AdminApi } from './answer-admin.ts';
import { chance, shuffledKeys } from './chance.ts';
import { credentialNames } from './credentials.ts';
import type { FaultAction, Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import { readRequest, type ReadRequest } from './read-request.ts';
import type { Answer } from './route.ts';
import { jsonText, sendBug, sendFault, sendJson } from './send-answer.ts';

export interface SeenRequest {
  /** 1 for the first one. */
  readonly n: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
}
/** Called before a request is carried out, which waits for the promise. */
export type RequestListener = (request: SeenRequest) => void | Promise<void>;

export interface AdminServer extends AdminApi {
  readonly journal: Journal;
  readonly faults: Faults;
  readonly listeners: ReadonlySet<RequestListener>;
  /** How long after it came in a request is answered, as well as timers can; it is carried out at once. */
  readonly latencyMs: number;
  /** Aborted when the emulator closes, so that nothing keeps waiting. */
  readonly closing: AbortSignal;
}

/** Serves one request from its first line to its answer, journalled, with the fault that waits for it, if any. */
export async function serveAdmin(
  server: AdminServer,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { journal } = server;
  const due = performance.now() + server.latencyMs;
  const path = withoutToken(message.url ?? '/', server.guard.token);
  const seen = { method: message.method ?? 'GET', path };
  const n = journal.begin({ ...seen, ...credentialNames(message.headers) });
  try {
    const fault = server.faults.strike(seen);
    const request = await readRequest(message);
    for (const listener of server.listeners) await listener({ n, ...seen });
    if (fault?.kind === 'delay') await sleep(server, fault.ms);
    const send = answer(server, n, request, response, fault);
    await sleep(server, due - performance.now());
    journal.note(n, { status: await send() });
  } catch (error) {
    sendBug(response, error);
  } finally {
    journal.end();
  }
}

/** Carries out a request; what it gives sends the answer, and tells its status. */
function answer(
  server: AdminServer,
  n: number,
  request: ReadRequest,
  response: ServerResponse,
  fault: FaultAction | undefined,
): () => number | Promise<number> {
  if (fault !== undefined && comesBefore(fault)) return async () => sendFault(response, fault);
  const { status, body } = carryOut(server, n, request);
  if (fault !== undefined && fault.kind !== 'delay') return async () => sendFault(response, fault);
  const hostile = server.switches.rowOrder === 'hostile';
  const text = jsonText(hostile ? shuffledKeys(body, chance(n)) : body);
  return () => sendJson(response, status, text);
}

function comesBefore(fault: FaultAction): fault is Exclude<FaultAction, { kind: 'delay' }> {
  if (fault.kind === 'status') return fault.after !== true;
  return fault.kind === 'close-before' || fault.kind === 'redirect';
}

function carryOut(server: AdminServer, n: number, request: ReadRequest): Answer {
  const answer = server.journal.during(n, () => answerAdmin(server, n, request));
  server.journal.note(n, {
    handled: true,
    ...(answer.product && { product: answer.product }),
    ...bodyForJournal(request.text),
  });
  return answer;
}

function bodyForJournal(text: string): { body?: Json } {
  try {
    return text === '' ? {} : { body: JSON.parse(text) as Json };
  } catch {
    return {};
  }
}

async function sleep(server: AdminServer, ms: number): Promise<void> {
  if (ms > 0.5) await wait(Math.round(ms), undefined, { signal: server.closing });
}

function withoutToken(path: string, token: string): string {
  return path.replaceAll(token, '***');
}
