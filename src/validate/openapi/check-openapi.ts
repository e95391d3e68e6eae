import type { OpenapiDocument, OpenapiFacts } from '../../model/document.ts';
import type { Json, JsonObject } from '../../model/product.ts';
import { isObject } from '../written-product.ts';
import type { Finding } from './finding.ts';
import { located } from './finding.ts';
import { follower } from './local-reference.ts';
import { namesServers } from './names-servers.ts';
import type { OpenapiVersion } from './openapi-version.ts';
import { openapiVersion, TOO_NEW, unknownVersion } from './openapi-version.ts';
import { operationFindings } from './operations.ts';
import { referenceFindings } from './references.ts';
import { schemaFindings } from './schema-findings.ts';
import { securityFindings } from './security.ts';

/**
 * What is wrong in an OpenAPI document: against the official schema of its version, and what no schema can say. A
 * document that is none, or lacks what every document has, and whatever makes a page of it come out wrong, is an error;
 * the rest are warnings. Places are inside the document.
 */
export async function checkOpenapi({ value, locate }: OpenapiDocument): Promise<OpenapiFacts> {
  if (value === undefined) return { diagnostics: [], namesServers: true };
  return { diagnostics: located(await findingsIn(value), locate), namesServers: namesServers(value) };
}

async function findingsIn(value: Json): Promise<readonly Finding[]> {
  if (!isObject(value)) return [NO_MAPPING];
  const version = openapiVersion(value);
  if (version === undefined) return [unknownVersion(value)];
  const found = await findingsOf(value, version);
  return version === '3.2' ? [TOO_NEW, ...found] : found;
}

const NO_MAPPING: Finding = {
  code: 'not-openapi',
  path: [],
  message: 'not an OpenAPI document: it is not a mapping',
  hint: 'Name an OpenAPI document.',
};

async function findingsOf(document: JsonObject, version: OpenapiVersion): Promise<readonly Finding[]> {
  const follow = follower(document);
  return [
    ...(await schemaFindings(document, version)),
    ...referenceFindings(document, follow),
    ...operationFindings(document, follow),
    ...securityFindings(document, version),
  ];
}
