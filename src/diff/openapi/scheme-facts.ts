import type { Fact } from './comparison.ts';
import { keySet } from './key-set.ts';
import { otherFacts } from './other-facts.ts';
import { BOTH, NEITHER } from './role.ts';
import { schemeOf } from './security-scheme.ts';
import { toldMembers } from './told.ts';
import type { ObjectValue } from './value.ts';
import { keysOf, objectAt } from './value.ts';

const FLOWS = keySet('flows');
const SCOPES = keySet('scopes');

/** What differs between two security schemes. */
export function schemeFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const [was, is] = [schemeOf(before), schemeOf(after)];
  return [...otherFacts(was, is, FLOWS), ...flowsFacts(objectAt(was, 'flows'), objectAt(is, 'flows'))];
}

function flowsFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const both = keysOf(before, after).filter(
    (name) => Object.hasOwn(before, name) && Object.hasOwn(after, name),
  );
  return [
    ...memberFacts('flows', before, after),
    ...both.flatMap((name) => flowFacts(objectAt(before, name), objectAt(after, name))),
  ];
}

function flowFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const [was, is] = [objectAt(before, 'scopes'), objectAt(after, 'scopes')];
  return [...otherFacts(before, after, SCOPES), ...memberFacts('scopes', was, is)];
}

/** Names that came and went; who uses one that is gone is refused. */
function memberFacts(key: string, before: ObjectValue, after: ObjectValue): readonly Fact[] {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const come = Object.keys(after).filter((name) => !Object.hasOwn(before, name));
  if (gone.length === 0 && come.length === 0) return [];
  return [{ detail: toldMembers(key, gone, come), breaks: gone.length > 0 ? BOTH : NEITHER }];
}
