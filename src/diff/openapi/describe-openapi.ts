import { printable } from '../../lib/printable.ts';
import { sha256 } from '../../lib/sha256.ts';
import { operationsOf } from './operations.ts';
import { parseOpenapi } from './read-openapi.ts';
import { sourceOf } from './references.ts';
import { shortened } from './told.ts';
import type { Value } from '../../json/value.ts';
import { isObject, member, objectAt } from '../../json/value.ts';

/**
 * One printable line about a document: `Billing API 1.2.0, 14 operations, sha256:1a2b3c4d`. The digest is of the text as
 * it stands, the first eight digits of what `sha256sum` says. Never throws.
 */
export function describeOpenapi(text: string): string {
  const digest = `sha256:${sha256(text).slice(0, 8)}`;
  const value = parseOpenapi(text);
  if (!isObject(value)) return `not an OpenAPI document, ${text.length} characters, ${digest}`;
  const count = operationsOf(sourceOf(value)).length;
  return `${titleOf(value)}, ${count} operation${count === 1 ? '' : 's'}, ${digest}`;
}

function titleOf(document: Value): string {
  const info = objectAt(document, 'info');
  const words = [member(info, 'title') ?? 'untitled', member(info, 'version') ?? ''];
  const told = words.filter((word) => typeof word !== 'object' && word !== '').map(String);
  return printable(shortened(told.join(' ')));
}
