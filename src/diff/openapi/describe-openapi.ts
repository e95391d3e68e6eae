import { printable } from '../../lib/printable.ts';
import { operationsOf } from './operations.ts';
import { parseOpenapi } from './read-openapi.ts';
import { sourceOf } from './references.ts';
import { shortened } from './told.ts';
import type { Value } from './value.ts';
import { isObject, member, objectAt } from './value.ts';

/**
 * One printable line about a document: `Billing API 1.2.0, 14 operations, 5321 bytes`. Never throws.
 */
export function describeOpenapi(text: string): string {
  const size = `${Buffer.byteLength(text)} byte${Buffer.byteLength(text) === 1 ? '' : 's'}`;
  const value = parseOpenapi(text);
  if (!isObject(value)) return `not an OpenAPI document, ${size}`;
  const count = operationsOf(sourceOf(value)).length;
  return `${titleOf(value)}, ${count} operation${count === 1 ? '' : 's'}, ${size}`;
}

function titleOf(document: Value): string {
  const info = objectAt(document, 'info');
  const words = [member(info, 'title') ?? 'untitled', member(info, 'version') ?? ''];
  const told = words.filter((word) => typeof word !== 'object' && word !== '').map(String);
  return printable(shortened(told.join(' ')));
}
