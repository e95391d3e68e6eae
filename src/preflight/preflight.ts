import type { Diagnostic } from '../model/diagnostic.ts';
import { contactPointTypes } from './contact-point-types.ts';
import { notAsDeclared } from './file-services.ts';
import { linkedServices } from './linked-services.ts';
import type { PreflightInput } from './preflight-input.ts';
import { sharedTemplates } from './shared-templates.ts';

/**
 * Checks the products against the portal (docs/design/contract.md §3, `validate`). A problem that the server may
 * accept is a warning. Pure.
 */
export function preflight(input: PreflightInput): readonly Diagnostic[] {
  return input.desired.flatMap((product) => [
    ...linkedServices(product, input),
    ...notAsDeclared(product, input),
    ...sharedTemplates(product, input),
    ...contactPointTypes(product, input),
  ]);
}
