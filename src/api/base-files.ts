import { attribution, type AttributionInput } from '../diff/attribution.ts';
import { isObject, itemsOf } from '../json/value.ts';
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
import type { CompactProduct, LivePortal } from '../model/live.ts';
import type { Scope } from '../model/ownership.ts';
import type { Plan } from '../model/plan.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { resolveKnown } from '../resolve/resolve.ts';
import { validate } from '../validate/validate.ts';
import { fileRules } from './read-files.ts';

/** A git revision for the comparison with a plan. */
export interface BaseRevision {
  /** The revision as given. */
  readonly ref: string;
  readonly files: GitFiles;
  /** The input by the config at the revision. Omitted: the same files as now. */
  readonly input?: LoadInput | undefined;
  /** Errors of the config at the revision, which make its products unknown. */
  readonly configErrors?: readonly Diagnostic[];
}

/** The declarations of the files at a revision. */
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

/** Reads the files at a revision, each separately: a file that does not load does not affect the others. */
export async function readBase(given: LoadInput, base: BaseRevision): Promise<Base> {
  const { ref, files, configErrors = [] } = base;
  if (configErrors.length > 0)
    return { ref, products: [], entries: [], isWhole: false, diagnostics: [notLoaded(ref, configErrors)] };
  const input = { ...(base.input ?? given), files };
  const loaded = await load(input).finally(() => files.close());
  const errors = loaded.diagnostics.filter((one) => isError(one) && !ABSENT.has(one.code));
  const broken = new Set(errors.flatMap(filesOf));
  const withoutErrors = loaded.readable.filter(
    ({ file, includes }) =>
      ![file, ...[...includes.values()].map((one) => one.file)].some((one) => broken.has(one)),
  );
  const products: DeclaredProduct[] = [];
  for (const document of withoutErrors) {
    const { value, diagnostics } = await validate([productsOnly(document)], fileRules(input));
    products.push(...(value?.products ?? []));
    if (value === undefined) errors.push(...diagnostics.filter(isError));
  }
  return {
    ref,
    products,
    entries: withoutErrors
      .flatMap(({ value }) => (isObject(value) ? itemsOf(value['allow']).filter(isObject) : []))
      .filter(({ environments: limits }) => !Array.isArray(limits) || limits.includes(input.environment)),
    isWhole: errors.length === 0,
    diagnostics: errors.length === 0 ? [] : [notLoaded(ref, errors)],
  };
}

function filesOf({ location, related = [] }: Diagnostic): readonly string[] {
  return [location, ...related.map((one) => one.location)].flatMap((one) => one?.file ?? []);
}

/** The document without dated entries: they may have expired since the revision. */
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

function notLoaded(ref: string, errors: readonly Diagnostic[]): Diagnostic {
  const [first] = errors;
  const where = first?.location === undefined ? '' : `${first.location.file}:${first.location.line}: `;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
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
  readonly live: LivePortal<CompactProduct>;
}

/** The origin of each changed path, without products that are only adopted (docs/design/contract.md §12). */
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
