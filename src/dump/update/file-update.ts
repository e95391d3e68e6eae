import type { Edit } from '../../fields/edits.ts';
import { groupBy } from '../../lib/group-by.ts';
import { thatFit } from '../../lib/that-fit.ts';
import type { FieldName } from '../../model/product.ts';
import { editableText, type DocumentEdits } from './edit-text.ts';

/** Edits that belong together: one field of a product, or a product that goes. */
export interface EditGroup {
  readonly document: number;
  /** Undefined: the whole product is removed. */
  readonly field: FieldName | undefined;
  readonly edits: readonly Edit[];
}

/** Why edits can not be made: other places share by an anchor what would change; or something else would change with it. */
export type WhyImpossible = 'shared' | 'inseparable';

export interface FileUpdate<Group extends EditGroup> {
  readonly text: string;
  /** Groups that could not be made without changing something else. */
  readonly impossible: ReadonlyMap<Group, WhyImpossible>;
}

/**
 * A product file with all groups of edits that can be made, each whole or not at all. Those that touch what other places
 * share come last, so that all others are made at one go.
 */
export async function fileUpdate<Group extends EditGroup>(
  original: string,
  groups: readonly Group[],
): Promise<FileUpdate<Group>> {
  if (groups.length === 0) return { text: original, impossible: new Map() };
  const { edited, isShared } = editableText(original);
  let text = original;
  const fits = (all: readonly Group[]): boolean => {
    const attempt = edited(byDocument(all));
    text = attempt ?? text;
    return attempt !== undefined;
  };
  const shared = new Set(groups.filter(isShared));
  const alone = groups.filter((group) => !shared.has(group));
  const all = [...alone, ...shared];
  const made = new Set(fits(all) ? all : await thatFit([...shared], fits, await thatFit(alone, fits)));
  const not = groups.filter((group) => !made.has(group));
  return {
    text,
    impossible: new Map(not.map((group) => [group, shared.has(group) ? 'shared' : 'inseparable'])),
  };
}

function byDocument(groups: readonly EditGroup[]): readonly DocumentEdits[] {
  const documents = groupBy(groups, ({ document }) => document);
  return [...documents].map(([document, own]) => ({ document, edits: own.flatMap(({ edits }) => edits) }));
}
