import { pointerPath } from '../../json/pointer.ts';
import type { Json, JsonObject } from '../../model/product.ts';
import { valueAt } from '../../json/value.ts';

/** What a `#/…` reference stands for: the part that it leads to, or why it leads nowhere. */
export type Target = { readonly part: Json } | { readonly nowhere: 'missing' | 'ring' };

/** Follows a reference to the part of the document that is no reference itself. */
export type Follow = (reference: string) => Target;

/** Follows the references of one document, each step once, however many lead through it. */
export function follower(document: JsonObject): Follow {
  const known = new Map<string, Target>();
  return (reference) => {
    const steps = new Set<string>();
    let target: Target | undefined = undefined;
    for (let next = reference; target === undefined;) {
      const found: Target | string = known.get(next) ?? (steps.has(next) ? RING : stepFrom(document, next));
      steps.add(next);
      if (typeof found === 'string') next = found;
      else target = found;
    }
    for (const step of steps) known.set(step, target);
    return target;
  };
}

const RING: Target = { nowhere: 'ring' };

/** What a reference leads to at once, or the reference that stands there. */
function stepFrom(document: JsonObject, reference: string): Target | string {
  const part = partAt(document, reference);
  if (part === undefined) return { nowhere: 'missing' };
  const further = referenceIn(part);
  return further === undefined || !further.startsWith('#') ? { part } : further;
}

/** The `$ref` of a part, if it has one. */
export function referenceIn(part: Json | undefined): string | undefined {
  const reference = valueAt(part, ['$ref']);
  return typeof reference === 'string' ? reference : undefined;
}

/** RFC 6901 in a URI fragment: percent signs are escapes. */
function partAt(document: JsonObject, reference: string): Json | undefined {
  if (reference === '#') return document;
  if (!reference.startsWith('#/')) return undefined;
  try {
    return valueAt(document, pointerPath(decodeURIComponent(reference.slice(1))));
  } catch {
    return valueAt(document, pointerPath(reference.slice(1)));
  }
}
