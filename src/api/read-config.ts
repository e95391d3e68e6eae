import { loadConfig, type ConfigInput } from '../load/load-config.ts';
import type { Config } from '../model/config.ts';
import type { Checked } from '../model/diagnostic.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { sortedDiagnostics } from '../model/diagnostic.ts';

/** The config of a run (docs/design/contract.md §13), or all its diagnostics. No value without a config. */
export async function readConfig(input: ConfigInput): Promise<Checked<Config>> {
  const { document, diagnostics, ...places } = await loadConfig(input);
  if (document === undefined || hasErrors(diagnostics)) return { diagnostics };
  const { checkConfig } = await import('../validate/check-config.ts');
  const checked = await checkConfig(document, places);
  return { ...checked, diagnostics: sortedDiagnostics([...diagnostics, ...checked.diagnostics]) };
}
