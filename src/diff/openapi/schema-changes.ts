import { sameJson } from '../../json/canonical.ts';
import { member, type Maybe, type ObjectValue } from '../../json/value.ts';
import {
  besideRef,
  componentName,
  followed,
  isToPart,
  namesBelow,
  pointed,
  refOf,
  resolved,
} from '../../openapi/references.ts';
import type { Comparison, Facts, Place, Question, Role, Rows } from './comparison.ts';
import {
  ANY_ROLE,
  BOTH,
  breaksAny,
  brokenBy,
  changedRows,
  factsText,
  INPUT,
  NEITHER,
  OUTPUT,
  placeIn,
  rowOf,
  shortened,
} from './comparison.ts';
import type { SchemaChild } from './schema-children.ts';
import { closedFacts, requiredFacts, schemaChildren, schemaObject } from './schema-children.ts';
import { schemaFacts } from './schema-facts.ts';
import { inFormOf, isAnything, mergedAllOf, sharedReferences } from './schema-forms.ts';
import { normalized } from './schema-normal.ts';
import type { Breaks, Variants } from './schema-variants.ts';
import { discriminatorFacts, isCovered, overlapFacts, variantFacts, variantsOf } from './schema-variants.ts';

/** More references than real documents follow on only one side, where the other side has the schemas inline. */
const MAX_FOLLOWED = 20;

/**
 * The differences between two schemas, as rows named after the place: one for each changed schema in them, with all
 * its changes. A schema that both sides refer to by the same name is reported as a component.
 * @param facts other changes at the place of the schema, for the same row
 */
export function schemaChanges(place: Place, before: Maybe, after: Maybe, facts: Facts = []): Rows {
  if (isUnchanged(place.comparison, before, after)) return changedRows(place, facts);
  const [ref, other] = [refOf(before), refOf(after)];
  if (isReportedElsewhere(place, ref, other) || (ref === undefined && other === undefined)) {
    return insideChanges(place, before, after, facts);
  }
  const detail = `schema: ${ref === other ? '' : `${refText(ref)} -> `}${refText(other)}`;
  const { followed = 0 } = place;
  if (ref === undefined || other === undefined) {
    const moved = [...facts, { detail, breaks: NEITHER }];
    if (followed < MAX_FOLLOWED)
      return insideChanges({ ...place, followed: followed + 1 }, before, after, moved);
  }
  return answeredRows(place, detail, before, after, facts);
}

/** One row that breaks the roles for which the change from one schema to the other is breaking. */
function answeredRows(place: Place, detail: string, before: Maybe, after: Maybe, facts: Facts = []): Rows {
  const breaks = breaksIn(place, place.strict === true);
  const broken = place.roles.filter((role) => breaks(role, before, after));
  // A harmless change of a target is reported for the target.
  const isSilent = broken.length === 0 && refOf(before) === refOf(after);
  return changedRows(place, isSilent ? facts : [...facts, { detail, breaks: broken }]);
}

function isReportedElsewhere({ comparison, strict }: Place, ref: Maybe, other: Maybe): boolean {
  return (
    typeof ref === 'string' && ref === other && !isToPart(ref) && !(strict && isTouched(comparison, ref))
  );
}

/** The differences between two schemas, without shortcuts for equal references. */
function insideChanges(place: Place, before: Maybe, after: Maybe, facts: Facts): Rows {
  if (isReportedElsewhere(place, refOf(before), refOf(after))) {
    const { before: source, after: newSource } = place.comparison;
    const [was, is] = [member(followed(source, before), 'type'), member(followed(newSource, after), 'type')];
    // A keyword beside the reference may constrain only other types.
    const type = was !== undefined && sameJson(was, is) ? { type: was } : {};
    return contentChanges(place, { ...type, ...besideRef(before) }, { ...type, ...besideRef(after) }, facts);
  }
  const [was, is] = [
    resolved(place.comparison.before, before).value,
    resolved(place.comparison.after, after).value,
  ];
  if (was === undefined && is === undefined && refOf(before) !== refOf(after))
    return changedRows(place, [...facts, ...UNPROVED]);
  return contentChanges(place, inFormOf(before, was, is), inFormOf(after, is, was), facts);
}

/** Whether two values are equal, including everything that they refer to. */
export function isUnchanged(comparison: Comparison, before: Maybe, after: Maybe): boolean {
  if (!sameJson(before, after)) return false;
  const [touched, { root }, { root: newRoot }] = [comparison.touched(), comparison.before, comparison.after];
  return [...namesBelow(comparison.before, [{ '': before ?? null }])].every(
    (name) => !touched.has(name) && sameJson(pointed(root, name), pointed(newRoot, name)),
  );
}

