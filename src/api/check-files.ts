import type { LoadInput } from '../load/load.ts';
import type { Declared } from '../model/declared.ts';
import type { Checked } from '../model/diagnostic.ts';
import { NO_RULES, type LintRules } from '../model/lint-rules.ts';
import { readFiles } from './read-files.ts';

/** What the files declare, or every mistake of every file at once (docs/design/contract.md §2). Never touches the network. */
export async function checkFiles(input: LoadInput, rules: LintRules = NO_RULES): Promise<Checked<Declared>> {
  const { value, diagnostics } = await readFiles(input, rules);
  return value === undefined ? { diagnostics } : { value: value.declared, diagnostics };
}
