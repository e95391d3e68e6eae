import { printable } from '../lib/printable.ts';
import type { Json } from '../model/product.ts';

const LONGEST = 72;

/** A value on one line, with control characters visible and the middle of long ones left out. */
export function valueText(value: Json): string {
  const text = printable(typeof value === 'string' ? JSON.stringify(value) : compact(value));
  if (text.length <= LONGEST) return text;
  const half = Math.floor((LONGEST - 3) / 2);
  return `${text.slice(0, half)}...${text.slice(-half)}`;
}

function compact(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((one) => JSON.stringify(one)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, one]) => `${key}: ${compact(one)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
