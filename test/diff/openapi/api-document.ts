import type { OpenapiChange } from '../../../src/model/openapi-check.ts';
import { openapiChanges } from '../../../src/diff/openapi/openapi-changes.ts';

type Parts = Readonly<Record<string, unknown>>;

/** An OpenAPI 3.0 document with one operation, `GET /bills`, and the given parts. */
export function apiDocument(parts: Parts = {}): Parts {
  return {
    openapi: '3.0.3',
    info: { title: 'Billing', version: '1.0.0' },
    paths: { '/bills': { get: operation() } },
    ...parts,
  };
}

export function operation(parts: Parts = {}): Parts {
  return { responses: { 200: { description: 'ok' } }, ...parts };
}

/** The document with this operation as `GET /bills`. */
export const getting = (parts: Parts): Parts =>
  apiDocument({ paths: { '/bills': { get: operation(parts) } } });

/** The document with this query parameter `limit` of `GET /bills`. */
export const limited = (parts: Parts): Parts =>
  getting({ parameters: [{ name: 'limit', in: 'query', ...parts }] });

export const json = (schema: unknown): Parts => ({ content: { 'application/json': { schema } } });

/** The document with a schema of the request body of `POST /bills`. */
export const sending = (schema: unknown, parts: Parts = {}): Parts =>
  apiDocument({ paths: { '/bills': { post: operation({ requestBody: json(schema) }) } }, ...parts });

/** The document with a schema of the response body of `GET /bills`. */
export const answering = (schema: unknown, parts: Parts = {}): Parts => ({
  ...getting({ responses: { 200: { description: 'ok', ...json(schema) } } }),
  ...parts,
});

export const schemas = (members: Parts): Parts => ({ components: { schemas: members } });

/** Changes as text: `! removed operation GET /bills`. `!` marks breaking changes, and details are in brackets. */
export function told(before: unknown, after: unknown): readonly string[] {
  return openapiChanges(JSON.stringify(before), JSON.stringify(after)).map(toldRow);
}

function toldRow({ breaking, change, kind, name, detail }: OpenapiChange): string {
  return `${breaking ? '! ' : ''}${change} ${kind} ${name}${detail === '' ? '' : ` [${detail}]`}`;
}
