import type { OpenapiChange } from '../../model/openapi-change.ts';
import type { Comparison, Fact, Place } from './comparison.ts';
import { placeOf, rowOf } from './comparison.ts';
import { contentChanges } from './content-changes.ts';
import { keySet } from './key-set.ts';
import { otherFacts } from './other-facts.ts';
import type { Parameter } from './parameters.ts';
import { INPUT, OUTPUT } from './role.ts';
import { schemaChanges } from './schema-changes.ts';
import { spellingFacts } from './spelling-facts.ts';

const SEEN = keySet(
  'name required schema content style explode collectionFormat allowEmptyValue allowReserved',
);

/** What differs between the parameters of one operation. */
export function parametersChanges(
  comparison: Comparison,
  operation: Place,
  before: ReadonlyMap<string, Parameter>,
  after: ReadonlyMap<string, Parameter>,
): readonly OpenapiChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    const { in: where = '', name = '' } = is ?? was ?? {};
    const place = placeOf('parameter', `${operation.name}: ${where} ${name}`, operation.roles);
    // Who sends it is refused, or no longer heard; what stands in the path is sent all the same.
    if (!is) return [rowOf('removed', place, where !== 'path')];
    if (!was) return [addedRow(place, is)];
    return was.ref !== undefined && was.ref === is.ref ? [] : parameterChanges(comparison, place, was, is);
  });
}

/** What comes with a webhook is demanded of nobody who calls the API. */
function addedRow(place: Place, { required }: Parameter): OpenapiChange {
  return rowOf('added', place, required && place.roles.includes('input'), required ? 'required' : '');
}

/** What differs between two parameters or headers. */
export function parameterChanges(
  comparison: Comparison,
  place: Place,
  before: Parameter,
  after: Parameter,
): readonly OpenapiChange[] {
  const facts = [
    ...requiredFacts(before, after),
    ...spellingFacts(before, after),
    ...otherFacts(before.rest, after.rest, SEEN),
  ];
  return [
    ...schemaChanges(comparison, place, before.schema, after.schema, facts),
    ...contentChanges(comparison, place, before.content, after.content),
  ];
}

function requiredFacts(before: Parameter, after: Parameter): readonly Fact[] {
  if (before.required === after.required) return [];
  return after.required
    ? [{ detail: 'now required', breaks: INPUT }]
    : [{ detail: 'no longer required', breaks: OUTPUT }];
}
