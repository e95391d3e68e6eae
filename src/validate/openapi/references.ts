import { isObject, jsonPointer, pointerPath, valueAt } from '../../json/value.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Path } from '../../model/declared.ts';
import type { Json, JsonObject } from '../../model/product.ts';
import { type Follow, follower } from '../../openapi/references.ts';
import { type Finding, MAX_FINDINGS, NAME_MAPS, partName } from './finding.ts';

interface Reference {
  readonly text: string;
  /** Path of the reference text. */
  readonly path: Path;
  /** Resolves references within the enclosing schema with an `$id`, to which `#` refers in it. */
  readonly base: Follow | undefined;
}

/**
 * Findings for references without a target in the document. adc uploads only this document, so a reference to another
 * file is broken; the page that shows the document may fetch a URL.
 */
export function referenceFindings(document: JsonObject, follow: Follow): readonly Finding[] {
  const walk: Walk = { references: [], anchors: new Set(), ids: new Set(), path: [], base: undefined };
  collect(walk, document, 'fields');
  const findings: Finding[] = [];
  for (const reference of walk.references) {
    // The search for a similar name compares all names, so it runs only for findings that a report shows.
    const searched = findings.length < MAX_FINDINGS ? document : undefined;
    findings.push(...findingsOf(searched, follow, walk, reference));
  }
  return findings;
}

/** @param document the document to search for a similar name; undefined for no search. */
function findingsOf(
  document: JsonObject | undefined,
  follow: Follow,
  { anchors, ids }: Walk,
  { text, path, base }: Reference,
): readonly Finding[] {
  const name = partName(path.slice(0, -1));
  const [resource = '', fragment = ''] = text.split('#', 2);
  if (resource !== '') {
    if (ids.has(resource)) return [];
    return [IS_URL.test(text) ? remote(text, path, name) : outside(document, text, path, name)];
  }
  if (anchors.has(fragment) || (base !== undefined && 'part' in base(text))) return [];
  const target = follow(text);
  if ('part' in target) return [];
  return [target.unresolved === 'cycle' ? cycle(text, path, name) : unknown(document, text, path, name)];
}

/** `https://…`, `//…`, `urn:…`; a single letter before a colon is a drive of Windows. */
const IS_URL = /^(?!file:)([a-z][a-z\d+.-]+:|\/\/)/i;

function remote(text: string, path: Path, name: string): Finding {
  return {
    code: 'openapi-remote-ref',
    path,
    message: `${name} refers to "${text}", which adc does not upload`,
    hint: 'Copy the target into this document, under components.',
  };
}

function outside(document: JsonObject | undefined, text: string, path: Path, name: string): Finding {
  const suggestion = document && sameNameReference(document, { text, path });
  const bundle = 'the document into one file, for example with "redocly bundle", and name that file.';
  return {
    code: 'openapi-outside-ref',
    path,
    message: `${name} refers to the file "${text}", which adc does not upload`,
    hint:
      suggestion === undefined
        ? `Bundle ${bundle}`
        : `Write "${suggestion}" to refer to this document, or bundle ${bundle}`,
  };
}

function unknown(document: JsonObject | undefined, text: string, path: Path, name: string): Finding {
  const suggestion = document && suggestedReference(document, { text, path });
  return {
    code: 'openapi-unknown-ref',
    path,
    message: `${name} refers to "${text}", which is not in this document`,
    hint:
      suggestion === undefined
        ? 'Correct the reference, or add its target.'
        : `Did you mean "${suggestion}"?`,
  };
}

function cycle(text: string, path: Path, name: string): Finding {
  return {
    code: 'openapi-unknown-ref',
    path,
    message: `${name} refers to "${text}", which refers back to itself`,
    hint: 'Refer to a definition instead.',
  };
}

interface Walk {
  readonly references: Reference[];
  readonly anchors: Set<string>;
  readonly ids: Set<string>;
  base: Follow | undefined;
  /** The path of the current part. Shared, since separate paths would need more memory than the document. */
  readonly path: (string | number)[];
}

/** Whether the keys of a mapping are fields of OpenAPI or names that authors choose. */
type Keys = 'fields' | 'names';

function collect(walk: Walk, value: Json, keys: Keys): void {
  if (isArray(value)) {
    for (const [index, item] of value.entries()) step(walk, index, item, 'fields');
    return;
  }
  if (!isObject(value)) return;
  const { base } = walk;
  if (keys === 'fields') record(walk, value);
  for (const key in value) {
    const part = value[key];
    if (typeof part !== 'object' || part === null || isData(key, part, walk.path, keys)) continue;
    step(walk, key, part, keys === 'fields' && NAME_MAPS.has(key) ? 'names' : 'fields');
  }
  walk.base = base;
}

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

