import type { JsonObject } from '../../model/product.ts';
import type { Finding } from './finding.ts';

export type OpenapiVersion = '2.0' | '3.0' | '3.1' | '3.2';

/** The version that a document says it is of; undefined for one that adc does not know. */
export function openapiVersion(document: JsonObject): OpenapiVersion | undefined {
  if (document['swagger'] === '2.0') return '2.0';
  const openapi = document['openapi'];
  const [, version] = typeof openapi === 'string' ? (/^(3\.[012])\.\d+(-.+)?$/.exec(openapi) ?? []) : [];
  return version === '3.0' || version === '3.1' || version === '3.2' ? version : undefined;
}

/** What is wrong with a document of no known version. */
export function unknownVersion(document: JsonObject): Finding {
  const key = ['openapi', 'swagger'].find((one) => Object.hasOwn(document, one));
  const words =
    key === undefined
      ? 'not an OpenAPI document: it has neither "openapi" nor "swagger"'
      : `"${key}" ${typeof document[key] === 'string' ? 'is not a supported version' : 'must be text'}`;
  return {
    code: 'not-openapi',
    path: key === undefined ? [] : [key],
    message: words,
    hint: 'Write openapi: "3.1.0", openapi: "3.0.3" or swagger: "2.0", in quotes.',
  };
}

/** What portals show with is known to read up to 3.1. */
export const TOO_NEW: Finding = {
  code: 'openapi-too-new',
  path: ['openapi'],
  message: 'portals may not show OpenAPI 3.2',
  hint: 'Write it as OpenAPI 3.1.',
};
