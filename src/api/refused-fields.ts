import { chosenProducts, productFile, type DumpOptions } from '../dump/dump.ts';
import {
  productEntry,
  type ChosenProduct,
  type LeftOutField,
  type LeftOutFields,
} from '../dump/product-entry.ts';
import { fittingSubset } from '../lib/lists.ts';
import type { LoadInput, PlannedFiles } from '../load/load.ts';
import { limited, startOf } from '../load/read-text.ts';
import { isError, type Diagnostic } from '../model/diagnostic.ts';
import type { Directory } from '../model/directory.ts';
import type { LiveProduct } from '../model/live.ts';
import type { FieldName, JsonObject } from '../model/product.ts';
import { checkOpenapi } from '../validate/openapi/check-openapi.ts';
import { plannedMistakes } from './read-files.ts';

/** The verdict of lint on the OpenAPI document of a live product. */
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

export interface Dumped {
  readonly products: readonly LiveProduct[];
  readonly directory: Directory;
  readonly options: Pick<DumpOptions, 'withId' | 'withDefaults' | 'include' | 'taken'>;
  /** By id, for external products with a document. */
  readonly verdicts: ReadonlyMap<string, DocumentVerdict>;
  /** The existing files beside the dump (default: none). */
  readonly beside?: Beside;
}

export interface Beside {
  /** The input that they were read with. */
  readonly input: LoadInput;
  readonly planned: PlannedFiles;
}

/**
 * The fields that a dump omits so that lint accepts its files: live products may be older than adc's rules, or
 * contradict each other. Runs lint on each product alone, then on all products together.
 */
export async function refusedFields({
  products,
  directory,
  options,
  verdicts,
  beside,
}: Dumped): Promise<LeftOutFields> {
  const judge = judgeBeside(beside);
  const chosen = chosenProducts(products, options);
  const written = new Map(chosen.map((one) => [one.product.id, fieldsOf(one, directory, options, verdicts)]));
  const refused = new Map<string, LeftOutField[]>();
  const leaveOut = (id: string, field: FieldName, mistake: string): void => {
    refused.set(id, [...(refused.get(id) ?? []), { field, mistake }]);
    written.set(id, without(written.get(id) ?? {}, field));
  };
  for (const { product } of chosen) {
    // Lint needs many times the memory of such a text to refuse it. A character takes one or two UTF-16 units.
    if (product.fields.desc.length > 2 * LONG_DESC)
      leaveOut(product.id, 'desc', `"desc" has more than ${LONG_DESC} characters`);
  }
  for (const id of (await judge(written)).products)
    for (const [, field, mistake] of await refusedFieldsOf(written, [id], judge))
      leaveOut(id, field, mistake);
  const together = (await judge(written)).products;
  for (const [id, field, mistake] of await refusedFieldsOf(written, together, judge))
    leaveOut(id, field, mistake);
  for (const [id, { mistake }] of verdicts)
    if (mistake !== undefined)
      refused.set(id, [...(refused.get(id) ?? []), { field: 'raw_openapi', mistake }]);
  return refused;
}

/** Characters, many more than lint accepts in a description. */
const LONG_DESC = 1_000_000;

type Written = ReadonlyMap<string, JsonObject>;
type Candidate = readonly [id: string, field: FieldName];

/** The fields to check. A placeholder replaces the document, which was checked before. */
function fieldsOf(
  one: ChosenProduct,
  directory: Directory,
  options: Dumped['options'],
  verdicts: Dumped['verdicts'],
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
  return { ...others, raw_openapi: verdict.namesServers ? `${STAND_IN}servers: [{ url: / }]\n` : STAND_IN };
}

const STAND_IN = 'openapi: 3.0.3\ninfo: { title: x, version: "1" }\npaths: {}\n';

const ALWAYS: ReadonlySet<string> = new Set(['id', 'name', 'type', 'raw_openapi']);

async function refusedFieldsOf(
  written: Written,
  ids: readonly string[],
  judge: Judge,
): Promise<readonly (readonly [string, FieldName, string])[]> {
  if (ids.length === 0) return [];
  const candidates = ids.flatMap((id) =>
    Object.keys(written.get(id) ?? {})
      .filter((key) => !ALWAYS.has(key))
      .map((key): Candidate => [id, key as FieldName]),
  );
  const mistakesOf = async (kept: readonly Candidate[]): Promise<readonly Diagnostic[]> => {
    const some = ids.map((id) => [id, only(written.get(id) ?? {}, id, kept)] as const);
    return (await judge(new Map(some))).errors;
  };
  const kept = await fittingSubset(candidates, async (some) => (await mistakesOf(some)).length === 0);
  const found: (readonly [string, FieldName, string])[] = [];
  for (const candidate of candidates.filter((one) => !kept.includes(one))) {
    const [mistake] = await mistakesOf([...kept, candidate]);
    found.push([...candidate, mistake?.message ?? 'it conflicts with the other fields']);
  }
  return found;
}

function only(fields: JsonObject, id: string, kept: readonly Candidate[]): JsonObject {
  const keys = new Set<string>(kept.filter(([one]) => one === id).map(([, field]) => field));
  return Object.fromEntries(Object.entries(fields).filter(([key]) => ALWAYS.has(key) || keys.has(key)));
}

function without(fields: JsonObject, field: FieldName): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== field));
}

/** Runs lint with each product in its own file, and finds the products of each error. */
type Judge = (written: Written) => Promise<{
  readonly errors: readonly Diagnostic[];
  readonly products: readonly string[];
}>;

const NO_FILES: Beside = {
  input: { patterns: [], cwd: '/', env: {}, readStdin: () => Promise.reject(new Error('not read')) },
  planned: { contents: new Map(), productFiles: [] },
};

function judgeBeside({ input, planned }: Beside = NO_FILES): Judge {
  return async (written) => {
    const files = [...written].map(([id, fields], index) => {
      const head = { schema: '', portal: undefined, empty: false };
      const text = productFile(head, [{ fields, comment: [] }]);
      return { id, file: `<product ${index}>`, path: `/<product ${index}>`, content: Buffer.from(text) };
    });
    const { errors } = await plannedMistakes(input, {
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
