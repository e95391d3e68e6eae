import { keySet } from './key-set.ts';
import type { Operation } from './operations.ts';
import type { Source } from './references.ts';
import { resolved } from './references.ts';
import type { Spelling } from './spelling.ts';
import { spellingOf } from './spelling.ts';
import type { ObjectValue, Value } from './value.ts';
import { isObject, listAt, member, objectAt, textAt, without } from './value.ts';

/** A parameter or header of 2.0 or 3.x in one form. */
export interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly ref: string | undefined;
  readonly required: boolean;
  readonly schema: Value | undefined;
  readonly content: ObjectValue;
  readonly spelling: Spelling;
  /** The keys that are not the schema's. */
  readonly rest: ObjectValue;
}

/** Where 2.0 has the parameters that 3.x calls the request body. */
export const BODY_PLACES = keySet('body formData');

const OWN_KEYS = keySet(
  'name in required description deprecated example examples allowEmptyValue style explode',
  'allowReserved collectionFormat schema content',
);

/** The parameters of an operation by what identifies them: its own before those of its path, references followed. */
export function parametersOf(
  source: Source,
  { item, body, path }: Operation,
): ReadonlyMap<string, Parameter> {
  const places = placesIn(path);
  const values = [...listAt(item, 'parameters'), ...listAt(body, 'parameters')];
  const entries = values.flatMap((value) => {
    const parameter = parameterOf(source, value);
    const [place, name] = [parameter.in, parameter.name];
    if (BODY_PLACES.has(place)) return [];
    // A parameter in the path is known by its place: callers never see what it is called.
    const known = place === 'header' ? name.toLowerCase() : place === 'path' ? places.get(name) : undefined;
    const identity = JSON.stringify([place, known ?? name]);
    return [[identity, parameter] as const];
  });
  return new Map(entries);
}

/** A parameter or header that stands alone, as among the components. */
export function parameterOf(source: Source, value: Value | undefined): Parameter {
  const { value: found, ref } = resolved(source, value);
  const object = isObject(found) ? found : {};
  return {
    ref,
    in: textAt(object, 'in') ?? '?',
    name: textAt(object, 'name') ?? '?',
    required: member(object, 'required') === true || member(object, 'in') === 'path',
    schema: member(object, 'schema') ?? schemaBeside(object),
    content: objectAt(object, 'content'),
    spelling: spellingOf(object),
    rest: Object.fromEntries(
      Object.entries(object).filter(([key]) => OWN_KEYS.has(key) || key.startsWith('x-')),
    ),
  };
}

/** In 2.0 the schema's keywords stand beside the name. */
function schemaBeside(parameter: ObjectValue): Value | undefined {
  const schema = without(parameter, OWN_KEYS);
  return Object.keys(schema).length > 0 ? schema : undefined;
}

/** The number of each placeholder of a path. */
function placesIn(path: string): ReadonlyMap<string, number> {
  const placeholders = [...path.matchAll(/\{([^{}]*)\}/g)];
  return new Map(placeholders.map(([, name = ''], index) => [name, index]));
}
