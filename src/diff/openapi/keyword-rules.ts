import type { Role } from './role.ts';
import { BOTH, INPUT, NEITHER, OUTPUT } from './role.ts';
import type { Value } from './value.ts';
import { isAnything, member, objectAt, sameValue } from './value.ts';

/** For which roles the change of one keyword breaks callers. Narrower breaks what is sent, wider what is got. */
export type Rule = (before: Value | undefined, after: Value | undefined) => readonly Role[];

const harmless: Rule = () => NEITHER;
const unknown: Rule = () => BOTH;
const strict: Rule = (before, after) => (before === undefined ? INPUT : after === undefined ? OUTPUT : BOTH);
/** A schema that whatever is left over must meet. */
const closing: Rule = (before, after) => {
  const [was, is] = [before, after].map((value) => (isAnything(value) ? undefined : value));
  return was === undefined && is === undefined ? NEITHER : strict(was, is);
};
/** At least that many; without the keyword at least `none`. */
const atLeast =
  (none: number): Rule =>
  (before, after) =>
    risen(limitOf(before, none), limitOf(after, none));
const atMost: Rule = (before, after) => risen(limitOf(after, Infinity), limitOf(before, Infinity));
const unique: Rule = (before, after) => risen(before === true ? 1 : 0, after === true ? 1 : 0);
/** Who leaves a parameter out gets something else now. */
const defaulting: Rule = (before) => (before === undefined ? NEITHER : INPUT);
const unlessNew: Rule = (before) => (before === undefined ? NEITHER : BOTH);

const multiple: Rule = (before, after) => {
  if (before === undefined || after === undefined) return strict(before, after);
  const [was, is] = [Number(before), Number(after)];
  return is % was === 0 ? INPUT : was % is === 0 ? OUTPUT : BOTH;
};

/** Formats whose values all fit another one. */
const FITS: ReadonlyMap<Value | undefined, Value> = new Map([
  ['int32', 'int64'],
  ['float', 'double'],
]);
const format: Rule = (before, after) => {
  if (before === undefined || after === undefined) return strict(before, after);
  return FITS.get(before) === after ? OUTPUT : FITS.get(after) === before ? INPUT : BOTH;
};

/** It helps to tell kinds apart, and binds nobody who did without it. */
const discriminator: Rule = (before, after) => {
  if (before === undefined) return NEITHER;
  const [was, is] = [objectAt(before, 'mapping'), objectAt(after, 'mapping')];
  const kept = Object.entries(was).every(([name, one]) => sameValue(one, member(is, name)));
  return kept && member(before, 'propertyName') === member(after, 'propertyName') ? NEITHER : BOTH;
};

const RULES: ReadonlyMap<string, Rule> = new Map([
  ...rows(atLeast(0), ['minLength', 'minItems', 'minProperties']),
  ...rows(atLeast(1), ['minContains']),
  ...rows(atMost, ['maxLength', 'maxItems', 'maxProperties', 'maxContains']),
  ...rows(strict, ['pattern', 'not', 'propertyNames', 'contains', 'dependentRequired', 'dependentSchemas']),
  ...rows(closing, ['unevaluatedProperties', 'unevaluatedItems']),
  ...rows(harmless, ['title', 'description', 'example', 'examples', 'deprecated', 'externalDocs']),
  ...rows(harmless, ['$comment', '$schema', '$id', '$anchor']),
  ['xml', unlessNew],
  ['default', defaulting],
  ['discriminator', discriminator],
  ['format', format],
  ['multipleOf', multiple],
  ['uniqueItems', unique],
  ['readOnly', (_, after) => (after === true ? INPUT : NEITHER)],
  ['writeOnly', (_, after) => (after === true ? OUTPUT : NEITHER)],
]);

/** A keyword that nobody here knows may narrow anything; extensions are for tools, not for callers. */
export function keywordRule(key: string): Rule {
  return RULES.get(key) ?? (key.startsWith('x-') ? harmless : unknown);
}

function risen(before: number | bigint, after: number | bigint): readonly Role[] {
  return after > before ? INPUT : after < before ? OUTPUT : NEITHER;
}

function limitOf(value: Value | undefined, none: number): number | bigint {
  return typeof value === 'number' || typeof value === 'bigint' ? value : none;
}

function rows(rule: Rule, keywords: readonly string[]): readonly (readonly [string, Rule])[] {
  return keywords.map((keyword) => [keyword, rule] as const);
}
