import { sameJson } from '../../json/canonical.ts';
import type { Maybe } from '../../json/value.ts';
import type { Operation } from '../../openapi/operations.ts';
import { callbacksOf, operationsOf } from '../../openapi/operations.ts';
import type { Source } from '../../openapi/references.ts';
import { componentsIn, componentsOf, namesBelow } from '../../openapi/references.ts';
import { member } from '../../json/value.ts';

/** The direction of a value: callers send `input`, and receive `output`. */
export type Role = 'input' | 'output';
export type Roles = readonly Role[];

export const BOTH: Roles = ['input', 'output'];
export const INPUT: Roles = ['input'];
export const OUTPUT: Roles = ['output'];
export const NEITHER: Roles = [];
/** Breaks callers in any role of its place. */
export const ANY_ROLE: Roles = ['input', 'output'];

/** The roles that break if a set of values became narrower or wider. */
export function brokenBy(narrower: boolean, wider: boolean): Roles {
  return [...(narrower ? INPUT : NEITHER), ...(wider ? OUTPUT : NEITHER)];
}

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
  // Iterating a set includes the items added meanwhile.
  for (const name of reached) for (const next of componentsIn(source, name)) reached.add(next);
  return reached;
}

/** The components that changed, or that refer to a changed one, through any number of references. */
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
