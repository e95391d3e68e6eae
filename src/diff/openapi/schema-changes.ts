import type { OpenapiChange } from '../../model/openapi-change.ts';
import type { Comparison, Fact, Move, Moves, Place } from './comparison.ts';
import { breaksAny, changedRows, placeIn, rowOf } from './comparison.ts';
import type { Resolved } from './references.ts';
import { besideRef, refOf, resolved } from './references.ts';
import { BOTH, INPUT, NEITHER, OUTPUT } from './role.ts';
import type { SchemaChild } from './schema-children.ts';
import {
  closedFacts,
  requiredFacts,
  schemaChildren,
  schemaObject,
  variantChildren,
} from './schema-children.ts';
import { schemaFacts } from './schema-facts.ts';
import { inFormOf, laidTogether, sharedReferences } from './schema-forms.ts';
import { variantFacts, variantsOf } from './schema-variants.ts';
import { shortened } from './shortened.ts';
import type { ObjectValue, Value } from './value.ts';
import { member, sameValue } from './value.ts';

/**
 * What differs between two schemas, as rows named after the place: one for each schema in them that changed, with all
 * that changed about it. A schema that both refer to by the same name is left to its own place among the components.
 * @param facts what else changed where the schema stands, for the same row
 */
export function schemaChanges(
  comparison: Comparison,
  place: Place,
  before: Value | undefined,
  after: Value | undefined,
  facts: readonly Fact[] = [],
): readonly OpenapiChange[] {
  if (before === undefined && after === undefined) return changedRows(place, facts);
  const ref = refOf(before);
  if (ref !== undefined && ref === refOf(after)) {
    return contentChanges(comparison, place, besideRef(before), besideRef(after), facts);
  }
  const [was, is] = [resolved(comparison.before, before), resolved(comparison.after, after)];
  const moved = movedFacts(comparison, place, was, is);
  return was.ref !== undefined && is.ref !== undefined
    ? changedRows(place, [...facts, ...moved])
    : contentChanges(
        comparison,
        place,
        inFormOf(before, was.value, is.value),
        inFormOf(after, is.value, was.value),
        [...facts, ...moved],
      );
}

/** A reference that came, went or leads elsewhere now; from one to another it breaks what the change of schema breaks. */
function movedFacts(comparison: Comparison, place: Place, was: Resolved, is: Resolved): readonly Fact[] {
  if (was.ref === is.ref) return [];
  const detail = `schema: ${toldRef(was)} -> ${toldRef(is)}`;
  if (was.ref === undefined || is.ref === undefined) return [{ detail, breaks: NEITHER }];
  const breaks = place.roles.filter((role) => moveBreaks(comparison, { ...place, roles: [role] }, was, is));
  return [{ detail, breaks }];
}

function toldRef({ ref }: Resolved): string {
  return ref === undefined ? 'inline' : shortened(ref.replace(/^schemas\//, ''));
}

/**
 * Whether a move breaks callers, itself or by one that is met within it. Those are queued, not called for: schemas that
 * refer to one another in a row would fill the stack.
 */
function moveBreaks(comparison: Comparison, place: Place, before: Resolved, after: Resolved): boolean {
  const { moves } = comparison;
  const move = { place, before, after, within: moves.lookingInto };
  moves.met.push(move);
  if (moves.lookingInto) return false;
  const seen = new Set<string>();
  for (const one of moves.met) {
    if (seen.has(moveKey(one))) continue;
    seen.add(moveKey(one));
    moves.lookingInto = one;
    if (breaksByItself(comparison, one)) markBreaking(moves, one);
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
  const rows = contentChanges(comparison, move.place, move.before.value, move.after.value, []);
  return rows.some((row) => row.breaking);
}

/** What contains a breaking move breaks too. */
function markBreaking({ known }: Moves, move: Move): void {
  for (let one: Move | undefined = move; one; one = one.within) known.set(moveKey(one), true);
}

function moveKey({ place, before, after }: Move): string {
  return JSON.stringify([before.ref, after.ref, place.roles]);
}

function contentChanges(
  comparison: Comparison,
  place: Place,
  before: Value | undefined,
  after: Value | undefined,
  facts: readonly Fact[],
): readonly OpenapiChange[] {
  const objects = [schemaObject(before), schemaObject(after)] as const;
  if (!objects[0] || !objects[1]) return changedRows(place, [...facts, ...absenceFacts(before, after)]);
  const [was, is] = comparable(comparison, objects[0], objects[1]);
  const variants = variantsOf(comparison, was, is);
  const own = [
    ...schemaFacts(was, is),
    ...requiredFacts(was, is),
    ...closedFacts(was, is),
    ...variantFacts(variants),
  ];
  const inside = [...schemaChildren(was, is), ...variantChildren(variants)].flatMap((child) =>
    childChanges(comparison, place, child),
  );
  return [...changedRows(place, [...facts, ...own]), ...inside];
}

/** Schemas whose `allOf` differs, as wholes where that can be: it says the same in many ways. */
function comparable(
  comparison: Comparison,
  before: ObjectValue,
  after: ObjectValue,
): readonly [ObjectValue, ObjectValue] {
  if (sameValue(member(before, 'allOf'), member(after, 'allOf'))) return [before, after];
  const shared = sharedReferences(before, after);
  const [was, is] = [
    laidTogether(comparison.before, before, shared),
    laidTogether(comparison.after, after, shared),
  ];
  return was && is ? [was, is] : [before, after];
}

/** Of schemas of which at least one is missing, leads nowhere or is none: no schema allows anything. */
function absenceFacts(before: Value | undefined, after: Value | undefined): readonly Fact[] {
  if (sameValue(before, after)) return [];
  if (before === undefined) return [{ detail: 'schema: none -> one', breaks: INPUT }];
  if (after === undefined) return [{ detail: 'schema: one -> none', breaks: OUTPUT }];
  return [{ detail: 'schema', breaks: BOTH }];
}

function childChanges(comparison: Comparison, place: Place, child: SchemaChild): readonly OpenapiChange[] {
  const { before, after, facts, suffix } = child;
  const inner = placeIn(place, suffix);
  const detail = facts.map((fact) => fact.detail).join('; ');
  if (before === undefined) return [rowOf('added', inner, breaksAny(facts, place.roles), detail)];
  if (after === undefined) return [rowOf('removed', inner, breaksAny(facts, place.roles), detail)];
  return schemaChanges(comparison, inner, before, after, facts);
}
