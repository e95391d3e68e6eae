import type { ErrorObject } from 'ajv';
import { explainOpenapiError } from './explain-openapi-error.ts';
import type { Finding } from './finding.ts';

/** A document of something else has more errors than anybody reads; explaining them all would take its time. */
const MOST_ERRORS = 1_000;

/** Errors of an official schema in sentences, each thing once. */
export function explainedErrors(errors: readonly ErrorObject[]): readonly Finding[] {
  const findings = telling(errors).slice(0, MOST_ERRORS).map(explainOpenapiError);
  return [...new Map(findings.map((one) => [JSON.stringify([one.path, one.message]), one])).values()];
}

/** Rows that only say that another row is there, or that are there because of another one. */
function telling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const wrongParts = new Set(errors.filter((one) => !isUnevaluated(one)).map((one) => one.instancePath));
  const wrongTypes = new Set(errors.filter((one) => one.keyword === 'type').map((one) => one.instancePath));
  return errors.filter(
    (error) =>
      error.keyword !== 'if' &&
      error.propertyName === undefined &&
      !/\/(oneOf|anyOf)\/\d+\/(?:.+\/)?(required|not)$/.test(error.schemaPath) &&
      !(isUnevaluated(error) && wrongParts.has(error.instancePath)) &&
      !(error.keyword === 'enum' && wrongTypes.has(error.instancePath)),
  );
}

/** Keys count as unknown too where the alternative that knows them failed for another reason. */
const isUnevaluated = ({ keyword }: ErrorObject): boolean => keyword === 'unevaluatedProperties';
