import { load, type LoadInput, type PlannedFiles } from '../load/load.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import { fileRules } from './read-files.ts';
import { validate } from '../validate/validate.ts';

export interface PlannedMistakes {
  readonly errors: readonly Diagnostic[];
  readonly documents: readonly SourceDocument[];
}

/** What lint would find wrong in files that are not written yet. */
export async function plannedMistakes(input: LoadInput, planned: PlannedFiles): Promise<PlannedMistakes> {
  const loaded = await load({ ...input, planned });
  const validated = await validate(loaded.readable, fileRules(input));
  const found = [...loaded.diagnostics, ...validated.diagnostics];
  return { errors: found.filter(({ severity }) => severity === 'error'), documents: loaded.readable };
}
