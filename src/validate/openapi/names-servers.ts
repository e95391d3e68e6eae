import type { Json } from '../../model/product.ts';
import { isObject, itemsOf, valueAt } from '../../json/value.ts';

/** Whether a document says where its API is served, as a whole or path by path. */
export function namesServers(value: Json): boolean {
  if (typeof valueAt(value, ['host']) === 'string') return true;
  const paths = valueAt(value, ['paths']);
  const items = isObject(paths) ? Object.values(paths) : [];
  return [value, ...items].some((part) => itemsOf(valueAt(part, ['servers'])).length > 0);
}
