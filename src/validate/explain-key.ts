import { nearest } from '../lib/nearest.ts';
import { FIELD_TABLE } from '../model/field-table.ts';
import type { ProductType } from '../model/product.ts';
import { nameOf, quoted } from './name-of.ts';
import type { Explanation, ShapeError } from './shape-error.ts';
import { isObject, valueAt } from './written-product.ts';

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

/** Fields that one type alone has, and the fields that include a file in their place. */
const GATEWAY_ONLY = new Set<string>(fieldsOnlyOf('gateway'));
const EXTERNAL_ONLY = new Set<string>([...fieldsOnlyOf('external'), 'openapi_file']);

function fieldsOnlyOf(type: ProductType): readonly string[] {
  return Object.entries(FIELD_TABLE).flatMap(([name, { on }]) =>
    on.length === 1 && on[0] === type ? name : [],
  );
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

/** What the Admin API answers with beside the fields that it takes (admin-api §15.36). */
const SERVER_OWNED: ReadonlySet<string> = new Set([
  'api_count',
  'api_desc',
  'created_at',
  'portal_id',
  'raw_openapis',
  'subscription_status',
  'tags',
  'updated_at',
]);

function whatInstead(key: string, known: readonly string[]): string {
  if (SERVER_OWNED.has(key)) return 'Remove it: the server sets it.';
  const near = nearest(key, known);
  return near === undefined ? `Known keys here: ${known.join(', ')}.` : `Did you mean ${quoted(near)}?`;
}
