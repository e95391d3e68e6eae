import type { Maybe, ObjectValue } from '../../json/value.ts';
import { isObject, keySet, listAt, member, objectAt, textAt, without } from '../../json/value.ts';
import type { OpenapiChange } from '../../model/openapi-check.ts';
import type { Operation } from '../../openapi/operations.ts';
import { followed, resolved, type Source } from '../../openapi/references.ts';
import type { Facts, Place, Roles, Rows } from './comparison.ts';
import {
  BOTH,
  changeText,
  INPUT,
  memberText,
  NEITHER,
  otherFacts,
  OUTPUT,
  rowOf,
  spotOf,
} from './comparison.ts';
import { contentChanges } from './content.ts';
import { schemaChanges } from './schema-changes.ts';
import { listedValues, typesOf, withoutDefaults } from './schema-facts.ts';
import { withEnum, withoutDescriptions } from './schema-forms.ts';

/** A parameter or header of 2.0 or 3.x in one form. */
export interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly ref: string | undefined;
  readonly required: boolean;
  readonly schema: Maybe;
  readonly content: ObjectValue;
  readonly serialization: Serialization;
  /** Whether the parameter has the form of 2.0, with its type beside the name. */
  readonly isOld: boolean;
  /** The keys that are not part of the schema. */
  readonly rest: ObjectValue;
}

/** The places of the parameters of 2.0 that are the request body in 3.x. */
export const BODY_PLACES = keySet('body formData');

const OWN_KEYS = keySet(
  'name in required description deprecated example examples allowEmptyValue style explode',
  'allowReserved collectionFormat schema content',
);

/** The parameters of an operation by their identity, with references resolved. They override those of its path. */
export function parametersOf(
  source: Source,
  { item, body, path }: Operation,
): ReadonlyMap<string, Parameter> {
  const positions = placeholderPositions(path);
  const values = [...listAt(item, 'parameters'), ...listAt(body, 'parameters')];
  const entries = values.flatMap((value) => {
    const parameter = parameterOf(source, value);
    const [place, name] = [parameter.in, parameter.name];
    if (BODY_PLACES.has(place) || isIgnored(parameter)) return [];
    // Callers never see the name of a path parameter, so its position identifies it.
    const known =
      place === 'header' ? name.toLowerCase() : place === 'path' ? positions.get(name) : NAMELESS.get(place);
    const identity = JSON.stringify([place, known ?? name]);
    return [[identity, parameter] as const];
  });
  return new Map(entries);
}

/** The whole query string has no name on the wire. */
const NAMELESS = new Map([['querystring', '']]);

const IGNORED_HEADERS = keySet('accept content-type authorization');

/** In 3.x, other parts of the document describe these headers (Parameter Object). */
function isIgnored(parameter: Parameter): boolean {
  return parameter.in === 'header' && !parameter.isOld && IGNORED_HEADERS.has(parameter.name.toLowerCase());
}

/** A parameter or header without an operation, such as a component. */
export function parameterOf(source: Source, value: Maybe): Parameter {
  const { value: found, ref } = resolved(source, value);
  const object = isObject(found) ? found : {};
  const schema = member(object, 'schema') ?? schemaBeside(object);
  return {
    ref,
    in: textAt(object, 'in') ?? '?',
    name: textAt(object, 'name') ?? '?',
    required: member(object, 'required') === true || member(object, 'in') === 'path',
    schema,
    content: objectAt(object, 'content'),
    serialization: serializationOf(object, followed(source, schema)),
    isOld: hasOldForm(object),
    rest: Object.fromEntries(
      Object.entries(object).filter(([key]) => OWN_KEYS.has(key) || key.startsWith('x-')),
    ),
  };
}

/** In 2.0, the keywords of the schema are beside the name. */
function schemaBeside(parameter: ObjectValue): Maybe {
  const schema = without(parameter, OWN_KEYS);
  return Object.keys(schema).length > 0 ? schema : undefined;
}

/** The position of each placeholder in a path, by name. */
function placeholderPositions(path: string): ReadonlyMap<string, number> {
  const placeholders = [...path.matchAll(/\{([^{}]*)\}/g)];
  return new Map(placeholders.map(([, name = ''], index) => [name, index]));
}

const COMPARED_KEYS = keySet(
  'name required schema content style explode collectionFormat allowEmptyValue allowReserved',
);

/** The differences between the parameters of one operation. */
export function parametersChanges(
  operation: Place,
  before: ReadonlyMap<string, Parameter>,
  after: ReadonlyMap<string, Parameter>,
): Rows {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    const { in: where = '', name = '' } = is ?? was ?? {};
    const place = {
      ...operation,
      ...spotOf('parameter', `${operation.name}: ${where} ${name}`, operation.roles),
    };
    // The server refuses or ignores a removed parameter, so its callers break; a path parameter is still sent.
    if (!is) return [rowOf('removed', place, where !== 'path')];
    if (!was) return [addedRow(place, is)];
    return was.ref !== undefined && was.ref === is.ref ? [] : parameterChanges(place, was, is);
  });
}

