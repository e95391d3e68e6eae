import type { Path } from '../../model/declared.ts';
import type { Json, JsonObject } from '../../model/product.ts';
import { isObject } from '../written-product.ts';
import type { Finding } from './finding.ts';
import { followed } from './local-reference.ts';
import { partName } from './part-name.ts';

interface Reference {
  readonly text: string;
  /** To the text itself. */
  readonly path: Path;
}

/**
 * References that nobody can follow. The portal gets the one text of the document, so a reference to another file is as
 * broken as one that leads nowhere; a URL might be fetched by whatever shows the page.
 */
export function referenceFindings(document: JsonObject): readonly Finding[] {
  const walk: Walk = { references: [], anchors: new Set() };
  collect(walk, document, [], 'fields');
  return walk.references.flatMap((reference) => findingsOf(document, walk.anchors, reference));
}

function findingsOf(
  document: JsonObject,
  anchors: ReadonlySet<string>,
  { text, path }: Reference,
): readonly Finding[] {
  const name = partName(path.slice(0, -1));
  if (/^(https?:)?\/\//i.test(text)) return [remote(text, path, name)];
  if (!text.startsWith('#')) return [outside(text, path, name)];
  if (anchors.has(text.slice(1))) return [];
  const target = followed(document, text);
  return 'part' in target ? [] : [unknown(text, path, name, target.nowhere)];
}

function remote(text: string, path: Path, name: string): Finding {
  return {
    code: 'openapi-remote-ref',
    path,
    message: `${name} refers to "${text}", which is not sent along`,
    hint: 'Copy what it refers to into this document, under components.',
  };
}

function outside(text: string, path: Path, name: string): Finding {
  return {
    code: 'openapi-outside-ref',
    path,
    message: `${name} refers to the file "${text}", which is not sent along`,
    hint: 'Bundle the document into one file, for example with "redocly bundle", and name that one.',
  };
}

function unknown(text: string, path: Path, name: string, why: 'missing' | 'ring'): Finding {
  const missing = why === 'missing';
  return {
    code: 'openapi-unknown-ref',
    path,
    message: `${name} refers to "${text}", ${missing ? 'which is not in this document' : 'which refers back to itself'}`,
    hint: missing
      ? 'Correct the reference, or add what it refers to.'
      : 'Let it refer to something that is defined.',
  };
}

interface Walk {
  readonly references: Reference[];
  readonly anchors: Set<string>;
}

/** Whether the keys of a mapping are fields of OpenAPI or names of people's choosing. */
type Keys = 'fields' | 'names';

function collect(walk: Walk, value: Json, path: Path, keys: Keys): void {
  if (Array.isArray(value)) {
    value.forEach((item: Json, index) => collect(walk, item, [...path, index], 'fields'));
  }
  if (!isObject(value)) return;
  if (keys === 'fields') note(walk, value, path);
  for (const [key, part] of Object.entries(value)) {
    if (typeof part !== 'object' || part === null) continue;
    if (isData(key, path, keys)) continue;
    collect(walk, part, [...path, key], keys === 'fields' && NAMES.has(key) ? 'names' : 'fields');
  }
}

function note(walk: Walk, value: JsonObject, path: Path): void {
  const { $ref, $anchor, $dynamicAnchor, $id } = value;
  if (typeof $ref === 'string') walk.references.push({ text: $ref, path: [...path, '$ref'] });
  for (const anchor of [$anchor, $dynamicAnchor]) if (typeof anchor === 'string') walk.anchors.add(anchor);
  if (typeof $id === 'string') walk.anchors.add($id);
}

/** What stands there is an example of what people send, not a part of the description. */
function isData(key: string, path: Path, keys: Keys): boolean {
  if (keys === 'names') return path.at(-1) === 'examples' && key.includes('/');
  if (DATA.has(key) || key.startsWith('x-')) return true;
  return (key === 'value' || key === 'dataValue') && path.at(-2) === 'examples';
}

const DATA: ReadonlySet<string> = new Set(['example', 'default', 'enum', 'const']);

const NAMES: ReadonlySet<string> = new Set([
  '$defs',
  'callbacks',
  'content',
  'definitions',
  'dependentSchemas',
  'encoding',
  'examples',
  'headers',
  'links',
  'parameters',
  'pathItems',
  'paths',
  'patternProperties',
  'properties',
  'requestBodies',
  'responses',
  'schemas',
  'securityDefinitions',
  'securitySchemes',
  'variables',
  'webhooks',
]);
