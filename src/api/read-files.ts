import { load, type LoadInput } from '../load/load.ts';
import type { Declared } from '../model/declared.ts';
import { hasErrors, type Checked } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import { NO_RULES, type FileRules, type LintRules } from '../model/lint-rules.ts';
import { sortedDiagnostics } from '../model/sorted-diagnostics.ts';
import { validate } from '../validate/validate.ts';

export interface ReadFiles {
  readonly declared: Declared;
  /** What the products were declared in, in the order of the products. */
  readonly documents: readonly SourceDocument[];
}

/** Files → documents → declared products, with the documents themselves for whoever writes them again (contract §2). */
export async function readFiles(input: LoadInput, rules: LintRules): Promise<Checked<ReadFiles>> {
  const loaded = await load(input);
  const validated = await validate(loaded.readable, fileRules(input, rules));
  const diagnostics = sortedDiagnostics([...loaded.diagnostics, ...validated.diagnostics]);
  const declared = validated.value;
  if (hasErrors(diagnostics) || declared === undefined) return { diagnostics };
  return { value: { declared, documents: loaded.readable }, diagnostics };
}

export function fileRules(
  { owner, today = new Date().toISOString().slice(0, 10) }: LoadInput,
  rules: LintRules = NO_RULES,
): FileRules {
  return { ...rules, owner, today };
}