/** The row of a new parameter or request body. It breaks no caller in a webhook, which callers do not send. */
export function addedRow(place: Place, added: Required | undefined): OpenapiChange {
  const required = added?.required === true;
  return rowOf('added', place, required && place.roles.includes('input'), required ? 'required' : '');
}

/** The differences between two parameters or headers. */
export function parameterChanges(place: Place, before: Parameter, after: Parameter): Rows {
  const facts = [
    ...requiredFacts(before, after),
    ...serializationFacts(before, after),
    ...otherFacts(before.rest, after.rest, COMPARED_KEYS),
  ];
  const [old, now, defaults] = before.required
    ? withoutDefaults(before.schema, after.schema)
    : [before.schema, after.schema, []];
  const [was, is, listed] = comparedSchemas(place, { ...before, schema: old }, { ...after, schema: now });
  return [
    ...schemaChanges(place, was, is, [...facts, ...defaults, ...listed]),
    ...contentChanges(place, before.content, after.content),
  ];
}

/**
 * The schemas to compare. If a single value became a list or a list a single value, and the list repeats the parameter
 * for each item, the value is compared with the items. A number that became a text, or the reverse, is compared as the
 * text that callers write.
 */
function comparedSchemas(place: Place, before: Parameter, after: Parameter): Compared {
  const { before: source, after: newSource } = place.comparison;
  const [was, is] = [followed(source, before.schema), followed(newSource, after.schema)];
  if (isSingle(was) && isRepeated(after) && isListOfSome(is)) {
    const breaks = member(is, 'maxItems') === 1 ? NEITHER : OUTPUT;
    return [before.schema, member(is, 'items') ?? true, [{ detail: 'now a list', breaks }]];
  }
  if (isSingle(is) && isRepeated(before) && isListOfSome(was)) {
    const breaks = member(was, 'maxItems') === 1 ? NEITHER : INPUT;
    return [member(was, 'items') ?? true, after.schema, [{ detail: 'no longer a list', breaks }]];
  }
  return asTexts(place, was, is) ?? [before.schema, after.schema, []];
}

const isRepeated = ({ serialization: { style, explode } }: Parameter): boolean =>
  style === 'form' && explode === true;

type Compared = readonly [Maybe, Maybe, Facts];

function asTexts({ roles }: Pick<Place, 'roles'>, was: Maybe, is: Maybe): Compared | undefined {
  if (isListOfSome(was) && isListOfSome(is)) {
    const items = asTexts({ roles }, member(was, 'items'), member(is, 'items'));
    return items && [{ ...was, items: items[0] ?? true }, { ...is, items: items[1] ?? true }, items[2]];
  }
  const [narrow, wide] = roles.includes('input') ? [was, is] : [is, was];
  if (roles.length !== 1 || isText(was) === isText(is) || !isWritten(narrow) || !isListed(wide))
    return undefined;
  const detail = changeText('type', member(was, 'type'), member(is, 'type'));
  const facts: Facts = [{ detail, breaks: NEITHER }];
  return narrow === was ? [textOf(narrow), textOf(wide), facts] : [textOf(wide), textOf(narrow), facts];
}

const isText = (schema: Maybe): boolean => isObject(schema) && typesOf(schema).join(' ') === 'string';

/** Whether a schema is of texts, or allows exactly the values that it lists. */
function isListed(schema: Maybe): schema is ObjectValue {
  if (isText(schema) || !isWritten(schema)) return isText(schema);
  const others = Object.keys(withoutDescriptions(schema) as ObjectValue).filter(
    (key) => !VALUE_KEYS.has(key),
  );
  return others.length === 0 && listedValues(withEnum(schema)) !== undefined;
}

const VALUE_KEYS = keySet('type enum const default');

/** Whether a schema allows only values that are also texts, as a caller writes them. */
function isWritten(schema: Maybe): schema is ObjectValue {
  const types = isObject(schema) ? typesOf(schema) : [];
  return types.length > 0 && types.every((type) => ['string', 'integer', 'number', 'boolean'].includes(type));
}

/** The texts of the values that a schema allows; without a list of values, maybe also other texts. */
function textOf(schema: ObjectValue): ObjectValue {
  if (isText(schema)) return schema;
  const [values, fallback] = [listedValues(withEnum(schema)), member(schema, 'default')];
  return {
    type: 'string',
    ...(values && { enum: values.map(memberText) }),
    ...(fallback !== undefined && { default: memberText(fallback) }),
  };
}

function isSingle(schema: Maybe): boolean {
  const types = isObject(schema) ? typesOf(schema) : [];
  return types.length > 0 && !types.some((type) => COMPOUND.has(type));
}