function isTouched(comparison: Comparison, ref: string): boolean {
  const name = componentName(ref);
  return name === undefined || comparison.touched().has(name);
}

function refText(ref: string | undefined): string {
  return ref === undefined ? 'inline' : shortened(ref.replace(/^schemas\//, ''));
}

function contentChanges(place: Place, before: Maybe, after: Maybe, facts: Facts): Rows {
  if (place.comparison.questions.current) place.comparison.budget -= 40;
  if (place.strict && (before === undefined || after === undefined)) return changedRows(place, UNPROVED);
  const objects = [schemaObject(before), schemaObject(after)] as const;
  if (!objects[0] || !objects[1]) return changedRows(place, [...facts, ...absenceFacts(before, after)]);
  const [was, is] = comparable(place, objects[0], objects[1]);
  const variants = variantsOf(place.comparison, was, is);
  const strictly = breaksIn(place, true);
  const own = [
    ...schemaFacts(was, is),
    ...requiredFacts(was, is),
    ...closedFacts(was, is),
    ...notFacts(place.comparison, was, is, strictly),
    ...conditionFacts(place.comparison, was, is, strictly),
    ...targetFacts(place.comparison, was, is),
    ...discriminatorFacts(was, is, breaksIn(place, place.strict === true)),
    ...variants.flatMap((one) => [
      ...variantFacts(place.comparison, one, strictly),
      ...overlapFacts(place, one, { before: was, after: is }, strictly),
    ]),
  ];
  return [
    ...changedRows(place, [...facts, ...own]),
    ...schemaChildren(place.comparison, was, is).flatMap((child) => childChanges(place, child)),
    ...variants.flatMap((one) => pairedChanges(place, one, strictly)),
  ];
}

/** The change of `not`: values that it no longer forbids are new, and the reverse. */
function notFacts(comparison: Comparison, before: ObjectValue, after: ObjectValue, strictly: Breaks): Facts {
  const [was, is] = [member(before, 'not'), member(after, 'not')];
  if (isUnchanged(comparison, was, is)) return [];
  if (was === undefined || is === undefined)
    return [{ detail: 'not', breaks: was === undefined ? INPUT : OUTPUT }];
  return [{ detail: 'not', breaks: brokenBy(strictly('output', was, is), strictly('input', was, is)) }];
}

/** The change of `if`: values that newly match it must match `then`, and need not match `else`. */
function conditionFacts(
  comparison: Comparison,
  before: ObjectValue,
  after: ObjectValue,
  strictly: Breaks,
): Facts {
  const [was, is] = [member(before, 'if'), member(after, 'if')];
  const keys = ['then', 'else'].filter((key) =>
    [before, after].some((schema) => !isAnything(member(schema, key))),
  );
  if (isUnchanged(comparison, was, is) || keys.length === 0) return [];
  if (was === undefined || is === undefined)
    return [{ detail: 'if', breaks: was === undefined ? INPUT : OUTPUT }];
  const [loses, gains] = [strictly('input', was, is), strictly('output', was, is)];
  const breaks = keys.flatMap((key) => (key === 'then' ? brokenBy(gains, loses) : brokenBy(loses, gains)));
  return [{ detail: 'if', breaks }];
}

/**
 * A change of a component below `contains` with a maximum: a narrower component can allow more values, which the row of
 * the component does not show.
 */
function targetFacts(comparison: Comparison, before: ObjectValue, after: ObjectValue): Facts {
  if (![before, after].some((schema) => member(schema, 'maxContains') !== undefined)) return [];
  const [was, is] = [member(before, 'contains'), member(after, 'contains')];
  const isSilent = !sameJson(was, is) || isUnchanged(comparison, was, is);
  return isSilent ? [] : [{ detail: 'contains', breaks: BOTH }];
}

/** Facts that adc cannot prove to be harmless. */
const UNPROVED: Facts = [{ detail: '', breaks: ANY_ROLE }];

/**
 * The differences between the schemas under one keyword. A value that no longer matches one alternative may match
 * another one.
 */
function pairedChanges(place: Place, variants: Variants, strictly: Breaks): Rows {
  const { is, pairs } = variants;
  return pairs.flatMap((pair) => {
    const named = placeIn(place, is === 'allOf' ? '' : ` as ${pair.after.name}`);
    const [was, now] = [pair.before.value, pair.after.value];
    const rows =
      place.comparison.questions.current && is !== 'allOf'
        ? answeredRows(place, '', was, now)
        : schemaChanges(named, was, now);
    if (is === 'allOf' || !rows.some((row) => row.breaking)) return rows;
    const isMet = (role: Role) => {
      const [one, except] = role === 'input' ? [pair.before, pair.after] : [pair.after, pair.before];
      return isCovered(place.comparison, role, one, variants, strictly, except);
    };
    const roles = place.roles.filter((role) => !isMet(role));
    if (roles.length === place.roles.length) return rows;
    return place.comparison.questions.current ? [] : schemaChanges({ ...named, roles }, was, now);
  });
}

/** Returns a function that checks other schemas at this place. */
function breaksIn({ comparison }: Place, strict: boolean): Breaks {
  return (role, before, after) => isBreaking(comparison, role, strict, before, after);
}

/**
 * Whether a change from one schema to another breaks a role; true if the check would take too long. Schemas refer to
 * each other in cycles and long chains, so questions are not answered recursively. A question counts as harmless until
 * the answer to a question that it depends on is that it breaks. Then it is answered again.
 */
function isBreaking(
  comparison: Comparison,
  role: Role,
  strict: boolean,
  before: Maybe,
  after: Maybe,
): boolean {
  const { questions, numberOf } = comparison;
  comparison.budget -= 1;
  if (comparison.budget < 0) return true;
  const key = `${numberOf(before)} ${numberOf(after)} ${role} ${strict}`;
  const known = questions.known.get(key);
  const place: Place = {
    comparison,
    kind: 'schema',
    name: '',
    roles: [role],
    strict,
    followed: MAX_FOLLOWED,
  };
  const question = known ?? { place, before, after, breaks: false, askedBy: new Set() };
  if (!known) {
    questions.known.set(key, question);
    questions.waiting.add(question);
  }
  if (questions.current) question.askedBy.add(questions.current);
  else answerAll(comparison);
  return question.breaks;
}

function answerAll(comparison: Comparison): void {
  const { questions } = comparison;
  // Iterating a set includes the items added meanwhile.
  for (const one of questions.waiting) {
    questions.waiting.delete(one);
    if (one.breaks) continue;
    questions.current = one;
    one.breaks = comparison.budget < 0 || breaksByItself(one);
    if (one.breaks) for (const asker of one.askedBy) questions.waiting.add(asker);
  }
  questions.current = undefined;
}

function breaksByItself({ place, before, after }: Question): boolean {
  return insideChanges(place, before, after, []).some((row) => row.breaking);
}

/**
 * Two schemas in a comparable form. If their `allOf` differs, it is merged into them where possible, since equal
 * schemas can be written in many ways.
 */
function comparable(
  place: Place,
  before: ObjectValue,
  after: ObjectValue,
): readonly [ObjectValue, ObjectValue] {
  const normal = (one: ObjectValue, other: ObjectValue) =>
    [normalized(one, other), normalized(other, one)] as const;
  if (sameJson(member(before, 'allOf'), member(after, 'allOf'))) return normal(before, after);
  const references = [...sharedReferences(before, after)];
  const shared = new Set(references.filter((ref) => !place.strict || !isTouched(place.comparison, ref)));
  const [was, is] = [
    mergedAllOf(place.comparison.before, before, shared),
    mergedAllOf(place.comparison.after, after, shared),
  ];
  return was && is ? normal(was, is) : normal(before, after);
}

/** The differences if at least one side is missing, unresolved or not a schema. A missing schema allows any value. */
function absenceFacts(before: Maybe, after: Maybe): Facts {
  if (sameJson(before, after) || (isAnything(before) && isAnything(after))) return [];
  if (before === undefined) return [{ detail: 'schema: none -> one', breaks: INPUT }];
  if (after === undefined) return [{ detail: 'schema: one -> none', breaks: OUTPUT }];
  return [{ detail: 'schema', breaks: BOTH }];
}

function childChanges(place: Place, child: SchemaChild): Rows {
  const { before, after, facts, suffix } = child;
  const inner = placeIn(place, suffix);
  if (before === undefined) return [rowOf('added', inner, breaksAny(facts, place), factsText(facts))];
  if (after === undefined) return [rowOf('removed', inner, breaksAny(facts, place), factsText(facts))];
  if (place.strict || child.roles === undefined) return schemaChanges(inner, before, after, facts);
  // A property affects a role only if its values have this direction, now or before.
  const roles = place.roles.filter((role) => child.roles?.includes(role));
  const childFacts = facts.map(({ detail, breaks }) => {
    const lasting = breaks.some((role) => place.roles.includes(role));
    return { detail, breaks: lasting ? ANY_ROLE : NEITHER };
  });
  return schemaChanges({ ...inner, roles }, before, after, childFacts);
}