function step(walk: Walk, key: string | number, part: Json, keys: Keys): void {
  walk.path.push(key);
  collect(walk, part, keys);
  walk.path.pop();
}

function record(walk: Walk, value: JsonObject): void {
  const { references, anchors, ids, path } = walk;
  const { $ref, $anchor, $dynamicAnchor, $id } = value;
  if (typeof $id === 'string') {
    ids.add($id.replace(/#$/, ''));
    walk.base = follower(value);
  }
  if (typeof $ref === 'string') references.push({ text: $ref, path: [...path, '$ref'], base: walk.base });
  if (typeof $anchor === 'string') anchors.add($anchor);
  if (typeof $dynamicAnchor === 'string') anchors.add($dynamicAnchor);
}

/** Whether a value is example data, not a part of the description. */
function isData(key: string, part: Json, path: Path, keys: Keys): boolean {
  if (keys === 'names') return path.at(-1) === 'examples' && key.includes('/');
  if (DATA.has(key) || key.startsWith('x-')) return true;
  // A list of examples belongs to a schema: values, not Example Objects.
  if (key === 'examples' && isArray(part)) return true;
  return (key === 'value' || key === 'dataValue') && path.at(-2) === 'examples';
}

const DATA: ReadonlySet<string> = new Set(['example', 'default', 'enum', 'const']);

/** The paths of each kind of component, in all versions. */
const PLACES: readonly (readonly [kind: string, places: readonly Path[]])[] = [
  ['schemas', [['components', 'schemas'], ['definitions']]],
  ['definitions', [['components', 'schemas'], ['definitions']]],
  ['parameters', [['components', 'parameters'], ['parameters']]],
  ['responses', [['components', 'responses'], ['responses']]],
];

/** A reference without a target in its document. */
interface BrokenReference {
  readonly text: string;
  /** Path of the reference text. */
  readonly path: Path;
}

/** The valid reference most similar to a broken one; undefined if none is similar. */
function suggestedReference(document: JsonObject, broken: BrokenReference): string | undefined {
  const same = sameNameReference(document, broken);
  if (same !== undefined) return same;
  const steps = stepsOf(broken.text);
  const near = placesOf(steps).flatMap((place) => {
    const name = nearest(steps.at(-1) ?? '', namesAt(document, place).slice(0, MAX_NAMES));
    return name === undefined ? [] : [pointerTo([...place, name])];
  });
  return near.find((one) => isNotItself(one, broken));
}

/** Maximum number of names that adc compares for a hint. */
const MAX_NAMES = 2_000;

/** A reference to a part with the same name in this document; undefined if there is none. */
function sameNameReference(document: JsonObject, broken: BrokenReference): string | undefined {
  const steps = stepsOf(broken.text);
  const name = steps.at(-1) ?? '';
  const places = placesOf(steps).filter((place) => namesAt(document, place).includes(name));
  const samePath = steps.length > 1 && valueAt(document, steps) !== undefined ? [steps] : [];
  const same = [...samePath, ...places.map((place) => [...place, name])].map(pointerTo);
  return same.find((one) => isNotItself(one, broken));
}

/** Whether a pointer is not the place of the reference itself. */
function isNotItself(pointer: string, { path }: BrokenReference): boolean {
  return pointer !== pointerTo(path.slice(0, -1));
}

/** The path steps of `Pet`, `#components/schemas/Pet` or `a.yaml#/components/schemas/Pet`. */
function stepsOf(text: string): readonly string[] {
  const pointer = text.slice(text.indexOf('#') + 1);
  return pointerPath(pointer.startsWith('/') ? pointer : `/${pointer}`);
}

/** The paths where the target of a reference may be; a single name means a schema. */
function placesOf(steps: readonly string[]): readonly Path[] {
  const kind = steps.length === 1 ? 'schemas' : (steps.at(-2) ?? '');
  return PLACES.find(([one]) => one === kind)?.[1] ?? [['components', kind]];
}

function namesAt(document: JsonObject, place: Path): readonly string[] {
  const found = valueAt(document, place);
  return isObject(found) ? Object.keys(found) : [];
}

const pointerTo = (path: Path): string => `#${jsonPointer(path)}`;
