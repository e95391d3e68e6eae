import type { LoadInput } from '../load/load.ts';
import type { Declared } from '../model/declared.ts';
import { hasErrors, type Checked, type Diagnostic } from '../model/diagnostic.ts';
import type { LintRules } from '../model/lint-rules.ts';
import { sortedDiagnostics } from '../model/diagnostic.ts';
import { lintFiles } from './check-files.ts';

/**
 * What the files declare in each environment. Reports a diagnostic of all environments once, any other one with the
 * names of its environments (docs/design/contract.md §13).
 * @param inputs one for each environment, with its name.
 */
export async function checkEnvironments(
  inputs: readonly LoadInput[],
  rules: LintRules,
): Promise<Checked<readonly Declared[]>> {
  const [only] = inputs;
  if (only !== undefined && inputs.length === 1) {
    const { value, diagnostics } = await lintFiles(only, rules);
    return { ...(value && { value: [value] }), diagnostics };
  }
  const found = new Map<string, { readonly diagnostic: Diagnostic; readonly names: string[] }>();
  const declared: Declared[] = [];
  for (const input of inputs) {
    const { value, diagnostics } = await lintFiles(input, rules);
    if (value !== undefined) declared.push(value);
    for (const diagnostic of diagnostics) {
      const key = JSON.stringify(diagnostic, withoutLines);
      const known = found.get(key) ?? { diagnostic, names: [] };
      found.set(key, known);
      known.names.push(input.environment ?? '');
    }
  }
  const diagnostics = [...found.values()].map(({ diagnostic, names }) =>
    names.length === inputs.length
      ? diagnostic
      : { ...diagnostic, message: `in ${names.join(', ')}: ${diagnostic.message}` },
  );
  const sorted = sortedDiagnostics(diagnostics);
  return hasErrors(sorted) ? { diagnostics: sorted } : { value: declared, diagnostics: sorted };
}

/** Leaves out the text of the line, which may be long and have thousands of diagnostics. */
const withoutLines = (key: string, value: unknown): unknown => (key === 'text' ? undefined : value);
