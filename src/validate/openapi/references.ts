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
  const walk: Walk = { references: [], anchors: new Set(), path: [] };
  collect(walk, document, 'fields');
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
  /** To where the walk is: one for all, since a path for each part would take more room than the document. */
  readonly path: (string | number)[];
}

/** Whether the keys of a mapping are fields of OpenAPI or names of people's choosing. */
type Keys = 'fields' | 'names';

function collect(walk: Walk, value: Json, keys: Keys): void {
  if (isArray(value)) {
    for (const [index, item] of value.entries()) step(walk, index, item, 'fields');
    return;
  }
  if (!isObject(value)) return;
  if (keys === 'fields') note(walk, value);
  for (const key in value) {
    const part = value[key];
    if (typeof part !== 'object' || part === null || isData(key, walk.path, keys)) continue;
    step(walk, key, part, keys === 'fields' && NAMES.has(key) ? 'names' : 'fields');
  }
}

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

function step(walk: Walk, key: string | number, part: Json, keys: Keys): void {
  walk.path.push(key);
  collect(walk, part, keys);
  walk.path.pop();
}

function note({ references, anchors, path }: Walk, value: JsonObject): void {
  const { $ref, $anchor, $dynamicAnchor, $id } = value;
  if (typeof $ref === 'string') references.push({ text: $ref, path: [...path, '$ref'] });
  if (typeof $anchor === 'string') anchors.add($anchor);
  if (typeof $dynamicAnchor === 'string') anchors.add($dynamicAnchor);
  if (typeof $id === 'string') anchors.add($id);
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
