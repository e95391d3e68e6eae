import type { Maybe, ObjectValue, Value } from '../../json/value.ts';
import { isObject, keySet, listAt, member, objectAt, textAt, without } from '../../json/value.ts';
import type { Operation } from '../../openapi/operations.ts';
import { resolved, type Source } from '../../openapi/references.ts';
import type { Facts, Place, Rows } from './comparison.ts';
import { capped, changedRows, INPUT, NEITHER, otherFacts, placeIn, rowOf, spotOf } from './comparison.ts';
import { contentChanges, pairKeys } from './content.ts';
import { addedRow, BODY_PLACES, parameterChanges, parameterOf, requiredFacts } from './parameters.ts';
import { isUnchanged } from './schema-changes.ts';

/** A request body or a response of 2.0 or 3.x in one form. */
export interface Body {
  readonly ref: string | undefined;
  readonly required: boolean;
  /** By media type. */
  readonly content: ObjectValue;
  /** Whether the document names no media types, as OpenAPI 2.0 allows. */
  readonly anyMediaType: boolean;
  readonly headers: ObjectValue;
  readonly rest: ObjectValue;
}

const OWN_KEYS = keySet('required content headers schema');
const NOT_IN_SCHEMA = keySet('name in required');

/** The request body of an operation; undefined without one. */
export function requestOf(source: Source, operation: Operation): Body | undefined {
  const value = member(operation.body, 'requestBody');
  return value === undefined ? oldRequest(source, operation) : bodyOf(source, value);
}

/** The responses of an operation, by status. */
export function responsesOf(source: Source, { body }: Operation): ReadonlyMap<string, Body> {
  const types = mediaTypes(source, body, 'produces');
  const entries = Object.entries(objectAt(body, 'responses'));
  return new Map(
    entries.map(([status, value]) => [
      status.toUpperCase().replace('DEFAULT', 'default'),
      bodyOf(source, value, types),
    ]),
  );
}

/** A request body or response; in 2.0, one schema applies to all `types`. */
export function bodyOf(source: Source, value: Maybe, types: readonly string[] = []): Body {
  const { value: found, ref } = resolved(source, value);
  const object = isObject(found) ? found : {};
  const schema = member(object, 'schema');
  return {
    ref,
    required: member(object, 'required') === true,
    content: schema === undefined ? objectAt(object, 'content') : contentOf(types, schema),
    anyMediaType: schema !== undefined && types.length === 0,
    headers: objectAt(object, 'headers'),
    rest: without(object, OWN_KEYS),
  };
}

/** The request body of 2.0, built from parameters. */
function oldRequest(source: Source, { item, body }: Operation): Body | undefined {
  const values = [...listAt(item, 'parameters'), ...listAt(body, 'parameters')];
  const parts = values.map((value) => resolved(source, value).value).filter(isObject);
  const bodies = parts.filter((part) => BODY_PLACES.has(textAt(part, 'in') ?? ''));
  const bodyParameter = bodies.findLast((part) => textAt(part, 'in') === 'body');
  if (bodies.length === 0) return undefined;
  const schema = bodyParameter ? (member(bodyParameter, 'schema') ?? {}) : formSchema(bodies);
  const required = (bodyParameter ? [bodyParameter] : bodies).some(
    (part) => member(part, 'required') === true,
  );
  const types = mediaTypes(source, body, 'consumes');
  return {
    ref: undefined,
    required,
    content: contentOf(types, schema),
    anyMediaType: types.length === 0,
    headers: {},
    rest: {},
  };
}

/** Form fields as the properties of an object. */
function formSchema(fields: readonly ObjectValue[]): ObjectValue {
  const named = fields.map((field) => [textAt(field, 'name') ?? '?', field] as const);
  return {
    type: 'object',
    properties: Object.fromEntries(
      named.map(([name, field]) => [name, withoutFile(without(field, NOT_IN_SCHEMA))]),
    ),
    required: named.filter(([, field]) => member(field, 'required') === true).map(([name]) => name),
  };
}

function mediaTypes(source: Source, operation: ObjectValue, key: 'consumes' | 'produces'): readonly string[] {
  const types = member(operation, key) === undefined ? listAt(source.root, key) : listAt(operation, key);
  return capped(types).filter((type) => typeof type === 'string');
}

function contentOf(types: readonly string[], schema: Value): ObjectValue {
  const names = types.length > 0 ? types : ['*/*'];
  return Object.fromEntries(names.map((type) => [type, { schema: withoutFile(schema) }]));
}

