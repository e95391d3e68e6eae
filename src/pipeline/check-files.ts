import { load, type LoadInput } from '../load/load.ts';
import type { Declared } from '../model/declared.ts';
import { hasErrors, type Checked } from '../model/diagnostic.ts';
import { NO_RULES, type LintRules } from '../model/lint-rules.ts';
import { sortedDiagnostics } from '../model/sorted-diagnostics.ts';
import { checkOpenapi } from '../validate/openapi/check-openapi.ts';
import { validate } from '../validate/validate.ts';

/** Files → documents → declared products; every mistake of every file at once (contract §2). Never touches the network. */
export async function checkFiles(input: LoadInput, rules: LintRules = NO_RULES): Promise<Checked<Declared>> {
  const loaded = await load(input, checkOpenapi);
  const validated = validate(loaded.readable, rules);
  const diagnostics = sortedDiagnostics([...loaded.diagnostics, ...validated.diagnostics]);
  if (hasErrors(diagnostics) || validated.value === undefined) return { diagnostics };
  return { value: validated.value, diagnostics };
}
