import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Json, JsonObject } from '../model/product.ts';
import { chance, shuffledKeys } from './chance.ts';
import { credentialNames, type Guard } from './credentials.ts';
import type { FaultAction, Faults } from './faults.ts';
import type { Journal, JournalledRequest } from './journal.ts';
import { jsonText, readRequest, sendBug, sendFault, sendJson, type ReadRequest } from './messages.ts';
import type { Refusal } from './refusal.ts';
import { answerOrRefusal, type Answer } from './route.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

/** A request as listeners see it: `n` is 1 for the first one, and the path has its query. */
type SeenRequest = Pick<JournalledRequest, 'n' | 'method' | 'path' | 'backend'>;
/** Called before a request is carried out, which waits for the promise. */
export type RequestListener = (request: SeenRequest) => void | Promise<void>;

/** What the Admin API and the Developer Portal backend have in common. */
export interface Server {
  readonly store: Store;
  readonly switches: Switches;
  readonly guard: Guard;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly listeners: ReadonlySet<RequestListener>;
  /** How long after it came in a request is answered, as well as timers can; it is carried out at once. */
  readonly latencyMs: number;
  /** Aborted when the emulator closes, so that nothing keeps waiting. */
  readonly closing: AbortSignal;
}

/** What differs between them. */
export interface Part {
  readonly backend?: true;
  /** @throws Refusal */
  readonly answer: (n: number, request: ReadRequest) => Answer;
  readonly refusalBody: (refusal: Refusal) => JsonObject;
  /** Whether requests to a path send a credential, which the journal must not hold. */
  readonly hasSecretBody: (path: string) => boolean;
}

/** Serves one request from its first line to its answer, journalled, with the fault that waits for it, if any. */
export async function serve(
  server: Server,
  part: Part,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { journal } = server;
  const due = performance.now() + server.latencyMs;
  const path = (message.url ?? '/').replaceAll(server.guard.token, '***');
  const seen = { method: message.method ?? 'GET', path, ...(part.backend && { backend: part.backend }) };
  const n = journal.begin({ ...seen, ...credentialNames(message.headers) });
  try {
    const fault = server.faults.strike(seen);
    if (fault !== undefined) journal.note(n, { struck: true });
    const request = await readRequest(message);
    for (const listener of server.listeners) await listener({ n, ...seen });
    if (fault?.kind === 'delay') await sleep(server, fault.ms);
    const send = answer(server, part, { n, request, response, fault });
    await sleep(server, due - performance.now());
    journal.note(n, { status: await send() });
  } catch (error) {
    sendBug(response, error);
  } finally {
    journal.end();
  }
}

interface Exchange {
  readonly n: number;
  readonly request: ReadRequest;
  readonly response: ServerResponse;
  readonly fault: FaultAction | undefined;
}

/** Handles a request. The returned function sends the response, and returns its status. */
function answer(
  server: Server,
  part: Part,
  { n, request, response, fault }: Exchange,
): () => number | Promise<number> {
  if (fault !== undefined && comesBefore(fault)) return async () => sendFault(response, fault);
  const { status, body, cookie } = carryOut(server, part, n, request);
  if (fault !== undefined && fault.kind !== 'delay') return async () => sendFault(response, fault);
  const hostile = server.switches.rowOrder === 'hostile';
  const text = jsonText(hostile ? shuffledKeys(body, chance(n)) : body);
  if (cookie !== undefined) response.setHeader('set-cookie', cookie);
  return () => sendJson(response, status, text);
}

function comesBefore(fault: FaultAction): fault is Exclude<FaultAction, { kind: 'delay' }> {
  if (fault.kind === 'status') return fault.after !== true;
  return fault.kind === 'close-before' || fault.kind === 'redirect';
}

function carryOut({ journal }: Server, part: Part, n: number, request: ReadRequest): Answer {
  const answer = journal.during(n, () => answerOrRefusal(() => part.answer(n, request), part.refusalBody));
  journal.note(n, {
    handled: true,
    ...(answer.product && { product: answer.product }),
    ...(!part.hasSecretBody(request.path) && bodyForJournal(request)),
  });
  return answer;
}

function bodyForJournal({ text }: ReadRequest): { body?: Json } {
  try {
    return text === '' ? {} : { body: JSON.parse(text) as Json };
  } catch {
    return {};
  }
}

async function sleep(server: Server, ms: number): Promise<void> {
  if (ms > 0.5) await wait(Math.round(ms), undefined, { signal: server.closing });
}
