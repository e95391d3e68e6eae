import type { ErrorObject } from 'ajv';
import type { JsonObject } from '../../model/product.ts';
import { explainOpenapiError } from './explain-openapi-error.ts';
import type { Finding } from './finding.ts';
import type { OpenapiVersion } from './openapi-version.ts';
import { checkerOf, validatorOf } from './validators.ts';

/** A document of something else has more errors than anybody reads; explaining them all would take its time. */
const MOST_ERRORS = 1_000;

/** What the official schema of its version has against a document, each thing once. */
export async function schemaFindings(
  document: JsonObject,
  version: OpenapiVersion,
): Promise<readonly Finding[]> {
  if ((await checkerOf(version))(document)) return [];
  const validate = await validatorOf(version);
  if (validate(document)) throw new Error(`the two validators of OpenAPI ${version} disagree`);
  const errors = telling(validate.errors ?? []).slice(0, MOST_ERRORS);
  const findings = errors.map(explainOpenapiError);
  return [...new Map(findings.map((one) => [JSON.stringify([one.path, one.message]), one])).values()];
}

/** Rows that only say that another row is there, or that are there because of another one. */
function telling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const wrongParts = new Set(errors.filter((one) => !isUnevaluated(one)).map((one) => one.instancePath));
  return errors.filter(
    (error) =>
      error.keyword !== 'if' &&
      error.propertyName === undefined &&
      !/\/(oneOf|anyOf)\/\d+\/(?:.+\/)?(required|not)$/.test(error.schemaPath) &&
      !(isUnevaluated(error) && wrongParts.has(error.instancePath)),
  );
}

/** Keys count as unknown too where the alternative that knows them failed for another reason. */
const isUnevaluated = ({ keyword }: ErrorObject): boolean => keyword === 'unevaluatedProperties';
