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
import type { ShapedDocument } from './explain-error.ts';
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
  const inDocument = (path: Path): Path => ['api_products', index, ...path];
  return {
    value,
    at: (path, part) => document.locate(inDocument(path), part),
    text: (...path) => filledText(document, valueAt(value, path), () => inDocument(path)),
    openapi: document.openapi.get(index),
    logo: document.logos.get(index),
  };
}

/**
 * The value if it is a text whose variables could be filled in.
 * @param path of the value in the document; called only if the document has unfilled variables.
 */
function filledText(
  { unfilled }: SourceDocument,
  value: Json | undefined,
  path: () => Path,
): string | undefined {
  const isUnfilled = unfilled.size > 0 && unfilled.has(jsonPointer(path()));
  return typeof value === 'string' && !isUnfilled ? value : undefined;
}

/** The name of a product in messages: `the product "Payments API"`. */
export function titleOf(product: WrittenProduct): string {
  const name = product.text('name');
  return name === undefined ? 'the product' : `the product "${name}"`;
}

/** The portal that a document names. */
export function portalOf(document: SourceDocument): Declared['portal'] {
  const name = filledText(document, valueAt(document.value, ['portal']), () => ['portal']);
  return name === undefined ? undefined : { name, at: () => document.locate(['portal']) };
}

/** The owner that a document declares. */
export function ownerOf(document: SourceDocument): string | undefined {
  return filledText(document, valueAt(document.value, ['owner']), () => ['owner']);
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
    at: (path, part) => product.at(pathInFile(product, path), part),
  };
}

/** One field at a time: with object spread, V8 would create a hidden class for each product. */
function declaredField(
  { openapi, logo }: WrittenProduct,
  [key, value]: readonly [string, Json],
): readonly [string, LongText | Json | undefined] {
  if (key === 'openapi_file') return ['raw_openapi', openapi?.text];
  if (key === 'logo_file') return ['logo', logo];
  return [key, key === 'auth' && isObject(value) ? underscored(value) : value];
}

/** Keys with underscores: the Admin API has both forms (docs/design/admin-api.md §13), adc only this one. */
function underscored(auth: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(auth).map(([key, value]): [string, Json] => [key.replace('-', '_'), value]),
  );
}

/** The path in the file for a path in the declared product. */
function pathInFile({ value }: WrittenProduct, path: Path): Path {
  const [field, key, ...rest] = path;
  if (field === 'raw_openapi' && 'openapi_file' in value) return ['openapi_file'];
  if (field === 'logo' && 'logo_file' in value) return ['logo_file'];
  if (field !== 'auth' || typeof key !== 'string' || !isObject(value['auth'])) return path;
  return Object.hasOwn(value['auth'], key) ? path : [field, key.replace('_', '-'), ...rest];
}

export interface Shape<Document> {
  /** The document with booleans and numbers of variables converted. */
  readonly document: Document;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Checks a document against its schema, after it converts the values of variables. Loads the code that explains errors
 * only for a document with errors.
 * @param isValid the compiled schema (default: that of product files).
 */
export async function checkShape<Document extends ShapedDocument>(
  document: Document,
  isValid: ValidateFunction = validate,
): Promise<Shape<Document>> {
  const errorsOf = (value: Json): readonly ErrorObject[] => (isValid(value) ? [] : (isValid.errors ?? []));
  const errorsAsWritten = errorsOf(document.value);
  if (errorsAsWritten.length === 0) return { document, diagnostics: [] };
  const value = withConvertedTexts(document, errorsAsWritten);
  const converted = value === document.value ? document : { ...document, value };
  const errors = (converted === document ? errorsAsWritten : errorsOf(value)).filter(
    (error) =>
      isPrimary(error) && !document.unfilled.has(error.instancePath) && !isOfPinnedName(value, error),
  );
  const { explainError } = await import('./explain-error.ts');
  return {
    document: converted,
    diagnostics: firstOfEachPlace(errors).map((error) => explainError(converted, error)),
  };
}

/**
 * Converts `true`, `false` and whole numbers from variables in boolean and number fields (docs/design/contract.md
 * §2).
 */
function withConvertedTexts(document: ShapedDocument, errors: readonly ErrorObject[]): Json {
  const converted = errors
    .filter(({ instancePath, keyword }) => keyword === 'type' && document.filled.has(instancePath))
    .flatMap(({ instancePath, data, schema }) => {
      const value = convertedText(String(data), [schema as string | readonly string[]].flat());
      return value === undefined ? [] : [[instancePath, value] as const];
    });
  return converted.length === 0 ? document.value : withValues(document.value, '', new Map(converted));
}

function convertedText(text: string, types: readonly string[]): boolean | number | undefined {
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return types.includes('integer') && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Replaces the scalars at some JSON pointers. */
function withValues(value: Json, pointer: string, values: ReadonlyMap<string, Json>): Json {
  const below = (step: string | number, part: Json): Json =>
    withValues(part, pointer + jsonPointer([step]), values);
  if (typeof value !== 'object' || value === null) return values.get(pointer) ?? value;
  if (Array.isArray(value)) return value.map((item: Json, index) => below(index, item));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, below(key, part)]));
}

/**
 * Whether an error is about the length of the name of a pinned product. Live products can have such names, so
 * rules/identity.ts reports only a warning (docs/design/contract.md §13.4).
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

/** Errors without those about the pattern of an empty text, whose length is already an error. */
function firstOfEachPlace(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const tooShort = new Set(
    errors.filter(({ keyword }) => keyword === 'minLength').map((one) => one.instancePath),
  );
  return errors.filter(({ keyword, instancePath }) => keyword !== 'pattern' || !tooShort.has(instancePath));
}
