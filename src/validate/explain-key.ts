import { FIELD_TABLE } from '../fields/field-table.ts';
import { nearest } from '../lib/nearest.ts';
import type { ProductType } from '../model/product.ts';
import { READ_ONLY_KEYS } from '../model/read-only-keys.ts';
import { nameOf, quoted } from './name-of.ts';
import type { Explanation, ShapeError } from './shape-error.ts';
import { isObject, valueAt } from '../json/value.ts';

/** A key that the schema does not know at its place. */
export function explainKey({ document, error, path }: ShapeError): Explanation {
  const key = String(error.params['additionalProperty']);
  const product = path.length === 2 ? valueAt(document.value, path) : undefined;
  const type = isObject(product) ? product['type'] : undefined;
  if (type === 'gateway' && EXTERNAL_ONLY.has(key)) return ofOtherType(key, 'gateway');
  if (type === 'external' && GATEWAY_ONLY.has(key)) return ofOtherType(key, 'external');
  const where = path.length <= 2 ? '' : ` in ${nameOf(document, path)}`;
  const message = `unknown key ${quoted(key)}${where}`;
  return { code: 'unknown-key', message, hint: whatInstead(key, knownKeys(error)), key };
}

/** Fields that one type alone has, and the keys that include a file in their place. */
const GATEWAY_ONLY = keysOnlyOf('gateway');
const EXTERNAL_ONLY = keysOnlyOf('external');

function keysOnlyOf(type: ProductType): ReadonlySet<string> {
  const keys = Object.entries(FIELD_TABLE).flatMap(([name, { on, include }]) =>
    on.length === 1 && on[0] === type ? [name, include?.key ?? name] : [],
  );
  return new Set(keys);
}

const WHY: Readonly<Record<ProductType, string>> = {
  gateway: 'its linked services define its documents and servers',
  external: 'it only documents an API that is served elsewhere',
};

function ofOtherType(key: string, type: ProductType): Explanation {
  const article = type === 'external' ? 'an' : 'a';
  const other = type === 'external' ? 'gateway' : 'external';
  return {
    code: 'field-of-other-type',
    message: `${article} ${type} product has no ${quoted(key)}: ${WHY[type]}`,
    hint: `Remove it, or change the type to \`type: ${other}\`.`,
    key,
  };
}

function knownKeys({ parentSchema }: ShapeError['error']): readonly string[] {
  const properties: unknown = parentSchema?.['properties'];
  return Object.keys(properties ?? {});
}

function whatInstead(key: string, known: readonly string[]): string {
  if (READ_ONLY_KEYS.has(key) && key !== 'id') return 'Remove it: the server sets it.';
  const near = nearest(key, known);
  return near === undefined ? `Known keys here: ${known.join(', ')}.` : `Did you mean ${quoted(near)}?`;
}
