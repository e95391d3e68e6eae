import type { Maybe, ObjectValue } from '../../json/value.ts';
import type { Comparison, Facts, Place, Question, Rows } from './comparison.ts';
import { breaksAny, changedRows, placeIn, rowOf, toldFacts } from './comparison.ts';
import type { Role } from './roles.ts';
import { BOTH, INPUT, NEITHER, OUTPUT, SURELY } from './roles.ts';
import { shortened } from './told.ts';
import { besideRef, componentName, namesBelow, refOf, resolved } from '../../openapi/references.ts';
import type { SchemaChild } from './schema-children.ts';
import { closedFacts, requiredFacts, schemaChildren, schemaObject } from './schema-children.ts';
import { schemaFacts, isAnything } from './schema-facts.ts';
import { inFormOf, laidTogether, sharedReferences } from './schema-forms.ts';
import type { Breaks, Variants } from './schema-variants.ts';
import { discriminatorFacts, overlapFacts, variantFacts, variantsOf } from './schema-variants.ts';
import { sameJson } from '../../json/canonical.ts';
import { member } from '../../json/value.ts';

/** More than people nest where one side refers to schemas and the other one writes them out. */
const MOST_FOLLOWED = 20;

/**
 * What differs between two schemas, as rows named after the place: one for each schema in them that changed, with all
 * that changed about it. A schema that both refer to by the same name is left to its own place among the components.
 * @param facts what else changed where the schema stands, for the same row
 */
export function schemaChanges(place: Place, before: Maybe, after: Maybe, facts: Facts = []): Rows {
  if (isSettled(place.comparison, before, after)) return changedRows(place, facts);
  const [ref, other] = [refOf(before), refOf(after)];
  if (isToldElsewhere(place, ref, other) || (ref === undefined && other === undefined)) {
    return insideChanges(place, before, after, facts);
  }
  const detail = ref === other ? '' : `schema: ${toldRef(ref)} -> ${toldRef(other)}`;
  const { followed = 0 } = place;
  if (ref === undefined || other === undefined) {
    const moved = [...facts, { detail, breaks: NEITHER }];
    if (followed < MOST_FOLLOWED)
      return insideChanges({ ...place, followed: followed + 1 }, before, after, moved);
  }
  return answeredRows(place, detail, before, after, facts);
}

/** One row, which breaks those whom going from one schema to the other breaks. */
function answeredRows(place: Place, detail: string, before: Maybe, after: Maybe, facts: Facts = []): Rows {
  const breaks = breaksIn(place, place.strict === true);
  const broken = place.roles.filter((role) => breaks(role, before, after));
  return changedRows(place, [...facts, { detail, breaks: broken }]);
}

function isToldElsewhere({ comparison, strict }: Place, ref: Maybe, other: Maybe): boolean {
  return typeof ref === 'string' && ref === other && !(strict && isTouched(comparison, ref));
}

/** What differs between two schemas, whatever they refer to. */
function insideChanges(place: Place, before: Maybe, after: Maybe, facts: Facts): Rows {
  if (isToldElsewhere(place, refOf(before), refOf(after)))
    return contentChanges(place, besideRef(before), besideRef(after), facts);
  const [was, is] = [
    resolved(place.comparison.before, before).value,
    resolved(place.comparison.after, after).value,
  ];
  return contentChanges(place, inFormOf(before, was, is), inFormOf(after, is, was), facts);
}

/** Whether two values are the same, with all that they refer to. */
export function isSettled(comparison: Comparison, before: Maybe, after: Maybe): boolean {
  if (!sameJson(before, after)) return false;
  const touched = comparison.touched();
  return (
    touched.size === 0 ||
    [...namesBelow(comparison.before, [{ '': before ?? null }])].every((name) => !touched.has(name))
  );
}

function isTouched(comparison: Comparison, ref: string): boolean {
  const name = componentName(ref);
  return name === undefined || comparison.touched().has(name);
}

