import type { Maybe, ObjectValue, Value } from '../../json/value.ts';
import type { Roles } from './roles.ts';
import { BOTH, NEITHER, SURELY } from './roles.ts';
import { shortened, toldChange } from './told.ts';
import { changedKeys, keySet, member } from '../../json/value.ts';
import type { OpenapiChange } from '../../model/openapi-check.ts';
import type { Source } from '../../openapi/references.ts';

/** Two documents that are being compared, and what is known of them so far. */
export interface Comparison {
  readonly before: Source;
  readonly after: Source;
  /** The roles that a component has on either side, by its name, e.g. `schemas/Invoice`. */
  readonly rolesOf: (name: string) => Roles;
  /** The components that changed, or refer to one that did. */
  readonly touched: () => ReadonlySet<string>;
  readonly questions: Questions;
  /** Whether two schemas of one document share no value, as far as that was asked. */
  readonly disjoint: Map<string, boolean>;
  /** Equal values have equal numbers, whatever the order of their keys. */
  readonly numberOf: (value: Maybe) => number;
  /** How many more comparisons there may be for the sake of other schemas; below 0, nothing more is shown. */
  budget: number;
  /** What the later document refers to, as `schemas/Invoice`; asked for only where a component is gone. */
  readonly referred: () => ReadonlySet<string>;
  /** The old names of security schemes that are there under a new name alone, by the new one. */
  readonly renamedSchemes: ReadonlyMap<string, string>;
}

/** Whether going from one schema to another breaks a role. */
export interface Question {
  readonly place: Place;
  readonly before: Maybe;
  readonly after: Maybe;
  /** The answer so far: it only ever turns from false to true. */
  breaks: boolean;
  /** The questions whose answers depend on this one. */
  readonly askedBy: Set<Question>;
}

/** The questions of a comparison, each answered once, however many depend on it. */
export interface Questions {
  readonly known: Map<string, Question>;
  /** Not answered, or to be answered again because of what they asked. */
  readonly waiting: Set<Question>;
  asking: Question | undefined;
}

/** The differences, as rows of a report. */
export type Rows = readonly OpenapiChange[];
export type Facts = readonly Fact[];

/** What a row says of where something stands, and whom a change there concerns. */
export interface Spot {
  readonly kind: OpenapiChange['kind'];
  readonly name: string;
  readonly roles: Roles;
  /** Whether the sets of values count, and nothing that callers are expected to cope with. */
  readonly strict?: boolean;
  /** How many references were followed on one side only on the way here. */
  readonly followed?: number;
}

/** A spot where something is compared. */
export interface Place extends Spot {
  readonly comparison: Comparison;
}

/** One difference at a place, and for which roles it breaks callers. */
export interface Fact {
  readonly detail: string;
  readonly breaks: Roles;
  /** The same where the sets of values count; as `breaks` if it is not given. */
  readonly strictly?: Roles;
}

/** A spot with a short name, however long the names are that it is made of. */
export function spotOf(kind: Spot['kind'], name: string, roles: Roles): Spot {
  return { kind, name: shortened(name), roles };
}

/** A place within another. */
export function placeIn(place: Place, suffix: string): Place {
  return suffix === '' ? place : { ...place, name: shortened(`${place.name}${suffix}`) };
}

/** A row about something that is there on both sides; none where there is nothing to say. */
export function changedRows(place: Spot, facts: Facts): Rows {
  if (facts.length === 0) return [];
  return [rowOf('changed', place, breaksAny(facts, place), toldFacts(facts))];
}

export function rowOf(
  change: OpenapiChange['change'],
  place: Spot,
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

export function toldFacts(facts: Facts): string {
  const details = facts.map(({ detail }) => detail);
  return details.filter((detail) => detail !== '').join('; ');
}

export function breaksAny(facts: Facts, { roles, strict }: Spot): boolean {
  return facts.some((fact) => {
    const breaks = strict ? (fact.strictly ?? fact.breaks) : fact.breaks;
    return breaks === SURELY || breaks.some((role) => roles.includes(role));
  });
}

/** Keys that describe and do not bind, wherever they stand. */
const WORDS = keySet(
  'title summary description termsOfService contact license externalDocs tags deprecated',
  'operationId example examples default bearerFormat links',
);

const NONE: ReadonlySet<string> = new Set();

/**
 * One fact for each key that differs and that no other rule compares. Extensions (`x-…`) and text for readers break no
 * caller; other unknown keys may break any caller, unless they are new.
 */
export function otherFacts(before: ObjectValue, after: ObjectValue, seen = NONE): Facts {
  const keys = changedKeys(before, after).filter((key) => !seen.has(key));
  return keys.map((key) => {
    const harmless = WORDS.has(key) || key.startsWith('x-') || member(before, key) === undefined;
    const detail = toldChange(key, member(before, key), member(after, key));
    return { detail, breaks: harmless ? NEITHER : BOTH };
  });
}

const MOST_INHERITED = 100;

/** A list that the document keeps and every operation inherits, cut: it is compared again for each operation. */
export function inherited(list: readonly Value[]): readonly Value[] {
  return list.slice(0, MOST_INHERITED);
}
