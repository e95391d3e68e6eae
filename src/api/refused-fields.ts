import { chosenProducts, productFile, type DumpOptions } from '../dump/dump.ts';
import {
  productEntry,
  type ChosenProduct,
  type LeftOutField,
  type LeftOutFields,
} from '../dump/product-entry.ts';
import { danglingReference } from '../dump/update/product-update.ts';
import { fieldOf, fieldsOf } from '../fields/field-table.ts';
import { fittingSubset } from '../lib/lists.ts';
import type { LoadInput, PlannedFiles } from '../load/load.ts';
import { limited, startOf } from '../load/read-text.ts';
import { isError, type Diagnostic } from '../model/diagnostic.ts';
import type { Directory } from '../model/directory.ts';
import type { LiveProduct } from '../model/live.ts';
import type { FieldName, JsonObject } from '../model/product.ts';
import { checkOpenapi } from '../validate/openapi/check-openapi.ts';
import { plannedErrors, refusedItems } from './read-files.ts';

export interface DumpedProducts {
  readonly products: readonly LiveProduct[];
  readonly directory: Directory;
  readonly options: Pick<DumpOptions, 'withId' | 'withDefaults' | 'include' | 'taken'>;
  /** By id, for external products with a document. */
  readonly verdicts: ReadonlyMap<string, DocumentVerdict>;
  /** The files that lint reads together with the dump (default: none). */
  readonly beside?: ExistingFiles;
}

export interface ExistingFiles {
  /** The input of these files. */
  readonly input: LoadInput;
  /** Their planned changes. */
  readonly planned: PlannedFiles;
}

/**
 * The fields that a dump omits so that lint and diff accept its files: live products may violate the rules of adc, conflict
 * with each other, or refer to something that is gone. Runs lint on each product separately, then on all products together.
 */
export async function refusedFields({
  products,
  directory,
  options,
  verdicts,
  beside,
}: DumpedProducts): Promise<LeftOutFields> {
  const lint = linterWith(beside);
  const chosen = chosenProducts(products, options);
  const written = new Map(
    chosen.map((one) => [one.product.id, checkedFields(one, directory, options, verdicts)]),
  );
  const refused = new Map<string, LeftOutField[]>();
  const leaveOut = (id: string, field: FieldName, mistake: string): void => {
    refused.set(id, [...(refused.get(id) ?? []), { field, mistake }]);
    const { [field]: _, ...others } = written.get(id) ?? {};
    written.set(id, others);
  };
  for (const { product } of chosen) {
    // Lint would need a multiple of the memory of such a text. A character has one or two UTF-16 units.
    if (product.fields.desc.length > 2 * LONG_DESC)
      leaveOut(product.id, 'desc', `"desc" has more than ${LONG_DESC} characters`);
  }
  for (const { id, type, fields } of chosen.map(({ product }) => product))
    for (const field of fieldsOf(type)) {
      const value = fieldOf(field).inFile(fields[field], undefined);
      const mistake = danglingReference(field, value, () => startOf(''), directory);
      if (mistake !== undefined) leaveOut(id, field, mistake);
    }
  for (const id of (await lint(written)).products)
    for (const refusal of await refusedFieldsOf(written, [id], lint)) leaveOut(...refusal);
  const together = (await lint(written)).products;
  for (const refusal of await refusedFieldsOf(written, together, lint)) leaveOut(...refusal);
  for (const [id, { mistake }] of verdicts)
    if (mistake !== undefined)
      refused.set(id, [...(refused.get(id) ?? []), { field: 'raw_openapi', mistake }]);
  return refused;
}

/** Characters: many more than lint accepts in a description. */
const LONG_DESC = 1_000_000;

type Written = ReadonlyMap<string, JsonObject>;
type Candidate = readonly [id: string, field: FieldName];

