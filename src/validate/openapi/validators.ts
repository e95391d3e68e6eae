import type { ValidateFunction } from 'ajv';
import type { OpenapiVersion } from './openapi-version.ts';

/** The compiled schema of a version, loaded when the first document of that version is met: most runs need one. */
export async function validatorOf(version: OpenapiVersion): Promise<ValidateFunction> {
  return (await LOADERS[version]()).default;
}

const LOADERS: Readonly<Record<OpenapiVersion, () => Promise<{ readonly default: ValidateFunction }>>> = {
  '2.0': () => import('../../generated/validate-openapi-2.0.cjs'),
  '3.0': () => import('../../generated/validate-openapi-3.0.cjs'),
  '3.1': () => import('../../generated/validate-openapi-3.1.cjs'),
  '3.2': () => import('../../generated/validate-openapi-3.2.cjs'),
};
