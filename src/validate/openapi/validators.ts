import type { ValidateFunction } from 'ajv';
import type { OpenapiVersion } from './openapi-version.ts';

/** The compiled schema of a version that finds every error, loaded for documents that have one. */
export async function validatorOf(version: OpenapiVersion): Promise<ValidateFunction> {
  return (await LOADERS[version].everyError()).validate;
}

/** The compiled schema of a version that only says whether there is one, and is loaded in a third of the time. */
export async function checkerOf(version: OpenapiVersion): Promise<Check> {
  return (await LOADERS[version].anyError()).validate;
}

type Check = (document: unknown) => boolean;

interface Loaders {
  readonly everyError: () => Promise<{ readonly validate: ValidateFunction }>;
  readonly anyError: () => Promise<{ readonly validate: Check }>;
}

/** Loaded when the first document of that version is met: most runs need one. */
const LOADERS: Readonly<Record<OpenapiVersion, Loaders>> = {
  '2.0': {
    everyError: () => import('../../generated/validate-openapi-2.0.mjs'),
    anyError: () => import('../../generated/check-openapi-2.0.mjs'),
  },
  '3.0': {
    everyError: () => import('../../generated/validate-openapi-3.0.mjs'),
    anyError: () => import('../../generated/check-openapi-3.0.mjs'),
  },
  '3.1': {
    everyError: () => import('../../generated/validate-openapi-3.1.mjs'),
    anyError: () => import('../../generated/check-openapi-3.1.mjs'),
  },
  '3.2': {
    everyError: () => import('../../generated/validate-openapi-3.2.mjs'),
    anyError: () => import('../../generated/check-openapi-3.2.mjs'),
  },
};
