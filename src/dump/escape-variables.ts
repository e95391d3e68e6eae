import type { Json } from '../model/product.ts';

/** Every `${` in texts, but not in keys, as `\${`: what a load takes for these two characters (contract §2). */
export function escapeVariables(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('${', '\\${');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => escapeVariables(item));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, escapeVariables(part)]));
}
