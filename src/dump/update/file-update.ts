import type { FieldName } from '../../model/product.ts';
import type { Edit } from './edit.ts';
import { editText, type DocumentEdits } from './edit-text.ts';

/** Edits that belong together: one field of a product, or a product that goes. */
export interface EditGroup {
  readonly document: number;
  /** Undefined: the whole product is removed. */
  readonly field: FieldName | undefined;
  readonly edits: readonly Edit[];
}

export interface FileUpdate<Group extends EditGroup> {
  readonly text: string;
  /** Groups that could not be made without changing something else: they share it by an anchor. */
  readonly impossible: readonly Group[];
}

/** A product file with all groups of edits that can be made, each whole or not at all. */
export function fileUpdate<Group extends EditGroup>(
  original: string,
  groups: readonly Group[],
): FileUpdate<Group> {
  const text = editText(original, byDocument(groups));
  if (text !== undefined) return { text, impossible: [] };
  const possible: Group[] = [];
  let best = original;
  for (const group of groups) {
    const attempt = editText(original, byDocument([...possible, group]));
    if (attempt === undefined) continue;
    best = attempt;
    possible.push(group);
  }
  return { text: best, impossible: groups.filter((group) => !possible.includes(group)) };
}

function byDocument(groups: readonly EditGroup[]): readonly DocumentEdits[] {
  const numbers = [...new Set(groups.map(({ document }) => document))];
  return numbers.map((document) => ({
    document,
    edits: groups.filter((group) => group.document === document).flatMap(({ edits }) => edits),
  }));
}
