import { keySet } from './key-set.ts';
import { schemeOf } from './security-scheme.ts';
import type { ObjectValue, Value } from './value.ts';
import { canonicalText, isObject, member, objectAt, without } from './value.ts';

/** The schemes of a document by their names. */
function schemesIn(root: Value): ObjectValue {
  return {
    ...objectAt(root, 'securityDefinitions'),
    ...objectAt(objectAt(root, 'components'), 'securitySchemes'),
  };
}

const WORDS = keySet('description');

/** The old names of schemes that are there under a new name alone, by the new one. */
export function renamedSchemes(before: Value, after: Value): ReadonlyMap<string, string> {
  const [was, is] = [schemesIn(before), schemesIn(after)];
  const left = Object.keys(was).filter((name) => !Object.hasOwn(is, name));
  const names = new Map(left.map((name) => [meaningOf(member(was, name)), name]));
  const come = Object.keys(is).filter((name) => !Object.hasOwn(was, name));
  const pairs = come.map((name) => [name, names.get(meaningOf(member(is, name)))] as const);
  return new Map(pairs.flatMap(([name, old]) => (old === undefined ? [] : [[name, old] as const])));
}

function meaningOf(scheme: Value | undefined): string {
  return canonicalText(isObject(scheme) ? without(schemeOf(scheme), WORDS) : (scheme ?? null));
}
