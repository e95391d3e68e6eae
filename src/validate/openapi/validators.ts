import type { ValidateFunction } from 'ajv';
import type { OpenapiVersion } from './openapi-version.ts';

/** The compiled schema of a version that finds every error, loaded for documents that have one. */
export async function validatorOf(version: OpenapiVersion): Promise<ValidateFunction> {
  return (await LOADERS[version].everyError()).default;
}

/** The compiled schema of a version that ends with the first error, and is loaded in half the time. */
export async function checkerOf(version: OpenapiVersion): Promise<ValidateFunction> {
  return (await LOADERS[version].firstError()).default;
}

type Loader = () => Promise<{ readonly default: ValidateFunction }>;

/** Loaded when the first document of that version is met: most runs need one. */
const LOADERS: Readonly<
  Record<OpenapiVersion, { readonly everyError: Loader; readonly firstError: Loader }>
> = {
  '2.0': {
    everyError: () => import('../../generated/validate-openapi-2.0.cjs'),
    firstError: () => import('../../generated/check-openapi-2.0.cjs'),
  },
  '3.0': {
    everyError: () => import('../../generated/validate-openapi-3.0.cjs'),
    firstError: () => import('../../generated/check-openapi-3.0.cjs'),
  },
  '3.1': {
    everyError: () => import('../../generated/validate-openapi-3.1.cjs'),
    firstError: () => import('../../generated/check-openapi-3.1.cjs'),
  },
  '3.2': {
    everyError: () => import('../../generated/validate-openapi-3.2.cjs'),
    firstError: () => import('../../generated/check-openapi-3.2.cjs'),
  },
};
