import { gatewayFiles } from '../load/gateway-files.ts';
import { load, type LoadInput, type PlannedFiles } from '../load/load.ts';
import type { Declared } from '../model/declared.ts';
import {
  asError,
  hasErrors,
  isError,
  sortedDiagnostics,
  type Checked,
  type Diagnostic,
} from '../model/diagnostic.ts';
import { NO_RULES, type FileRules, type LintRules, type SourceDocument } from '../model/document.ts';
import { fileServices } from '../preflight/file-services.ts';
import { validate, withSeverity } from '../validate/validate.ts';

/** The declarations of the files, or all their diagnostics (docs/design/contract.md §2). Opens no connection. */
export async function checkFiles(input: LoadInput, rules: LintRules = NO_RULES): Promise<Checked<Declared>> {
  const { value, diagnostics } = await readFiles(input, rules);
  return value === undefined ? { diagnostics } : { value: value.declared, diagnostics };
}

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

/**
 * The declarations of the files in each environment. Reports a diagnostic of all environments once, and any other one
 * with the names of its environments (docs/design/contract.md §13).
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

/** Omits the text of the line: a long line can have thousands of diagnostics. */
const withoutLines = (key: string, value: unknown): unknown => (key === 'text' ? undefined : value);

export interface ReadFiles {
  readonly declared: Declared;
  /** The documents of the products, in the order of the products. */
  readonly documents: readonly SourceDocument[];
}

/** The declared products, and their documents for callers that edit them (docs/design/contract.md §2). */
export async function readFiles(input: LoadInput, rules: LintRules): Promise<Checked<ReadFiles>> {
  const { declared, documents, diagnostics } = await loadAndValidate(input, rules);
  if (hasErrors(diagnostics) || declared === undefined) return { diagnostics };
  return { value: { declared, documents }, diagnostics };
}

/** The readable documents, and all diagnostics in order of their places. */
async function loadAndValidate(input: LoadInput, rules = NO_RULES) {
  const loaded = await load(input);
  const ofLoad = loaded.diagnostics.flatMap((one) => withSeverity(one, rules));
  const validated = await validate(loaded.readable, fileRules(input, rules));
  const { value: gateways, diagnostics = [] } = input.gateways
    ? await gatewayFiles(input.gateways, input)
    : {};
  const declared = validated.value && { ...validated.value, ...(gateways && { gateways }) };
  const found = sortedDiagnostics([...ofLoad, ...validated.diagnostics, ...diagnostics]);
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

export interface PlannedErrors {
  readonly errors: readonly Diagnostic[];
  readonly documents: readonly SourceDocument[];
}

/** The errors of lint for files that are not written yet. */
export async function plannedErrors(input: LoadInput, planned: PlannedFiles): Promise<PlannedErrors> {
  const { documents, diagnostics } = await loadAndValidate({ ...input, planned });
  return { errors: diagnostics.filter(isError), documents };
}

/** Each item that is not accepted, with the first error that it would cause together with the accepted items. */
export async function refusedItems<Item>(
  items: readonly Item[],
  accepted: readonly Item[],
  errorsOf: (some: readonly Item[]) => Promise<readonly Diagnostic[]>,
): Promise<readonly (readonly [Item, string])[]> {
  const known = new Set(accepted);
  const refused: (readonly [Item, string])[] = [];
  for (const item of items.filter((one) => !known.has(one))) {
    const [error] = await errorsOf([...accepted, item]);
    refused.push([item, error?.message ?? 'it conflicts with the other fields']);
  }
  return refused;
}
