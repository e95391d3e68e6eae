import type { GatewayProduct } from '../generated/product-file.ts';
import { jsonPointer, isObject, valueAt } from '../json/value.ts';
import type { Declared, Locate, Path, DeclaredExternal, DeclaredProduct } from '../model/declared.ts';
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
