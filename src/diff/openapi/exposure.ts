import type { Operation } from './operations.ts';
import { callbacksOf, operationsOf } from './operations.ts';
import type { Source } from './references.ts';
import { pointed } from './references.ts';
import type { Role } from './role.ts';
import { BOTH } from './role.ts';
import type { Value } from './value.ts';
import { member } from './value.ts';

/** The parts of a document that callers send, and those that they get, through any number of references. */
export interface Exposure {
  readonly input: ReadonlySet<object>;
  readonly output: ReadonlySet<object>;
}

export function exposureOf(source: Source): Exposure {
  const operations = operationsOf(source).flatMap((one) => [one, ...callbacksOf(source, one, '')]);
  const { root } = source;
  return {
    input: reachable(
      root,
      operations.flatMap((one) => (one.webhook ? answers(one) : requests(one))),
    ),
    output: reachable(
      root,
      operations.flatMap((one) => (one.webhook ? requests(one) : answers(one))),
    ),
  };
}

/** Who writes a part of a document; everybody where that can't be told. */
export function rolesOf(exposure: Exposure, value: Value | undefined): readonly Role[] {
  if (typeof value !== 'object' || value === null) return BOTH;
  const roles = BOTH.filter((role) => exposure[role].has(value));
  return roles.length > 0 ? roles : BOTH;
}

function requests({ item, body }: Operation): readonly (Value | undefined)[] {
  return [member(item, 'parameters'), member(body, 'parameters'), member(body, 'requestBody')];
}

function answers({ body }: Operation): readonly (Value | undefined)[] {
  return [member(body, 'responses')];
}

/** Every object that can be reached; any text that begins with `#/` counts as a reference, as in a discriminator's mapping. */
function reachable(root: Value, starts: readonly (Value | undefined)[]): ReadonlySet<object> {
  const objects = new Set<object>();
  const references = new Set<string>();
  const waiting = [...starts];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string' && value.startsWith('#/') && !references.has(value)) {
      references.add(value);
      waiting.push(pointed(root, value));
    }
    if (typeof value !== 'object' || value === null || objects.has(value)) continue;
    objects.add(value);
    for (const one of Object.values<Value>(value)) waiting.push(one);
  }
  return objects;
}
