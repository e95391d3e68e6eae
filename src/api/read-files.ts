import { gatewayFiles } from '../load/gateway-files.ts';
import { load, type LoadInput, type PlannedFiles } from '../load/load.ts';
import type { Declared } from '../model/declared.ts';
import { hasErrors, isError, type Checked, type Diagnostic, sortedDiagnostics } from '../model/diagnostic.ts';
import { type SourceDocument, NO_RULES, type FileRules, type LintRules } from '../model/document.ts';
import { validate } from '../validate/validate.ts';

export interface ReadFiles {
  readonly declared: Declared;
  /** The documents of the products, in the order of the products. */
  readonly documents: readonly SourceDocument[];
}

/**
 * Files → documents → declared products, with the documents for callers that edit them (docs/design/contract.md §2).
 */
export async function readFiles(input: LoadInput, rules: LintRules): Promise<Checked<ReadFiles>> {
  const { declared, documents, diagnostics } = await loadAndValidate(input, rules);
  if (hasErrors(diagnostics) || declared === undefined) return { diagnostics };
  return { value: { declared, documents }, diagnostics };
}

export interface PlannedMistakes {
  readonly errors: readonly Diagnostic[];
  readonly documents: readonly SourceDocument[];
}

/** The diagnostics of lint for files that are not written yet. */
export async function plannedMistakes(input: LoadInput, planned: PlannedFiles): Promise<PlannedMistakes> {
  const { documents, diagnostics } = await loadAndValidate({ ...input, planned });
  return { errors: diagnostics.filter(isError), documents };
}

/** The readable documents, and all diagnostics in order of their places. */
async function loadAndValidate(input: LoadInput, rules?: LintRules) {
  const loaded = await load(input);
  const validated = await validate(loaded.readable, fileRules(input, rules));
  const { value: gateways, diagnostics = [] } = input.gateways
    ? await gatewayFiles(input.gateways, input)
    : {};
  const declared = validated.value && { ...validated.value, ...(gateways && { gateways }) };
  const found = sortedDiagnostics([...loaded.diagnostics, ...validated.diagnostics, ...diagnostics]);
  return { declared, documents: loaded.readable, diagnostics: found };
}

export function fileRules(
  {
    owner,
    defaultOwner,
    environment,
    environments,
    today = new Date().toISOString().slice(0, 10),
  }: LoadInput,
  rules: LintRules = NO_RULES,
): FileRules {
  return { ...rules, owner, defaultOwner, environment, environments, today };
}
