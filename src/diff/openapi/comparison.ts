import { canonicalJson } from '../../json/canonical.ts';
import { changedKeys, keySet, member, type Maybe, type ObjectValue, type Value } from '../../json/value.ts';
import type { OpenapiChange } from '../../model/openapi-check.ts';
import type { Source } from '../../openapi/references.ts';

/* Types and texts for the comparison of two OpenAPI documents: roles, places, facts and rows. */

/** The direction of a value: callers send `input`, and receive `output`. */
export type Role = 'input' | 'output';
export type Roles = readonly Role[];

export const BOTH: Roles = ['input', 'output'];
export const INPUT: Roles = ['input'];
export const OUTPUT: Roles = ['output'];
export const NEITHER: Roles = [];
/** A change that breaks callers in any role of its place, even in none. */
export const ANY_ROLE: Roles = ['input', 'output'];

/** The roles that break if a set of values became narrower or wider. */
export function brokenBy(narrower: boolean, wider: boolean): Roles {
  return [...(narrower ? INPUT : NEITHER), ...(wider ? OUTPUT : NEITHER)];
}

/** The comparison of two documents, with its state. */
export interface Comparison {
  readonly before: Source;
  readonly after: Source;
  /** The roles that a component has on either side, by its name, e.g. `schemas/Invoice`. */
  readonly rolesOf: (name: string) => Roles;
  /** The components that changed, or that refer to a changed one. */
  readonly touched: () => ReadonlySet<string>;
  readonly questions: Questions;
  /** Whether two schemas of one document share no value, for the pairs that were checked. */
  readonly disjoint: Map<string, boolean>;
  /** Equal values have equal numbers; the order of their keys does not matter. */
  readonly numberOf: (value: Maybe) => number;
  /** Number of remaining comparisons between other schemas; below 0, adc no longer proves that changes are harmless. */
  budget: number;
  /** The references of the later document, as `schemas/Invoice`; only needed if a component was removed. */
  readonly referred: () => ReadonlySet<string>;
  /** The old names of renamed security schemes, by the new name. */
  readonly renamedSchemes: ReadonlyMap<string, string>;
}

/** The question whether a change from one schema to another breaks a role. */
export interface Question {
  readonly place: Place;
  readonly before: Maybe;
  readonly after: Maybe;
  /** The current answer, which only changes from false to true. */
  breaks: boolean;
  /** The questions whose answers depend on this one. */
  readonly askedBy: Set<Question>;
}

/** The questions of a comparison, each with one shared answer. */
interface Questions {
  readonly known: Map<string, Question>;
  /** Unanswered questions, and questions to answer again because a question that they depend on changed its answer. */
  readonly waiting: Set<Question>;
  current: Question | undefined;
}

/** The differences, as rows of a report. */
export type Rows = readonly OpenapiChange[];
export type Facts = readonly Fact[];

/** The kind and name of a row, and the roles that a change there affects. */
export interface Spot {
  readonly kind: OpenapiChange['kind'];
  readonly name: string;
  readonly roles: Roles;
  /**
   * Whether to compare the exact sets of values, without exceptions for changes that callers are expected to handle.
   */
  readonly strict?: boolean;
  /** Number of references that were followed on only one side so far. */
  readonly followed?: number;
}

/** A spot within a comparison. */
export interface Place extends Spot {
  readonly comparison: Comparison;
}

/** One difference at a place, and for which roles it breaks callers. */
export interface Fact {
  readonly detail: string;
  readonly breaks: Roles;
  /** The same for a strict comparison (default: `breaks`). */
  readonly strictly?: Roles;
}

/** A spot with a shortened name. */
export function spotOf(kind: Spot['kind'], name: string, roles: Roles): Spot {
  return { kind, name: shortened(name), roles };
}

/** A place within another. */
export function placeIn(place: Place, suffix: string): Place {
  return suffix === '' ? place : { ...place, name: shortened(`${place.name}${suffix}`) };
}