async function refusedFieldsOf(
  written: Written,
  ids: readonly string[],
  lint: Lint,
): Promise<readonly (readonly [string, FieldName, string])[]> {
  if (ids.length === 0) return [];
  const candidates = ids.flatMap((id) =>
    Object.keys(written.get(id) ?? {})
      .filter((key) => !ALWAYS_KEPT.has(key))
      .map((key): Candidate => [id, key as FieldName]),
  );
  const errorsOf = async (kept: readonly Candidate[]): Promise<readonly Diagnostic[]> => {
    const some = ids.map((id) => [id, only(written.get(id) ?? {}, id, kept)] as const);
    return (await lint(new Map(some))).errors;
  };
  const kept = await fittingSubset(candidates, async (some) => (await errorsOf(some)).length === 0);
  const refused = await refusedItems(candidates, kept, errorsOf);
  return refused.map(([candidate, mistake]) => [...candidate, mistake]);
}

function only(fields: JsonObject, id: string, kept: readonly Candidate[]): JsonObject {
  const keys = new Set<string>(kept.filter(([one]) => one === id).map(([, field]) => field));
  return Object.fromEntries(Object.entries(fields).filter(([key]) => ALWAYS_KEPT.has(key) || keys.has(key)));
}

const ALWAYS_KEPT: ReadonlySet<string> = new Set(['id', 'name', 'type', 'raw_openapi']);

/** The fields to check. A placeholder replaces the document, which was checked before. */
function checkedFields(
  one: ChosenProduct,
  directory: Directory,
  options: DumpedProducts['options'],
  verdicts: DumpedProducts['verdicts'],
): JsonObject {
  const { fields } = productEntry(one, undefined, {
    ...options,
    variables: undefined,
    directory,
    layout: 'one-file',
  });
  const { raw_openapi: _, ...others } = fields;
  const verdict = verdicts.get(one.product.id);
  if (verdict === undefined || verdict.mistake !== undefined) return others;
  return {
    ...others,
    raw_openapi: verdict.namesServers ? `${PLACEHOLDER}servers: [{ url: / }]\n` : PLACEHOLDER,
  };
}

const PLACEHOLDER = 'openapi: 3.0.3\ninfo: { title: x, version: "1" }\npaths: {}\n';

/** Runs lint with each product in its own file. Returns the errors, and the ids of the products with errors. */
type Lint = (written: Written) => Promise<{
  readonly errors: readonly Diagnostic[];
  readonly products: readonly string[];
}>;

const NO_FILES: ExistingFiles = {
  input: { patterns: [], cwd: '/', env: {}, readStdin: () => Promise.reject(new Error('not read')) },
  planned: { contents: new Map(), productFiles: [] },
};

function linterWith({ input, planned }: ExistingFiles = NO_FILES): Lint {
  return async (written) => {
    const files = [...written].map(([id, fields], index) => {
      const head = { schema: '', portal: undefined, empty: false };
      const text = productFile(head, [{ fields, comment: [] }]);
      return { id, file: `<product ${index}>`, path: `/<product ${index}>`, content: Buffer.from(text) };
    });
    const { errors } = await plannedErrors(input, {
      contents: new Map([...planned.contents, ...files.map(({ path, content }) => [path, content] as const)]),
      productFiles: files.map(({ file, path }) => ({ file, path, folder: '/', named: true })),
    });
    const places = new Set(
      errors.flatMap(({ location, related = [] }) => [
        location?.file,
        ...related.map((one) => one.location.file),
      ]),
    );
    return { errors, products: files.filter(({ file }) => places.has(file)).map(({ id }) => id) };
  };
}

/** The result of lint for the OpenAPI document of a live product. */
export interface DocumentVerdict {
  readonly mistake: string | undefined;
  readonly namesServers: boolean;
}

export async function documentVerdict(text: string): Promise<DocumentVerdict> {
  const size = limited(Buffer.from(text), 'the OpenAPI document');
  if ('mistake' in size) return { mistake: size.mistake.message, namesServers: true };
  const place = { field: () => startOf('the OpenAPI document'), block: () => undefined };
  const { syntax, findings, namesServers } = await checkOpenapi({ text, place, comments: [] });
  return { mistake: [...syntax, ...findings].find(isError)?.message, namesServers };
}
