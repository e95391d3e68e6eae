import type { JsonObject } from '../../model/product.ts';
import type { Finding } from './finding.ts';
import type { OpenapiVersion } from './openapi-version.ts';
import { checkerOf, validatorOf } from './validators.ts';

/** What the official schema of its version has against a document, each thing once. */
export async function schemaFindings(
  document: JsonObject,
  version: OpenapiVersion,
): Promise<readonly Finding[]> {
  if ((await checkerOf(version))(document)) return [];
  const [validate, { explainedErrors }] = await Promise.all([
    validatorOf(version),
    import('./explained-errors.ts'),
  ]);
  // Its errors are those of the last document that it was asked about, so that nothing may come in between.
  if (validate(document)) throw new Error(`the two validators of OpenAPI ${version} disagree`);
  return explainedErrors(validate.errors ?? []);
}