/** Whether a schema is a list that may have one item, without other constraints than its items. */
function isListOfSome(schema: Maybe): schema is ObjectValue {
  if (!isObject(schema) || typesOf(schema).join(' ') !== 'array') return false;
  const others = Object.keys(withoutDescriptions(schema) as ObjectValue).filter((key) => !LIST_KEYS.has(key));
  const [least, most] = [member(schema, 'minItems') ?? 0, member(schema, 'maxItems') ?? 1];
  return others.length === 0 && Number(least) <= 1 && Number(most) >= 1;
}

const LIST_KEYS = keySet('type items minItems maxItems uniqueItems');

type Required = Pick<Parameter, 'required'>;

export function requiredFacts(before: Required, after: Required): Facts {
  if (before.required === after.required) return [];
  return after.required
    ? [{ detail: 'now required', breaks: INPUT }]
    : [{ detail: 'no longer required', breaks: OUTPUT }];
}

/** The serialization of a parameter or header, in terms of 3.x, with defaults. */
export interface Serialization {
  readonly style: string;
  /** Undefined where it has no effect: for a value without parts, for a simple list, and for a deep object. */
  readonly explode: boolean | undefined;
  readonly allowEmptyValue: boolean;
  readonly allowReserved: boolean;
}

const FORM_PLACES = keySet('query cookie formData');
const COMPOUND = keySet('array object');

const COLLECTIONS: ReadonlyMap<string, Pick<Serialization, 'style' | 'explode'>> = new Map([
  ['multi', { style: 'form', explode: true }],
  ['ssv', { style: 'spaceDelimited', explode: false }],
  ['tsv', { style: 'tabDelimited', explode: false }],
  ['pipes', { style: 'pipeDelimited', explode: false }],
]);

/** The serialization of a parameter of 2.0 or 3.x, or of a header, which has no place. */
function serializationOf(parameter: ObjectValue, schema: Maybe): Serialization {
  const { style, explode } = hasOldForm(parameter) ? oldStyle(parameter) : styleOf(parameter);
  return {
    style,
    explode: isSingle(schema) || isAlike(style, schema) ? undefined : explode,
    allowEmptyValue: member(parameter, 'allowEmptyValue') === true,
    allowReserved: member(parameter, 'allowReserved') === true,
  };
}

/** Whether a style has one form for a value, exploded or not. */
const isAlike = (style: string, schema: Maybe): boolean =>
  style === 'deepObject' || (style === 'simple' && isObject(schema) && typesOf(schema).join(' ') === 'array');

function hasOldForm(parameter: ObjectValue): boolean {
  return member(parameter, 'type') !== undefined && member(parameter, 'schema') === undefined;
}

function oldStyle(parameter: ObjectValue): Pick<Serialization, 'style' | 'explode'> {
  const collection = textAt(parameter, 'collectionFormat') ?? 'csv';
  return COLLECTIONS.get(collection) ?? { style: defaultStyle(parameter), explode: false };
}

function styleOf(parameter: ObjectValue): Pick<Serialization, 'style' | 'explode'> {
  const style = textAt(parameter, 'style') ?? defaultStyle(parameter);
  const explode = member(parameter, 'explode');
  return { style, explode: typeof explode === 'boolean' ? explode : style === 'form' };
}

function defaultStyle(parameter: ObjectValue): string {
  return FORM_PLACES.has(textAt(parameter, 'in') ?? '') ? 'form' : 'simple';
}

/** The differences in the serialization of equal values. */
function serializationFacts(before: Parameter, after: Parameter): Facts {
  const [was, is] = [before.serialization, after.serialization];
  const fact = (key: keyof Serialization, breaks: Roles): Facts => {
    const isSame = was[key] === undefined || is[key] === undefined || was[key] === is[key];
    return isSame ? [] : [{ detail: changeText(key, was[key], is[key]), breaks }];
  };
  return [
    ...mediumFacts(before, after),
    ...fact('style', BOTH),
    ...fact('explode', BOTH),
    ...fact('allowEmptyValue', is.allowEmptyValue ? NEITHER : INPUT),
    ...fact('allowReserved', is.allowReserved ? NEITHER : INPUT),
  ];
}

/** The difference between a plain value and a value in a media type such as JSON. */
function mediumFacts(before: Parameter, after: Parameter): Facts {
  const [was, is] = [mediumOf(before), mediumOf(after)];
  const isSame = was === undefined || is === undefined || was === is;
  return isSame ? [] : [{ detail: `${was} -> ${is}`, breaks: BOTH }];
}

function mediumOf({ schema, content }: Parameter): 'schema' | 'content' | undefined {
  if (Object.keys(content).length > 0) return 'content';
  return schema === undefined ? undefined : 'schema';
}
