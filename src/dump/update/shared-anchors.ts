import { isCollection, isNode, isScalar, visit, type Document } from 'yaml';
import type { Path } from '../../model/declared.ts';

/** The anchors of a document that an alias names. */
export function sharedAnchors(document: Document.Parsed): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, { Alias: (_, { source }) => void names.add(source) });
  return names;
}

/** Whether one of the anchors stands on the way to a place, at it or below it. */
export function touchesAnchor(node: unknown, path: Path, anchors: ReadonlySet<string>): boolean {
  if (!isNode(node)) return false;
  const [step, ...rest] = path;
  if (step === undefined) return holdsAnchor(node, anchors);
  if (hasAnchor(node, anchors)) return true;
  return isCollection(node) && touchesAnchor(node.get(step, true), rest, anchors);
}

function holdsAnchor(node: Parameters<typeof visit>[0], anchors: ReadonlySet<string>): boolean {
  let found = false;
  visit(node, {
    Node: (_, one) => {
      found ||= hasAnchor(one, anchors);
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

function hasAnchor(node: unknown, anchors: ReadonlySet<string>): boolean {
  if (!isCollection(node) && !isScalar(node)) return false;
  return node.anchor !== undefined && anchors.has(node.anchor);
}
