import { attribution, type AttributionInput } from '../diff/attribution.ts';
import { isObject } from '../json/value.ts';
import { printable } from '../lib/printable.ts';
import type { GitFiles } from '../load/git-files.ts';
import { load, type LoadInput } from '../load/load.ts';
import { attributionKey, type Attribution, type Difference } from '../model/change.ts';
import { subjects } from '../model/consent.ts';
import type { DeclaredProduct } from '../model/declared.ts';
import type { Names } from '../model/desired.ts';
import { diagnostic, isError, type Diagnostic } from '../model/diagnostic.ts';
import type { Directory } from '../model/directory.ts';
import type { SourceDocument } from '../model/document.ts';
import type { HeldProduct, LivePortal } from '../model/live.ts';
import type { Scope } from '../model/ownership.ts';
import type { Plan } from '../model/plan.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { resolveKnown } from '../resolve/resolve.ts';
import { validate } from '../validate/validate.ts';
import { fileRules } from './read-files.ts';

/** A git revision that a plan is compared with. */
export interface BaseRevision {
  /** The revision as given. */
  readonly ref: string;
  readonly files: GitFiles;
  /** The files to read at the revision, by its own config; omitted: the same files as now. */
  readonly input?: LoadInput | undefined;
  /** Errors of the config at the revision: then the revision is unknown. */
  readonly mistakes?: readonly Diagnostic[];
}

/** What the files at a revision declare. */
export interface Base {
  readonly ref: string;
  readonly products: readonly DeclaredProduct[];
  /** Entries of `allow:`, as written. */
  readonly entries: readonly JsonObject[];
  /** False if a file does not load. */
  readonly isWhole: boolean;
  /** At most one warning. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Files that do not exist at the revision declare nothing. */
const ABSENT: ReadonlySet<string> = new Set(['no-such-file', 'no-match', 'empty-file']);

/** Reads the same files at a revision, each on its own: a file that does not load does not affect the others. */
export async function readBase(given: LoadInput, base: BaseRevision): Promise<Base> {
  const { ref, files, mistakes: ofConfig = [] } = base;
  if (ofConfig.length > 0)
    return { ref, products: [], entries: [], isWhole: false, diagnostics: [notLoaded(ref, ofConfig)] };
  const input = { ...(base.input ?? given), files };
  const loaded = await load(input).finally(() => files.close());
  const mistakes = loaded.diagnostics.filter((one) => isError(one) && !ABSENT.has(one.code));
  const broken = new Set(mistakes.flatMap(filesOf));
  const withoutErrors = loaded.readable.filter(
    ({ file, includes }) =>
      ![file, ...[...includes.values()].map((one) => one.file)].some((one) => broken.has(one)),
  );
  const products: DeclaredProduct[] = [];
  for (const document of withoutErrors) {
    const { value, diagnostics } = await validate([productsOnly(document)], fileRules(input));
    products.push(...(value?.products ?? []));
    if (value === undefined) mistakes.push(...diagnostics.filter(isError));
  }
  return {
    ref,
    products,
    entries: withoutErrors
      .flatMap(({ value }) => (isObject(value) ? listAt(value, 'allow') : []))
      .filter(({ environments: limits }) => !Array.isArray(limits) || limits.includes(input.environment)),
    isWhole: mistakes.length === 0,
    diagnostics: mistakes.length === 0 ? [] : [notLoaded(ref, mistakes)],
  };
}

function filesOf({ location, related = [] }: Diagnostic): readonly string[] {
  return [location, ...related.map((one) => one.location)].flatMap((one) => one?.file ?? []);
}

/** The document without dated entries, which were valid at the time of the revision. */
function productsOnly(document: SourceDocument): SourceDocument {
  if (!isObject(document.value)) return document;
  const { allow: _, ...value } = document.value;
  const list = value['api_products'];
  if (!Array.isArray(list)) return { ...document, value };
  const products = (list as readonly Json[]).map((product) => {
    if (!isObject(product)) return product;
    const { hold: _hold, ...others } = product;
    return others;
  });
  return { ...document, value: { ...value, api_products: products } };
}

function listAt(value: JsonObject, key: string): readonly JsonObject[] {
  const list = value[key];
  return Array.isArray(list) ? (list as readonly Json[]).filter(isObject) : [];
}

function notLoaded(ref: string, mistakes: readonly Diagnostic[]): Diagnostic {
  const [first] = mistakes;
  const where = first?.location === undefined ? '' : `${first.location.file}:${first.location.line}: `;
  const more = mistakes.length > 1 ? ` (and ${mistakes.length - 1} more)` : '';
  return diagnostic('base-not-loaded', {
    message: `the files at ${printable(ref)} do not load: ${where}${first?.message}${more}`,
    hint: 'adc cannot tell where changes of their products come from, and reports them as unknown.',
  });
}

interface Attributing {
  readonly difference: Difference;
  readonly plan: Plan;
  readonly names: Names;
  readonly scope: Scope;
  readonly live: LivePortal<HeldProduct>;
}

/** Where the changed paths come from, without products that are only adopted (docs/design/contract.md §12). */
export function attributed(base: Base, directory: Directory, given: Attributing): Attribution {
  const { plan: planned, live, ...others } = given;
  const subject = subjects(live.products);
  const adopted = new Set(
    planned.steps.flatMap(({ reason, product }) => (reason === 'adopted' ? [attributionKey(product)] : [])),
  );
  const allows: AttributionInput['allows'] = (key, product) =>
    base.entries.some(
      (entry) =>
        entry[key] === true &&
        (entry['id'] === product.id || subject(product).names.some((name) => name === entry['product'])),
    );
  const products = attribution({
    ...others,
    base: base.products.map((product) => resolveKnown(product, directory)),
    isWhole: base.isWhole,
    allows,
    keepsExternalLabels: live.keepsExternalLabels,
  });
  return { base: base.ref, products: products.filter(([key]) => !adopted.has(key)) };
}
