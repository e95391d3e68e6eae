import { keySet } from './key-set.ts';
import type { ObjectValue } from './value.ts';
import { textAt, without } from './value.ts';

/** What 2.0 calls the flows of 3.x. */
const NEW_FLOWS: ReadonlyMap<string, string> = new Map([
  ['implicit', 'implicit'],
  ['password', 'password'],
  ['application', 'clientCredentials'],
  ['accessCode', 'authorizationCode'],
]);
const OF_FLOW = keySet('authorizationUrl tokenUrl scopes');
const OF_OLD_FLOW = keySet('flow authorizationUrl tokenUrl scopes');

/** A security scheme of 2.0 or 3.x in the words of 3.x. */
export function schemeOf(scheme: ObjectValue): ObjectValue {
  const kind = textAt(scheme, 'scheme');
  if (textAt(scheme, 'type') === 'basic') return { ...scheme, type: 'http', scheme: 'basic' };
  const flow = NEW_FLOWS.get(textAt(scheme, 'flow') ?? '');
  if (flow !== undefined) {
    const parts = Object.entries(scheme).filter(([key]) => OF_FLOW.has(key));
    return { ...without(scheme, OF_OLD_FLOW), flows: { [flow]: Object.fromEntries(parts) } };
  }
  return kind === undefined ? scheme : { ...scheme, scheme: kind.toLowerCase() };
}
