import type { OpenapiChange } from '../../model/openapi-change.ts';
import type { Exposure } from './exposure.ts';
import { exposureOf } from './exposure.ts';
import type { Resolved, Source } from './references.ts';
import { componentsReferredTo, sourceOf } from './references.ts';
import type { Role } from './role.ts';
import { renamedSchemes } from './renamed-schemes.ts';
import { shortened } from './shortened.ts';
import type { Value } from './value.ts';

/** Two documents that are being compared, and what is known of them so far. */
export interface Comparison {
  readonly before: Source;
  readonly after: Source;
  readonly exposure: { readonly before: Exposure; readonly after: Exposure };
  readonly moves: Moves;
  /** What the later document refers to, as `schemas/Invoice`; asked for only where a component is gone. */
  readonly referred: () => ReadonlySet<string>;
  /** The old names of security schemes that are there under a new name alone, by the new one. */
  readonly renamedSchemes: ReadonlyMap<string, string>;
}

/** Going from one referenced schema to another, and whether that breaks callers. */
export interface Moves {
  /** By both names and role. */
  readonly known: Map<string, boolean>;
  /** Moves that were met within the one that is being looked into; they are looked into after it. */
  readonly met: Move[];
  lookingInto: Move | undefined;
}

export interface Move {
  readonly place: Place;
  readonly before: Resolved;
  readonly after: Resolved;
  /** The move within which this one was met. */
  readonly within: Move | undefined;
}

/** Where something stands: what a row about it says, and whom a change there concerns. */
export interface Place {
  readonly kind: OpenapiChange['kind'];
  readonly name: string;
  readonly roles: readonly Role[];
}

/** One difference at a place, and for which roles it breaks callers. */
export interface Fact {
  readonly detail: string;
  readonly breaks: readonly Role[];
}

export function startComparison(before: Value, after: Value): Comparison {
  const [was, is] = [sourceOf(before), sourceOf(after)];
  return {
    before: was,
    after: is,
    exposure: { before: exposureOf(was), after: exposureOf(is) },
    renamedSchemes: renamedSchemes(before, after),
    referred: once(() => componentsReferredTo(after)),
    moves: { known: new Map(), met: [], lookingInto: undefined },
  };
}

/** A place with a short name, however long the names are that it is made of. */
export function placeOf(kind: Place['kind'], name: string, roles: readonly Role[]): Place {
  return { kind, name: shortened(name), roles };
}

/** A place within another. */
export function placeIn(place: Place, suffix: string): Place {
  return placeOf(place.kind, `${place.name}${suffix}`, place.roles);
}

/** A row about something that is there on both sides; none where there is nothing to say. */
export function changedRows(place: Place, facts: readonly Fact[]): readonly OpenapiChange[] {
  if (facts.length === 0) return [];
  return [
    rowOf('changed', place, breaksAny(facts, place.roles), facts.map(({ detail }) => detail).join('; ')),
  ];
}

export function rowOf(
  change: OpenapiChange['change'],
  place: Place,
  breaking: boolean,
  detail = '',
): OpenapiChange {
  return {
    change,
    kind: place.kind,
    name: place.name,
    breaking,
    detail: shortened(detail),
  };
}

export function breaksAny(facts: readonly Fact[], roles: readonly Role[]): boolean {
  return facts.some((fact) => fact.breaks.some((role) => roles.includes(role)));
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
