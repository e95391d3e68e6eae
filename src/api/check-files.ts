import type { LoadInput } from '../load/load.ts';
import type { Declared } from '../model/declared.ts';
import { asError, hasErrors, type Checked, sortedDiagnostics } from '../model/diagnostic.ts';
import { NO_RULES, type LintRules } from '../model/document.ts';
import { fileServices } from '../preflight/file-services.ts';
import { readFiles } from './read-files.ts';

/**
 * The result of checkFiles(), with diagnostics about linked services from files of API7's ADC, if the input names
 * any.
 */
export async function lintFiles(input: LoadInput, rules: LintRules): Promise<Checked<Declared>> {
  const { value, diagnostics } = await checkFiles(input, rules);
  if (value?.gateways === undefined) return { ...(value && { value }), diagnostics };
  const warnings = fileServices(value).map((one) => (rules.strict ? asError(one) : one));
  const found = sortedDiagnostics([...diagnostics, ...warnings]);
  return hasErrors(warnings) ? { diagnostics: found } : { value, diagnostics: found };
}

/** What the files declare, or all diagnostics of all files (docs/design/contract.md §2). Opens no connection. */
export async function checkFiles(input: LoadInput, rules: LintRules = NO_RULES): Promise<Checked<Declared>> {
  const { value, diagnostics } = await readFiles(input, rules);
  return value === undefined ? { diagnostics } : { value: value.declared, diagnostics };
}
