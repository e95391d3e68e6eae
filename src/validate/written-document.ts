import type { ErrorObject, ValidateFunction } from 'ajv';
import type { GatewayProduct } from '../generated/product-file.ts';
import { validate } from '../generated/validate-product-file.mjs';
import { isObject, jsonPointer, pointerPath, valueAt } from '../json/value.ts';
import type { Declared, DeclaredExternal, DeclaredProduct, Locate, Path } from '../model/declared.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import type { LongText } from '../model/long-text.ts';
import type { Owner } from '../model/ownership.ts';
import type { Json, JsonObject } from '../model/product.ts';
import type { CheckedOpenapi } from './openapi/check-openapi.ts';

/** A document whose OpenAPI documents were checked. */
export interface CheckedDocument extends SourceDocument {
  readonly openapi: ReadonlyMap<number, CheckedOpenapi>;
}

/** A product of a document, which may be invalid. */
export interface WrittenProduct {
  readonly value: JsonObject;
  /** Paths are relative to the product. */
  readonly at: Locate;
  /** The text at a path; undefined if there is none, or if a variable could not be filled in. */
  readonly text: (...path: Path) => string | undefined;
  readonly openapi: CheckedOpenapi | undefined;
  readonly logo: string | undefined;
}

/** The list of products of a document, undefined if it has none. */
export function productList(document: SourceDocument): readonly Json[] | undefined {
  const list = valueAt(document.value, ['api_products']);
  return Array.isArray(list) ? list : undefined;
}

/** The products of a document that are mappings. */
export function productsOf(document: CheckedDocument): readonly WrittenProduct[] {
  return (productList(document) ?? []).flatMap((value, index) =>
    isObject(value) ? [writtenProduct(document, value, index)] : [],
  );
}

function writtenProduct(document: CheckedDocument, value: JsonObject, index: number): WrittenProduct {
  const whole = (path: Path): Path => ['api_products', index, ...path];
  return {
    value,
    at: (path, part) => document.locate(whole(path), part),
    text: (...path) => textAt(document, valueAt(value, path), () => whole(path)),
    openapi: document.openapi.get(index),
    logo: document.logos.get(index),
  };
}

/** @param path of the value in the document; called only if variables could not be filled in. */
function textAt({ unfilled }: SourceDocument, value: Json | undefined, path: () => Path): string | undefined {
  if (typeof value !== 'string') return undefined;
  const meansNothing = unfilled.size > 0 && unfilled.has(jsonPointer(path()));
  return meansNothing ? undefined : value;
}

/** A product in messages: `the product "Payments API"`. */
export function titleOf(product: WrittenProduct): string {
  const name = product.text('name');
  return name === undefined ? 'the product' : `the product "${name}"`;
}

/** The portal that a document names. */
export function portalOf(document: SourceDocument): Declared['portal'] {
  const name = textAt(document, valueAt(document.value, ['portal']), () => ['portal']);
  return name === undefined ? undefined : { name, at: () => document.locate(['portal']) };
}

/** The owner that a document declares. */
export function ownerOf(document: SourceDocument): string | undefined {
  return textAt(document, valueAt(document.value, ['owner']), () => ['owner']);
}

/** A valid product, with included files and normalized keys. */
export function declaredProduct(product: WrittenProduct, owner: Owner): DeclaredProduct {
  const body = Object.fromEntries(
    Object.entries(product.value).map((entry) => declaredField(product, entry)),
  );
  // The compiled schema has checked the shape.
  return {
    body: body as unknown as GatewayProduct | DeclaredExternal,
    owner,
    at: (path, part) => product.at(written(product, path), part),
  };
}

/** Without destructuring and spread, for which V8 would create a hidden class for each product. */
function declaredField(
  { openapi, logo }: WrittenProduct,
  [key, value]: readonly [string, Json],
): readonly [string, LongText | Json | undefined] {
  if (key === 'openapi_file') return ['raw_openapi', openapi?.text];
  if (key === 'logo_file') return ['logo', logo];
  return [key, key === 'auth' && isObject(value) ? underscored(value) : value];
}

/** The Admin API has both forms (docs/design/admin-api.md §13); adc uses only underscores. */
function underscored(auth: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(auth).map(([key, value]): [string, Json] => [key.replace('-', '_'), value]),
  );
}

/** The path in the file for a path in the declared product. */
function written({ value }: WrittenProduct, path: Path): Path {
  const [field, key, ...rest] = path;
  if (field === 'raw_openapi' && 'openapi_file' in value) return ['openapi_file'];
  if (field === 'logo' && 'logo_file' in value) return ['logo_file'];
  if (field !== 'auth' || typeof key !== 'string' || !isObject(value['auth'])) return path;
  return Object.hasOwn(value['auth'], key) ? path : [field, key.replace('_', '-'), ...rest];
}

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