/** Converts the type `file`, which only 2.0 has, to the form of 3.0. */
function withoutFile(schema: Value): Value {
  return textAt(schema, 'type') === 'file'
    ? { ...(isObject(schema) && schema), type: 'string', format: 'binary' }
    : schema;
}

/** The content of a body. If it names no media types, those of the other body are used. */
function contentWithTypesOf({ content, anyMediaType }: Body, other: Body): ObjectValue {
  const types = anyMediaType && !other.anyMediaType ? Object.keys(other.content) : [];
  const [one] = Object.values(content);
  return one === undefined || types.length === 0
    ? content
    : Object.fromEntries(types.map((type) => [type, one]));
}

/** The differences between the request bodies of one operation. */
export function requestChanges(place: Place, before: Body | undefined, after: Body | undefined): Rows {
  if (!before && !after) return [];
  if (!before) return [addedRow(place, after)];
  if (!after) return [rowOf('removed', place, true)];
  return bodyChanges(place, before, after);
}

/** The differences between the responses of one operation. */
export function responsesChanges(
  operation: Place,
  before: ReadonlyMap<string, Body>,
  after: ReadonlyMap<string, Body>,
): Rows {
  // `default` describes success only if no status does.
  const hasSuccess = [...before.keys()].some((status) => status.startsWith('2'));
  const pairs = pairKeys(before.keys(), after.keys(), (status) => {
    const isDefault = /^[23]/.test(status) && (!hasSuccess || before.has(status));
    const ranges = [`${status[0]}XX`, ...(isDefault ? ['default'] : [])];
    return ranges.filter((range) => range !== status);
  });
  return pairs.flatMap((pair) => {
    const status = pair.after ?? pair.before ?? '';
    const place = { ...operation, ...spotOf('response', `${operation.name}: ${status}`, operation.roles) };
    const [was, is] = [before.get(pair.before ?? ''), after.get(pair.after ?? '')];
    if (!was) return [rowOf('added', place, false)];
    if (!is) return [rowOf('removed', place, /^[23]/.test(status) || (status === 'default' && !hasSuccess))];
    // An additional status breaks no caller.
    const moved = {
      detail: `status: ${pair.before} -> ${status}`,
      breaks: pair.breaks === INPUT ? INPUT : NEITHER,
    };
    return bodyChanges(place, was, is, pair.before === status ? [] : [moved]);
  });
}

/** The differences between two request bodies or two responses. */
export function bodyChanges(place: Place, before: Body, after: Body, moved: Facts = []): Rows {
  if (before.ref !== undefined && before.ref === after.ref) return changedRows(place, moved);
  const facts = [...moved, ...requiredFacts(before, after), ...otherFacts(before.rest, after.rest)];
  const inside = place.kind === 'response' ? placeIn(place, ' body') : place;
  return [
    ...changedRows(place, facts),
    ...contentChanges(inside, contentWithTypesOf(before, after), contentWithTypesOf(after, before)),
    ...headerChanges(place, before, after),
  ];
}

function headerChanges(place: Place, before: Body, after: Body): Rows {
  if (isUnchanged(place.comparison, before.headers, after.headers)) return [];
  const [wasNamed, isNamed] = [byLowerCaseName(before.headers), byLowerCaseName(after.headers)];
  return [...new Set([...wasNamed.keys(), ...isNamed.keys()])].flatMap((key) => {
    const [was, is] = [wasNamed.get(key), isNamed.get(key)];
    const header = placeIn(place, ` header ${(is ?? was)?.name}`);
    if (!was) return [rowOf('added', header, false)];
    if (!is) return [rowOf('removed', header, true)];
    const pair = [
      parameterOf(place.comparison.before, was.value),
      parameterOf(place.comparison.after, is.value),
    ] as const;
    const isReportedElsewhere = pair[0].ref !== undefined && pair[0].ref === pair[1].ref;
    return isReportedElsewhere ? [] : parameterChanges(header, ...pair);
  });
}

interface Header {
  readonly name: string;
  readonly value: Value;
}

/** Header names are case-insensitive. Media types describe `Content-Type` (Response Object). */
function byLowerCaseName(headers: ObjectValue): ReadonlyMap<string, Header> {
  const entries = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), { name, value }] as const,
  );
  return new Map(entries.filter(([name]) => name !== 'content-type'));
}
