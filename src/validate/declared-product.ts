import type { GatewayProduct } from '../generated/product-file.ts';
import type { DeclaredExternal, DeclaredProduct, Path } from '../model/declared.ts';
import type { Json, JsonObject } from '../model/product.ts';
import type { WrittenProduct } from './written-product.ts';
import { isObject } from './written-product.ts';

/** A product that the schema has accepted, with its included files in place and one spelling of its keys. */
export function declaredProduct(product: WrittenProduct): DeclaredProduct {
  const { openapi_file, logo_file, auth, ...fields } = product.value;
  const body = {
    ...fields,
    ...(isObject(auth) ? { auth: underscored(auth) } : {}),
    ...(openapi_file === undefined ? {} : { raw_openapi: product.openapi?.text }),
    ...(logo_file === undefined ? {} : { logo: product.logo }),
  };
  // The compiled schema has checked the shape.
  return {
    body: body as unknown as GatewayProduct | DeclaredExternal,
    at: (path, part) => product.at(written(product, path), part),
  };
}

/** The Admin API has both spellings (admin-api §13); the program has one. */
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
