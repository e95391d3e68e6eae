import type { GatewayProduct } from '../generated/product-file.ts';
import type { DeclaredExternal, DeclaredProduct, Path } from '../model/declared.ts';
import type { Owner } from '../model/ownership.ts';
import type { LongText } from '../model/long-text.ts';
import type { Json, JsonObject } from '../model/product.ts';
import type { WrittenProduct } from './written-product.ts';
import { isObject } from '../json/value.ts';

/** A product that the schema has accepted, with its included files in place and one spelling of its keys. */
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

/** Not by taking a mapping apart and spreading the rest, for which V8 makes a hidden class for each product. */
function declaredField(
  { openapi, logo }: WrittenProduct,
  [key, value]: readonly [string, Json],
): readonly [string, LongText | Json | undefined] {
  if (key === 'openapi_file') return ['raw_openapi', openapi?.text];
  if (key === 'logo_file') return ['logo', logo];
  return [key, key === 'auth' && isObject(value) ? underscored(value) : value];
}

/** The Admin API has both spellings (docs/design/admin-api.md §13); the program has one. */
function underscored(auth: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(auth).map(([key, value]): [string, Json] => [key.replace('-', '_'), value]),
  );
}

/** The path of the file that a path of the body came from. */
function written({ value }: WrittenProduct, path: Path): Path {
  const [field, key, ...rest] = path;
  if (field === 'raw_openapi' && 'openapi_file' in value) return ['openapi_file'];
  if (field === 'logo' && 'logo_file' in value) return ['logo_file'];
  if (field !== 'auth' || typeof key !== 'string' || !isObject(value['auth'])) return path;
  return Object.hasOwn(value['auth'], key) ? path : [field, key.replace('_', '-'), ...rest];
}
