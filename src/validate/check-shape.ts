import type { ErrorObject, ValidateFunction } from 'ajv';
import { validate } from '../generated/validate-product-file.mjs';
import { jsonPointer, pointerPath, isObject, valueAt } from '../json/value.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import type { Json } from '../model/product.ts';

export interface Shape {
  /** The document with booleans and numbers of variables converted. */
  readonly document: SourceDocument;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Checks a document against its schema, after converting values of variables. The code that explains errors is loaded
 * only for a document with errors.
 * @param isValid the schema, by default that of product files.
 */
export async function checkShape(
  document: SourceDocument,
  isValid: ValidateFunction = validate,
): Promise<Shape> {
  const errorsOf = (value: Json): readonly ErrorObject[] => (isValid(value) ? [] : (isValid.errors ?? []));
  const written = errorsOf(document.value);
  if (written.length === 0) return { document, diagnostics: [] };
  const value = withFilledValues(document, written);
  const filled = value === document.value ? document : { ...document, value };
  const errors = (filled === document ? written : errorsOf(value)).filter(
    (error) =>
      isPrimary(error) && !document.unfilled.has(error.instancePath) && !isOfPinnedName(value, error),
  );
  const { explainError } = await import('./explain-error.ts');
  return {
    document: filled,
    diagnostics: firstOfEachPlace(errors).map((error) => explainError(filled, error)),
  };
}

/**
 * Converts `true`, `false` and whole numbers from variables in boolean and number fields (docs/design/contract.md
 * §2).
 */
function withFilledValues(document: SourceDocument, errors: readonly ErrorObject[]): Json {
  const meant = errors
    .filter(({ instancePath, keyword }) => keyword === 'type' && document.filled.has(instancePath))
    .flatMap(({ instancePath, data, schema }) => {
      const value = meantBy(String(data), [schema as string | readonly string[]].flat());
      return value === undefined ? [] : [[instancePath, value] as const];
    });
  return meant.length === 0 ? document.value : replaced(document.value, '', new Map(meant));
}

function meantBy(text: string, types: readonly string[]): boolean | number | undefined {
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return types.includes('integer') && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** A value with some texts replaced, by JSON pointer. */
function replaced(value: Json, pointer: string, by: ReadonlyMap<string, Json>): Json {
  const here = (step: string | number, part: Json) => replaced(part, pointer + jsonPointer([step]), by);
  if (typeof value !== 'object' || value === null) return by.get(pointer) ?? value;
  if (Array.isArray(value)) return value.map((item: Json, index) => here(index, item));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, here(key, part)]));
}

/**
 * Whether an error concerns the length of a pinned name, which a live product can have: rules/identity.ts warns
 * (docs/design/contract.md §13.4).
 */
function isOfPinnedName(document: Json, { instancePath, keyword }: ErrorObject): boolean {
  if (!keyword.endsWith('Length') || !/^\/api_products\/\d+\/name$/.test(instancePath)) return false;
  const product = valueAt(document, pointerPath(instancePath).slice(0, -1));
  return isObject(product) && product['id'] !== undefined;
}

/** False for errors that only repeat another error. */
function isPrimary({ keyword, schemaPath, data }: ErrorObject): boolean {
  if (keyword === 'oneOf') return typeof data === 'object' && data !== null && !Array.isArray(data);
  return keyword !== 'if' && !(keyword === 'required' && schemaPath.includes('/oneOf/'));
}

/** The first error of each place: an empty text also breaks a pattern, and one error is enough. */
function firstOfEachPlace(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const tooShort = new Set(
    errors.filter(({ keyword }) => keyword === 'minLength').map((one) => one.instancePath),
  );
  return errors.filter(({ keyword, instancePath }) => keyword !== 'pattern' || !tooShort.has(instancePath));
}
