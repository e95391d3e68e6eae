import { sameJson, canonicalJson } from '../../json/canonical.ts';
import type { ObjectValue, Value } from '../../json/value.ts';
import { changedKeys, keySet, member } from '../../json/value.ts';
import type { OpenapiChange } from '../../model/openapi-change.ts';
import type { Operation } from '../../openapi/operations.ts';
import { callbacksOf, operationsOf } from '../../openapi/operations.ts';
import type { Resolved, Source } from '../../openapi/references.ts';
import { componentsIn, componentsOf, namesBelow } from '../../openapi/references.ts';

/** Two documents that are being compared, and what is known of them so far. */
export interface Comparison {
  readonly before: Source;
  readonly after: Source;
  /** The roles that a component has on either side, by its name, e.g. `schemas/Invoice`. */
  readonly rolesOf: (name: string) => Roles;
  /** The components that changed, or refer to one that did. */
  readonly touched: () => ReadonlySet<string>;
  readonly moves: Moves;
  /** How many schemas may still be looked at for the sake of others, and within how many that happens. */
  readonly strictly: { left: number; levels: number };
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

/** What differs, told. */
export type Rows = readonly OpenapiChange[];
export type Facts = readonly Fact[];
/** A part of a document that may not be there. */
export type Maybe = Value | undefined;

/** Where something stands: what a row about it says, and whom a change there concerns. */
export interface Place {
  readonly kind: OpenapiChange['kind'];
  readonly name: string;
  readonly roles: Roles;
  /** Whether the sets of values count, and nothing that callers are expected to cope with. */
  readonly strict?: boolean;
}

/** One difference at a place, and for which roles it breaks callers. */
export interface Fact {
  readonly detail: string;
  readonly breaks: Roles;
  /** The same where the sets of values count; as `breaks` if it is not given. */
  readonly strictly?: Roles;
}

/** A place with a short name, however long the names are that it is made of. */
export function placeOf(kind: Place['kind'], name: string, roles: Roles): Place {
  return { kind, name: shortened(name), roles };
}

/** A place within another. */
export function placeIn(place: Place, suffix: string): Place {
  return suffix === '' ? place : { ...place, name: shortened(`${place.name}${suffix}`) };
}

/** A row about something that is there on both sides; none where there is nothing to say. */
export function changedRows(place: Place, facts: Facts): Rows {
  if (facts.length === 0) return [];
  return [rowOf('changed', place, breaksAny(facts, place), toldFacts(facts))];
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

export function toldFacts(facts: Facts): string {
  const details = facts.map(({ detail }) => detail);
  return details.filter((detail) => detail !== '').join('; ');
}

export function breaksAny(facts: Facts, { roles, strict }: Place): boolean {
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

/**
 * One fact for each key that differs and that nobody else looks at. Extensions (`x-…`) and words for readers break
 * nobody; what else is unknown may break anybody, unless it is new.
 */
export function otherFacts(before: ObjectValue, after: ObjectValue, seen: ReadonlySet<string>): Facts {
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

/** Who writes a value: `input` is what callers send, `output` what they get. */
export type Role = 'input' | 'output';
export type Roles = readonly Role[];

export const BOTH: Roles = ['input', 'output'];
export const INPUT: Roles = ['input'];
export const OUTPUT: Roles = ['output'];
export const NEITHER: Roles = [];
/** What breaks callers whichever roles are left at its place. */
export const SURELY: Roles = ['input', 'output'];

/** The roles of the components of a document, through any number of references; none for one that no operation reaches. */
export function rolesIn(source: Source): (name: string) => Roles {
  const operations = operationsOf(source).flatMap((one) => [one, ...callbacksOf(source, one, '')]);
  const sent = operations.flatMap((one) => (one.webhook ? answers(one) : requests(one)));
  const got = operations.flatMap((one) => (one.webhook ? requests(one) : answers(one)));
  const reached = { input: reachable(source, sent), output: reachable(source, got) };
  return (name) => BOTH.filter((role) => reached[role].has(name));
}

function requests({ item, body }: Operation): readonly Maybe[] {
  return [member(item, 'parameters'), member(body, 'parameters'), member(body, 'requestBody')];
}

function answers({ body }: Operation): readonly Maybe[] {
  return [member(body, 'responses')];
}

function reachable(source: Source, starts: readonly Maybe[]): ReadonlySet<string> {
  const reached = new Set(namesBelow(source, starts));
  // A set gives what is added to it while it is walked through.
  for (const name of reached) for (const next of componentsIn(source, name)) reached.add(next);
  return reached;
}

/** The components that changed, or refer to one that did, through any number of references. */
export function touchedComponents(before: Source, after: Source): ReadonlySet<string> {
  const [was, is] = [componentsOf(before), componentsOf(after)];
  const names = new Set([...was.keys(), ...is.keys()]);
  const touched = new Set([...names].filter((name) => !sameJson(was.get(name), is.get(name))));
  if (touched.size === 0) return touched;
  const users = new Map<string, string[]>();
  for (const name of names) {
    for (const used of new Set([...componentsIn(before, name), ...componentsIn(after, name)])) {
      const known = users.get(used);
      if (known) known.push(name);
      else users.set(used, [name]);
    }
  }
  for (const name of touched) for (const user of users.get(name) ?? []) touched.add(user);
  return touched;
}

const LONGEST = 120;

/** Text of at most 120 characters, the last one an ellipsis where something is missing. */
export function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const LONGEST_VALUE = 40;

/** What changed under a key: `minLength: 1 -> 2`; the key alone where a value is long, or is no single value. */
export function toldChange(key: string, before: Maybe, after: Maybe): string {
  const values = toldValues(before, after);
  return values === '' ? shortened(key) : `${shortened(key)}: ${values}`;
}

/** Two values: `1.0.0 -> 1.1.0`, `none` for one that is missing; '' where one is long, or is no single value. */
export function toldValues(before: Maybe, after: Maybe): string {
  // `true` and `"true"` differ.
  const quoted = before !== undefined && after !== undefined && typeof before !== typeof after;
  const told = [before, after].map((value) => (value === undefined ? 'none' : toldScalar(value, quoted)));
  return told.includes(undefined) ? '' : told.join(' -> ');
}

/** Members that came and went: `enum: removed EUR, added USD`. */
export function toldMembers(key: string, removed: readonly string[], added: readonly string[]): string {
  const parts = [toldList('removed', removed), toldList('added', added)].filter((part) => part !== '');
  return `${key}: ${parts.join(', ')}`;
}

const MOST_MEMBERS = 4;

function toldList(verb: string, members: readonly string[]): string {
  if (members.length === 0) return '';
  const shown = members.slice(0, MOST_MEMBERS).join(', ');
  const more = members.length - MOST_MEMBERS;
  return `${verb} ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}

function toldScalar(value: Value, quoted: boolean): string | undefined {
  if (typeof value === 'object' && value !== null) return undefined;
  const text = quoted && typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_VALUE || /[\r\n]/.test(text) ? undefined : text;
}

/** A value as a word of a list: text as it stands, anything else as JSON. */
export function toldMember(value: Value): string {
  return typeof value === 'string' ? shortened(value) : shortened(canonicalJson(value));
}
