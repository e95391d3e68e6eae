import { inherited } from './bounds.ts';
import { keySet } from './key-set.ts';
import type { Operation } from './operations.ts';
import { BODY_PLACES } from './parameters.ts';
import type { Source } from './references.ts';
import { resolved } from './references.ts';
import type { ObjectValue, Value } from './value.ts';
import { isObject, listAt, member, objectAt, textAt, without } from './value.ts';

/** A request body or a response of 2.0 or 3.x in one form. */
export interface Body {
  readonly ref: string | undefined;
  readonly required: boolean;
  /** By media type. */
  readonly content: ObjectValue;
  /** Whether the document names no media types, as 2.0 allows. */
  readonly open: boolean;
  readonly headers: ObjectValue;
  readonly rest: ObjectValue;
}

/** For a body of which no media types are named. */
export const NO_TYPES: readonly string[] = [];

const TAKEN = keySet('required content headers schema');
const BESIDE_SCHEMA = keySet('name in required');

/** What callers send with an operation; undefined where they send nothing. */
export function requestOf(source: Source, operation: Operation): Body | undefined {
  const value = member(operation.body, 'requestBody');
  return value === undefined ? oldRequest(source, operation) : bodyOf(source, value, NO_TYPES);
}

/** What callers get from an operation, by status. */
export function responsesOf(source: Source, { body }: Operation): ReadonlyMap<string, Body> {
  const types = mediaTypes(source, body, 'produces');
  const entries = Object.entries(objectAt(body, 'responses'));
  return new Map(entries.map(([status, value]) => [status, bodyOf(source, value, types)]));
}

/** A request body or response; in 2.0 one schema stands for all `types`. */
export function bodyOf(source: Source, value: Value | undefined, types: readonly string[]): Body {
  const { value: found, ref } = resolved(source, value);
  const object = isObject(found) ? found : {};
  const schema = member(object, 'schema');
  return {
    ref,
    required: member(object, 'required') === true,
    content: schema === undefined ? objectAt(object, 'content') : contentOf(types, schema),
    open: schema !== undefined && types.length === 0,
    headers: objectAt(object, 'headers'),
    rest: without(object, TAKEN),
  };
}

/** The request body of 2.0, made of parameters. */
function oldRequest(source: Source, { item, body }: Operation): Body | undefined {
  const values = [...listAt(item, 'parameters'), ...listAt(body, 'parameters')];
  const parts = values.map((value) => resolved(source, value).value).filter(isObject);
  const bodies = parts.filter((part) => BODY_PLACES.has(textAt(part, 'in') ?? ''));
  const whole = bodies.findLast((part) => textAt(part, 'in') === 'body');
  if (bodies.length === 0) return undefined;
  const schema = whole ? (member(whole, 'schema') ?? {}) : formSchema(bodies);
  const required = (whole ? [whole] : bodies).some((part) => member(part, 'required') === true);
  const types = mediaTypes(source, body, 'consumes');
  return {
    ref: undefined,
    required,
    content: contentOf(types, schema),
    open: types.length === 0,
    headers: {},
    rest: {},
  };
}

/** The fields of a form as the properties of an object. */
function formSchema(fields: readonly ObjectValue[]): ObjectValue {
  const named = fields.map((field) => [textAt(field, 'name') ?? '?', field] as const);
  return {
    type: 'object',
    properties: Object.fromEntries(
      named.map(([name, field]) => [name, withoutFile(without(field, BESIDE_SCHEMA))]),
    ),
    required: named.filter(([, field]) => member(field, 'required') === true).map(([name]) => name),
  };
}

function mediaTypes(source: Source, operation: ObjectValue, key: 'consumes' | 'produces'): readonly string[] {
  const types = member(operation, key) === undefined ? listAt(source.root, key) : listAt(operation, key);
  return inherited(types).filter((type) => typeof type === 'string');
}

function contentOf(types: readonly string[], schema: Value): ObjectValue {
  const names = types.length > 0 ? types : ['*/*'];
  return Object.fromEntries(names.map((type) => [type, { schema: withoutFile(schema) }]));
}

/** A file, which is a type in 2.0 alone, in the words of 3.0. */
function withoutFile(schema: Value): Value {
  return textAt(schema, 'type') === 'file'
    ? { ...(isObject(schema) && schema), type: 'string', format: 'binary' }
    : schema;
}

/** The content of a body, under the media types of the other one where it names none itself. */
export function contentBeside({ content, open }: Body, other: Body): ObjectValue {
  const types = open && !other.open ? Object.keys(other.content) : [];
  const [one] = Object.values(content);
  return one === undefined || types.length === 0
    ? content
    : Object.fromEntries(types.map((type) => [type, one]));
}
