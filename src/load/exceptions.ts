import { FIELD_TABLE } from '../fields/field-table.ts';
import { isObject, itemsOf, valueAt } from '../json/value.ts';
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
  /** The document with exceptions applied. Its ranges are those of the file, including the values of exceptions. */
  readonly document: ParsedDocument;
  /** The fields from exceptions, by index of the product. */
  readonly exceptions: SourceDocument['exceptions'];
  readonly diagnostics: readonly Diagnostic[];
}

/** Applies the exceptions of the environment (docs/design/contract.md §13), before variables are filled in. */
export function applyExceptions(
  document: ParsedDocument,
  locate: SourceDocument['locate'],
  choice: EnvironmentChoice,
): EffectiveDocument {
  const { value } = document;
  const products = itemsOf(valueAt(value, ['api_products']));
  if (!isObject(value) || !products.some(hasExceptions))
    return { document, exceptions: NO_EXCEPTIONS, diagnostics: [] };
  const effective = products.map((product, index) => {
    const at: SourceDocument['locate'] = (path, part) => locate(['api_products', index, ...path], part);
    return { index, ...effectiveProduct(product, choice, at) };
  });
  const declared = effective.filter((one) => one.product !== undefined);
  const pathInFile = (path: Path): Path => {
    const [list, place, ...rest] = path;
    const product = list === 'api_products' ? declared[Number(place)] : undefined;
    if (product === undefined) return path;
    const isException = product.fields.has(String(rest[0]));
    const steps = isException ? ['environments', choice.environment ?? '', ...rest] : rest;
    return ['api_products', product.index, ...steps];
  };
  const api_products = declared.flatMap(({ product }) => product ?? []);
  return {
    document: {
      ...document,
      value: { ...value, api_products },
      rangeOf: (path, part) => document.rangeOf(pathInFile(path), part),
    },
    exceptions: new Map(declared.map(({ fields }, place) => [place, fields])),
    diagnostics: effective.flatMap(({ diagnostics }) => diagnostics),
  };
}

const NO_EXCEPTIONS: SourceDocument['exceptions'] = new Map();

const hasExceptions = (product: Json): boolean => isObject(product) && isObject(product['environments']);

interface EffectiveProduct {
  /** Undefined if the environment does not declare the product. */
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
    ...exceptionProblems(name, exception, at),
  ]);
  const hasException = environment !== undefined && Object.hasOwn(exceptions, environment);
  const exception = hasException ? exceptions[environment] : {};
  if (exception === null) return { product: undefined, fields: new Set(), diagnostics };
  const fields = Object.entries(isObject(exception) ? exception : {}).filter(([key]) =>
    REPLACEABLE_KEYS.has(key),
  );
  return {
    product: withFields(general, fields),
    fields: new Set(fields.map(([key]) => key)),
    diagnostics,
  };
}

/** Replaces fields. A key also replaces the other key of its field, as `openapi_file` replaces `raw_openapi`. */
function withFields(product: JsonObject, fields: readonly (readonly [string, Json])[]): JsonObject {
  const replaced = new Set(fields.flatMap(([key]) => KEY_PAIRS.find((keys) => keys.includes(key)) ?? key));
  const kept = Object.entries(product).filter(([key]) => !replaced.has(key));
  return Object.fromEntries([...kept, ...fields]);
}

/** The two keys of each field that can be inline or in an included file. */
const KEY_PAIRS: readonly (readonly string[])[] = Object.entries(FIELD_TABLE).flatMap(([name, { include }]) =>
  include === undefined ? [] : [[name, include.key]],
);

/** Keys that an exception may replace: all keys of a product, except its type. */
const REPLACEABLE_KEYS: ReadonlySet<string> = new Set([
  'id',
  'previous_name',
  'hold',
  ...Object.keys(FIELD_TABLE),
  ...KEY_PAIRS.flat(),
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

function exceptionProblems(
  name: string,
  exception: Json,
  at: SourceDocument['locate'],
): readonly Diagnostic[] {
  if (exception === null) return [];
  const path = ['environments', name];
  if (!isObject(exception))
    return [
      diagnostic('wrong-type', {
        message: `"${path.join('.')}" must be a mapping of keys to values, or null`,
        hint: 'Write the fields that differ there, or null if the environment does not declare the product.',
        location: at(path),
      }),
    ];
  return Object.keys(exception)
    .filter((key) => !REPLACEABLE_KEYS.has(key))
    .map((key) => {
      const near = nearest(key, REPLACEABLE_KEYS);
      const hint =
        near === undefined
          ? `Known keys here: ${[...REPLACEABLE_KEYS].join(', ')}.`
          : `Did you mean "${near}"?`;
      return diagnostic('unknown-key', {
        message: `unknown key "${key}" in "${path.join('.')}"`,
        hint: key === 'type' ? 'The type of a product is the same in all environments.' : hint,
        location: at([...path, key], 'key'),
      });
    });
}
