import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Json } from '../model/product.ts';
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