/** A row for a part that is on both sides; no row if there are no facts. */
export function changedRows(place: Spot, facts: Facts): Rows {
  if (facts.length === 0) return [];
  return [rowOf('changed', place, breaksAny(facts, place), factsText(facts))];
}

export function rowOf(
  change: OpenapiChange['change'],
  place: Spot,
  breaking: boolean,
  detail = '',
): OpenapiChange {
  return { change, kind: place.kind, name: place.name, breaking, detail: shortened(detail) };
}

export function factsText(facts: Facts): string {
  const details = facts.map(({ detail }) => detail);
  return details.filter((detail) => detail !== '').join('; ');
}

export function breaksAny(facts: Facts, { roles, strict }: Spot): boolean {
  return facts.some((fact) => {
    const breaks = strict ? (fact.strictly ?? fact.breaks) : fact.breaks;
    return breaks === ANY_ROLE || breaks.some((role) => roles.includes(role));
  });
}

/** Keys without effect on callers, at any place. */
const DESCRIPTIVE_KEYS = keySet(
  'title summary description termsOfService contact license externalDocs tags deprecated',
  'operationId example examples default bearerFormat links',
);

const NONE: ReadonlySet<string> = new Set();

/**
 * One fact for each different key that no other rule compares. Extensions (`x-…`) and text for readers break no
 * caller; other unknown keys may break any caller, unless they are new.
 */
export function otherFacts(before: ObjectValue, after: ObjectValue, compared = NONE): Facts {
  const keys = changedKeys(before, after).filter((key) => !compared.has(key));
  return keys.map((key) => {
    const isHarmless = DESCRIPTIVE_KEYS.has(key) || key.startsWith('x-') || member(before, key) === undefined;
    const detail = changeText(key, member(before, key), member(after, key));
    return { detail, breaks: isHarmless ? NEITHER : BOTH };
  });
}

const MAX_CAPPED = 100;

/** The first 100 items of a list that every operation inherits, since the list is compared for each operation. */
export function capped(list: readonly Value[]): readonly Value[] {
  return list.slice(0, MAX_CAPPED);
}

const LONGEST = 120;

/** A text of at most 120 characters, with an ellipsis at the end if it was cut. */
export function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const LONGEST_VALUE = 40;

/** The change of a key: `minLength: 1 -> 2`; only the key if a value is long, or is not a scalar. */
export function changeText(key: string, before: Maybe, after: Maybe): string {
  const values = valuesText(before, after);
  return values === '' ? shortened(key) : `${shortened(key)}: ${values}`;
}

/** Two values: `1.0.0 -> 1.1.0`, `none` for a missing one; '' if one is long, or is not a scalar. */
export function valuesText(before: Maybe, after: Maybe): string {
  // `true` and `"true"` differ.
  const quoted = before !== undefined && after !== undefined && typeof before !== typeof after;
  const texts = [before, after].map((value) => (value === undefined ? 'none' : scalarText(value, quoted)));
  return texts.includes(undefined) ? '' : texts.join(' -> ');
}

/** Removed and added members: `enum: removed EUR, added USD`. */
export function membersText(key: string, removed: readonly string[], added: readonly string[]): string {
  const parts = [listText('removed', removed), listText('added', added)].filter((part) => part !== '');
  return `${key}: ${parts.join(', ')}`;
}

const MAX_MEMBERS = 4;

function listText(verb: string, members: readonly string[]): string {
  if (members.length === 0) return '';
  const shown = members.slice(0, MAX_MEMBERS).join(', ');
  const more = members.length - MAX_MEMBERS;
  return `${verb} ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}

function scalarText(value: Value, quoted: boolean): string | undefined {
  if (typeof value === 'object' && value !== null) return undefined;
  const text = quoted && typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_VALUE || /[\r\n]/.test(text) ? undefined : text;
}

/** A value as an item of a list: text unchanged, any other value as JSON. */
export function memberText(value: Value): string {
  return typeof value === 'string' ? shortened(value) : shortened(canonicalJson(value));
}
