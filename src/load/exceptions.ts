import { FIELD_TABLE } from '../fields/field-table.ts';
import { isObject } from '../json/value.ts';
import { nearest } from '../lib/nearest.ts';
import { environmentHint } from '../model/config.ts';
import type { Path } from '../model/declared.ts';
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import type { Json, JsonObject } from '../model/product.ts';
import type { ParsedDocument } from '../yaml/source-text.ts';

/** The environment of a run, and the declared environments of the config (docs/design/contract.md §13). */
export interface EnvironmentChoice {
  readonly environment?: string | undefined;
  readonly environments?: readonly string[] | undefined;
}

export interface EffectiveDocument {
  /** The document with exceptions applied. Its locations are those of the file, also for values of exceptions. */
  readonly document: ParsedDocument;
  /** The fields from exceptions, by index of the product. */
  readonly exceptions: SourceDocument['exceptions'];
  readonly diagnostics: readonly Diagnostic[];
}

/** A document as it is in the environment (docs/design/contract.md §13), before variables are filled in. */
export function inEnvironment(
  document: ParsedDocument,
  locate: SourceDocument['locate'],
  choice: EnvironmentChoice,
): EffectiveDocument {
  const { value } = document;
  const list: Json | undefined = isObject(value) ? value['api_products'] : undefined;
  const products: readonly Json[] = Array.isArray(list) ? list : [];
  if (!isObject(value) || !products.some(hasExceptions))
    return { document, exceptions: NO_EXCEPTIONS, diagnostics: [] };
  const effective = products.map((product, index) => {
    const at: SourceDocument['locate'] = (path, part) => locate(['api_products', index, ...path], part);
    return { index, ...effectiveProduct(product, choice, at) };
  });
  const declared = effective.filter((one) => one.product !== undefined);
  const written = (path: Path): Path => {
    const [list, place, field] = path;
    const found = list === 'api_products' ? declared[Number(place)] : undefined;
    if (found === undefined) return path;
    const isException = found.fields.has(String(field));
    const steps = isException ? ['environments', choice.environment ?? '', ...path.slice(2)] : path.slice(2);
    return ['api_products', found.index, ...steps];
  };
  const api_products = declared.flatMap(({ product }) => product ?? []);
  return {
    document: {
      ...document,
      value: { ...value, api_products },
      rangeOf: (path, part) => document.rangeOf(written(path), part),
    },
    exceptions: new Map(declared.map(({ fields }, place) => [place, fields])),
    diagnostics: effective.flatMap(({ diagnostics }) => diagnostics),
  };
}

const NO_EXCEPTIONS: SourceDocument['exceptions'] = new Map();

const hasExceptions = (product: Json): boolean => isObject(product) && isObject(product['environments']);

interface EffectiveProduct {
  /** Undefined: the environment does not declare the product. */
  readonly product: Json | undefined;
  readonly fields: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

function effectiveProduct(
  product: Json,
  { environment, environments = [] }: EnvironmentChoice,
  at: SourceDocument['locate'],
): EffectiveProduct {
  if (!isObject(product) || !isObject(product['environments']))
    return { product, fields: new Set(), diagnostics: [] };
  const { environments: exceptions, ...general } = product;
  const diagnostics = Object.entries(exceptions).flatMap(([name, exception]) => [
    ...(environments.includes(name) ? [] : [unknownEnvironment(name, environments, at)]),
    ...mistakesIn(name, exception, at),
  ]);
  const own = environment !== undefined && Object.hasOwn(exceptions, environment);
  const exception = own ? exceptions[environment] : {};
  if (exception === null) return { product: undefined, fields: new Set(), diagnostics };
  const fields = Object.entries(isObject(exception) ? exception : {}).filter(([key]) => MAY_DIFFER.has(key));
  return {
    product: replaced(general, fields),
    fields: new Set(fields.map(([key]) => key)),
    diagnostics,
  };
}

/** Replaces fields. Keys of the same field, such as an inline document and an included one, replace each other. */
function replaced(product: JsonObject, fields: readonly (readonly [string, Json])[]): JsonObject {
  const gone = new Set(fields.flatMap(([key]) => SPELLINGS.find((keys) => keys.includes(key)) ?? key));
  const kept = Object.entries(product).filter(([key]) => !gone.has(key));
  return Object.fromEntries([...kept, ...fields]);
}

const SPELLINGS: readonly (readonly string[])[] = Object.entries(FIELD_TABLE).flatMap(([name, { include }]) =>
  include === undefined ? [] : [[name, include.key]],
);

/** Keys that an exception may replace: all keys of a product, except its type. */
const MAY_DIFFER: ReadonlySet<string> = new Set([
  'id',
  'previous_name',
  'hold',
  ...Object.keys(FIELD_TABLE),
  ...SPELLINGS.flat(),
]);

function unknownEnvironment(
  name: string,
  known: readonly string[],
  at: SourceDocument['locate'],
): Diagnostic {
  return diagnostic('unknown-environment', {
    message: `unknown environment "${name}"`,
    hint: environmentHint(name, known),
    location: at(['environments', name], 'key'),
  });
}

function mistakesIn(name: string, exception: Json, at: SourceDocument['locate']): readonly Diagnostic[] {
  const path = ['environments', name];
  if (exception === null) return [];
  if (!isObject(exception))
    return [
      diagnostic('wrong-type', {
        message: `"${path.join('.')}" must be a mapping of keys to values, or null`,
        hint: 'Write the fields that differ there, or null if the environment does not declare the product.',
        location: at(path),
      }),
    ];
  return Object.keys(exception)
    .filter((key) => !MAY_DIFFER.has(key))
    .map((key) => {
      const near = nearest(key, MAY_DIFFER);
      const hint =
        near === undefined ? `Known keys here: ${[...MAY_DIFFER].join(', ')}.` : `Did you mean "${near}"?`;
      return diagnostic('unknown-key', {
        message: `unknown key "${key}" in "${path.join('.')}"`,
        hint: key === 'type' ? 'The type of a product is the same in all environments.' : hint,
        location: at([...path, key], 'key'),
      });
    });
}
