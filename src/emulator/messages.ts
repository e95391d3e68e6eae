import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Json } from '../model/product.ts';
import type { FaultAction } from './faults.ts';
import { Refusal } from './refusal.ts';

/** A request as it came, its body not yet judged. */
export interface ReadRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export async function readRequest(message: IncomingMessage): Promise<ReadRequest> {
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://emulator');
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    method: message.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: message.headers,
    text,
  };
}

/**
 * The body as JSON; undefined if there is none.
 * @throws Refusal
 */
export function parseBody(text: string): Json | undefined {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Refusal(400, 'the body is not valid JSON');
  }
}

const HTML = '<!doctype html><html><body><h1>Bad Gateway</h1></body></html>';
const JSON_TYPE = 'application/json';
const HUGE = 100_000_000;

/** @param body undefined: no body at all. */
export function jsonText(body: unknown): string {
  return body === undefined ? '' : JSON.stringify(body);
}

/** @returns the status. */
export function sendJson(response: ServerResponse, status: number, text: string): number {
  send(response, status, JSON_TYPE, text);
  return status;
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=utf-8', text);
}

/**
 * Sends what a fault makes of an answer; the connection is cut where it says so.
 * @returns the status that was sent, 0 for none.
 */
export async function sendFault(
  response: ServerResponse,
  action: Exclude<FaultAction, { kind: 'delay' }>,
): Promise<number> {
  switch (action.kind) {
    case 'status':
      return sendStatus(response, action);
    case 'close-before':
    case 'close-after':
      response.socket?.destroy();
      return 0;
    case 'garbage':
      send(response, 200, action.as === 'html' ? 'text/html' : JSON_TYPE, GARBAGE[action.as]);
      return 200;
    case 'endless':
    case 'huge':
      await sendStream(response, rows(action.kind === 'huge' ? HUGE : Infinity));
      return 200;
    case 'redirect':
      response.setHeader('location', action.to);
      send(response, 307, JSON_TYPE, '');
      return 307;
  }
}

/** Any error except a refusal is a bug in the emulator, and must not look like a response of the real server. */
export function sendBug(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.socket?.destroyed !== false) return;
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  sendJson(response, 500, jsonText({ error_msg: `bug in the embedded Admin API: ${reason}` }));
}

function sendStatus(response: ServerResponse, fault: Extract<FaultAction, { kind: 'status' }>): number {
  const { status, retryAfter } = fault;
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
  const body = fault.body ?? defaultBody(status);
  if (body === 'json') sendJson(response, status, jsonText({ error_msg: `fault: ${status}` }));
  else send(response, status, 'text/html', body === 'html' ? HTML : '');
  return status;
}

function defaultBody(status: number): 'json' | 'empty' | 'html' {
  if (status === 500) return 'empty';
  return status === 502 || status === 504 ? 'html' : 'json';
}

const GARBAGE = {
  html: HTML,
  'cut-json': '{"list":[{"id":"a0000000-0000-4000-80',
  'deep-json': `{"value":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
} as const;

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.statusCode = status;
  if (body !== '') response.setHeader('content-type', type);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}

/** The other side may well hang up: that is no error of ours. */
async function sendStream(response: ServerResponse, chunks: Iterable<string>): Promise<void> {
  response.writeHead(200, { 'content-type': JSON_TYPE });
  await pipeline(Readable.from(chunks), response).catch(() => undefined);
}

function* rows(bytes: number): Iterable<string> {
  const chunk = `${' '.repeat(16_383)}\n`;
  yield '{"list":[';
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
  yield '],"total":0}';
}
