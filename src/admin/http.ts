import type { Dispatcher } from 'undici';
import type { JsonObject } from '../model/product.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Query = Readonly<Record<string, string | number>>;

export interface HttpRequest {
  readonly method: Method;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonObject | undefined;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly bytes: Buffer;
  readonly header: (name: string) => string | undefined;
}

/** Far above any portal's page of products, far below what would exhaust memory (acceptance S3). */
const MOST_BYTES = 64 * 1024 * 1024;

/** The answer is larger than anything that the Admin API sends. */
export class OversizeError extends Error {
  override readonly name = 'OversizeError';
}

/**
 * One request, one answer, whatever its status; redirects are not followed.
 * @throws whatever undici throws if no complete answer comes; OversizeError.
 */
export async function http(
  dispatcher: Dispatcher,
  origin: string,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const { method, path, signal, body } = request;
  const {
    statusCode,
    headers,
    body: stream,
  } = await dispatcher.request({
    origin,
    path,
    method,
    signal,
    headers: {
      accept: 'application/json',
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...request.headers,
    },
    body: body ? JSON.stringify(body) : null,
  });
  const bytes = await readAll(stream);
  return { status: statusCode, bytes, header: (name) => [headers[name]].flat()[0] };
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new OversizeError(`the answer is larger than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
