import type { Maybe, ObjectValue } from '../../json/value.ts';
import type { Comparison, Move, Moves, Place, Rows, Facts } from './comparison.ts';
import { breaksAny, changedRows, placeIn, rowOf, toldFacts } from './comparison.ts';
import { BOTH, INPUT, NEITHER, OUTPUT, SURELY } from './roles.ts';
import { shortened } from './told.ts';
import type { Resolved } from '../../openapi/references.ts';
import { besideRef, componentName, namesBelow, refOf, resolved } from '../../openapi/references.ts';
import type { SchemaChild } from './schema-children.ts';
import { closedFacts, requiredFacts, schemaChildren, schemaObject } from './schema-children.ts';
import { schemaFacts, isAnything } from './schema-facts.ts';
import { inFormOf, laidTogether, sharedReferences } from './schema-forms.ts';
import type { Breaks, Variants } from './schema-variants.ts';
import { discriminatorFacts, overlapFacts, variantFacts, variantsOf } from './schema-variants.ts';
import { sameJson } from '../../json/canonical.ts';
import { member } from '../../json/value.ts';

/**
 * What differs between two schemas, as rows named after the place: one for each schema in them that changed, with all
 * that changed about it. A schema that both refer to by the same name is left to its own place among the components.
 * @param facts what else changed where the schema stands, for the same row
 */
export function schemaChanges(place: Place, before: Maybe, after: Maybe, facts: Facts = []): Rows {
  if (isSettled(place.comparison, before, after)) return changedRows(place, facts);
  const ref = refOf(before);
  if (ref !== undefined && ref === refOf(after) && !(place.strict && isTouched(place.comparison, ref))) {
    return contentChanges(place, besideRef(before), besideRef(after), facts);
  }
  const [was, is] = [resolved(place.comparison.before, before), resolved(place.comparison.after, after)];
  const moved = movedFacts(place, was, is);
  return was.ref !== undefined && is.ref !== undefined
    ? changedRows(place, [...facts, ...moved])
    : contentChanges(place, inFormOf(before, was.value, is.value), inFormOf(after, is.value, was.value), [
        ...facts,
        ...moved,
      ]);
}

/** Whether two schemas are the same, with all that they refer to. */
function isSettled(comparison: Comparison, before: Maybe, after: Maybe): boolean {
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

/** A reference that came, went or leads elsewhere now; from one to another it breaks what the change of schema breaks. */
function movedFacts(place: Place, was: Resolved, is: Resolved): Facts {
  if (was.ref === is.ref && !(place.strict && was.ref !== undefined)) return [];
  const detail = `schema: ${toldRef(was)} -> ${toldRef(is)}`;
  if (was.ref === undefined || is.ref === undefined) return [{ detail, breaks: NEITHER }];
  const breaks = place.roles.filter((role) => moveBreaks({ ...place, roles: [role] }, was, is));
  return [{ detail, breaks }];
}

function toldRef({ ref }: Resolved): string {
  return ref === undefined ? 'inline' : shortened(ref.replace(/^schemas\//, ''));
}

/**
 * Whether a move breaks callers, itself or by one that is met within it. Those are queued, not called for: schemas that
 * refer to one another in a row would fill the stack.
 */
function moveBreaks(place: Place, before: Resolved, after: Resolved): boolean {
  const { moves } = place.comparison;
  const move = { place, before, after, within: moves.lookingInto };
  moves.met.push(move);
  if (moves.lookingInto) return false;
  const seen = new Set<string>();
  for (const one of moves.met) {
    if (seen.has(moveKey(one))) continue;
    seen.add(moveKey(one));
    moves.lookingInto = one;
    if (breaksByItself(place.comparison, one)) markBreaking(moves, one);
    if (moves.known.get(moveKey(move)) === true) break;
  }
  moves.met.length = 0;
  moves.lookingInto = undefined;
  const breaks = moves.known.get(moveKey(move)) ?? false;
  // Harmless as a whole is harmless in each part.
  if (!breaks) for (const key of seen) moves.known.set(key, false);
  return breaks;
}

function breaksByItself(comparison: Comparison, move: Move): boolean {
  const known = comparison.moves.known.get(moveKey(move));
  if (known !== undefined) return known;
  const [was, is] = [move.before.value, move.after.value];
  const rows = contentChanges(move.place, inFormOf(was, was, is), inFormOf(is, is, was), []);
  return rows.some((row) => row.breaking);
}

/** What contains a breaking move breaks too. */
function markBreaking({ known }: Moves, move: Move): void {
  for (let one: Move | undefined = move; one; one = one.within) known.set(moveKey(one), true);
}

function moveKey({ place, before, after }: Move): string {
  return JSON.stringify([before.ref, after.ref, before.beside, after.beside, place.roles, place.strict]);
}

function contentChanges(place: Place, before: Maybe, after: Maybe, facts: Facts): Rows {
  if (place.strict && isTooMuch(place.comparison, before, after)) return changedRows(place, UNPROVED);
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
      ...overlapFacts(place.comparison, one, [was, is], place, strictly),
    ]),
  ];
  return [
    ...changedRows(place, [...facts, ...own]),
    ...schemaChildren(place.comparison, was, is).flatMap((child) => childChanges(place, child)),
    ...variants.flatMap((one) => pairedChanges(place, one, strictly)),
  ];
}

/** What nobody can show to be harmless. */
const UNPROVED: Facts = [{ detail: '', breaks: SURELY }];
const MOST_LEVELS = 60;

function isTooMuch({ strictly }: Comparison, before: Maybe, after: Maybe): boolean {
  strictly.left -= 1;
  return strictly.left < 0 || strictly.levels > MOST_LEVELS || before === undefined || after === undefined;
}

/** What differs between the schemas under one keyword; a value that left one alternative may have met another one all along. */
function pairedChanges(place: Place, { is, pairs, before, after }: Variants, strictly: Breaks): Rows {
  return pairs.flatMap((pair) => {
    const named = placeIn(place, is === 'allOf' ? '' : ` as ${pair.after.name}`);
    const [was, now] = [pair.before.value, pair.after.value];
    const rows = schemaChanges(named, was, now);
    if (is === 'allOf' || !rows.some((row) => row.breaking)) return rows;
    const isMet = {
      input: () => after.some((one) => one !== pair.after && !strictly('input', was, one.value)),
      output: () => before.some((one) => one !== pair.before && !strictly('output', one.value, now)),
    };
    const roles = place.roles.filter((role) => !isMet[role]());
    return roles.length === place.roles.length ? rows : schemaChanges({ ...named, roles }, was, now);
  });
}

/** Looks at other schemas in place of those that stand there. */
function breaksIn(place: Place, strict: boolean): Breaks {
  const { strictly } = place.comparison;
  return (role, before, after) => {
    strictly.levels += 1;
    const rows = schemaChanges({ ...place, roles: [role], strict }, before, after);
    strictly.levels -= 1;
    return rows.some((row) => row.breaking);
  };
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
  // A property concerns nobody in the direction in which it does not go, but that it went there before.
  const roles = place.roles.filter((role) => child.roles?.includes(role));
  const told = facts.map(({ detail, breaks }) => {
    const lasting = breaks.some((role) => place.roles.includes(role));
    return { detail, breaks: lasting ? SURELY : NEITHER };
  });
  return schemaChanges({ ...inner, roles }, before, after, told);
}