function toldRef(ref: string | undefined): string {
  return ref === undefined ? 'inline' : shortened(ref.replace(/^schemas\//, ''));
}

function contentChanges(place: Place, before: Maybe, after: Maybe, facts: Facts): Rows {
  if (place.comparison.questions.asking) place.comparison.budget -= 40;
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
    ...discriminatorFacts(was, is, breaksIn(place, place.strict === true)),
    ...variants.flatMap((one) => [
      ...variantFacts(one, strictly),
      ...overlapFacts(place, one, { before: was, after: is }, strictly),
    ]),
  ];
  return [
    ...changedRows(place, [...facts, ...own]),
    ...schemaChildren(place.comparison, was, is).flatMap((child) => childChanges(place, child)),
    ...variants.flatMap((one) => pairedChanges(place, one, strictly)),
  ];
}

/** Facts that cannot be shown to be harmless. */
const UNPROVED: Facts = [{ detail: '', breaks: SURELY }];

/** What differs between the schemas under one keyword; a value that left one alternative may have met another one all along. */
function pairedChanges(place: Place, { is, pairs, before, after }: Variants, strictly: Breaks): Rows {
  return pairs.flatMap((pair) => {
    const named = placeIn(place, is === 'allOf' ? '' : ` as ${pair.after.name}`);
    const [was, now] = [pair.before.value, pair.after.value];
    const rows =
      place.comparison.questions.asking && is !== 'allOf'
        ? answeredRows(place, '', was, now)
        : schemaChanges(named, was, now);
    if (is === 'allOf' || !rows.some((row) => row.breaking)) return rows;
    const isMet = {
      input: () => after.some((one) => one !== pair.after && !strictly('input', was, one.value)),
      output: () => before.some((one) => one !== pair.before && !strictly('output', one.value, now)),
    };
    const roles = place.roles.filter((role) => !isMet[role]());
    if (roles.length === place.roles.length) return rows;
    return place.comparison.questions.asking ? [] : schemaChanges({ ...named, roles }, was, now);
  });
}

/** Looks at other schemas in place of those that stand there. */
function breaksIn({ comparison }: Place, strict: boolean): Breaks {
  return (role, before, after) => isBreaking(comparison, role, strict, before, after);
}

/**
 * Whether going from one schema to another breaks a role; true where that would take too long to find out.
 * Schemas refer to each other in rings and in long rows, so nothing is called from within another answer: a question is
 * harmless until one of those that it asks turns out not to be. Then it is answered again.
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
    followed: MOST_FOLLOWED,
  };
  const question = known ?? { place, before, after, breaks: false, askedBy: new Set() };
  if (!known) {
    questions.known.set(key, question);
    questions.waiting.add(question);
  }
  if (questions.asking) question.askedBy.add(questions.asking);
  else answerAll(comparison);
  return question.breaks;
}

function answerAll(comparison: Comparison): void {
  const { questions } = comparison;
  // A set gives what is added to it while it is walked through.
  for (const one of questions.waiting) {
    questions.waiting.delete(one);
    if (one.breaks) continue;
    questions.asking = one;
    one.breaks = comparison.budget < 0 || breaksByItself(one);
    if (one.breaks) for (const asker of one.askedBy) questions.waiting.add(asker);
  }
  questions.asking = undefined;
}

function breaksByItself({ place, before, after }: Question): boolean {
  return insideChanges(place, before, after, []).some((row) => row.breaking);
}

/** Schemas whose `allOf` differs, as wholes where that can be: it says the same in many ways. */
function comparable(
  place: Place,
  before: ObjectValue,
  after: ObjectValue,
): readonly [ObjectValue, ObjectValue] {
  if (sameJson(member(before, 'allOf'), member(after, 'allOf'))) return [before, after];
  const references = [...sharedReferences(before, after)];
  const shared = new Set(references.filter((ref) => !place.strict || !isTouched(place.comparison, ref)));
  const [was, is] = [
    laidTogether(place.comparison.before, before, shared),
    laidTogether(place.comparison.after, after, shared),
  ];
  return was && is ? [was, is] : [before, after];
}

/** Of schemas of which at least one is missing, leads nowhere or is none: no schema allows anything. */
function absenceFacts(before: Maybe, after: Maybe): Facts {
  if (sameJson(before, after) || (isAnything(before) && isAnything(after))) return [];
  if (before === undefined) return [{ detail: 'schema: none -> one', breaks: INPUT }];
  if (after === undefined) return [{ detail: 'schema: one -> none', breaks: OUTPUT }];
  return [{ detail: 'schema', breaks: BOTH }];
}

function childChanges(place: Place, child: SchemaChild): Rows {
  const { before, after, facts, suffix } = child;
  const inner = placeIn(place, suffix);
  if (before === undefined) return [rowOf('added', inner, breaksAny(facts, place), toldFacts(facts))];
  if (after === undefined) return [rowOf('removed', inner, breaksAny(facts, place), toldFacts(facts))];
  if (place.strict || child.roles === undefined) return schemaChanges(inner, before, after, facts);
  // A property affects no one in a direction that it does not go, except that it went there before.
  const roles = place.roles.filter((role) => child.roles?.includes(role));
  const told = facts.map(({ detail, breaks }) => {
    const lasting = breaks.some((role) => place.roles.includes(role));
    return { detail, breaks: lasting ? SURELY : NEITHER };
  });
  return schemaChanges({ ...inner, roles }, before, after, told);
}
