import { isSeq, type Node, type YAMLSeq } from 'yaml';
import { escapeVariables } from '../fields/edits.ts';
import { printable } from '../lib/printable.ts';
import type { ProductEntry } from './product-entry.ts';
import { yamlDocument, yamlText } from './yaml-text.ts';

export interface FileHead {
  /** Path or address of the JSON Schema; empty: the file names none. */
  readonly schema: string;
  readonly portal: string;
  /** Owner of the products, where they have one. */
  readonly owner?: string | undefined;
  /** Whether the portal has no product at all: only then a file without products says that there shall be none. */
  readonly empty: boolean;
}

/** The text of a product file. Without entries, it manages no products, unless there are none (docs/design/contract.md §2). */
export function productFile(head: FileHead, entries: readonly ProductEntry[]): string {
  const document = yamlDocument({
    portal: escapeVariables(head.portal),
    ...(head.owner !== undefined && { owner: head.owner }),
    ...((head.empty || entries.length > 0) && { api_products: entries.map(({ fields }) => fields) }),
  });
  const list = document.get('api_products');
  if (isSeq<Node>(list)) annotate(list, entries);
  const first = head.schema === '' ? '' : `# yaml-language-server: $schema=${printable(head.schema)}\n`;
  return first + yamlText(document);
}

/** Puts the comments at their products, and a blank line between products. */
function annotate(list: YAMLSeq<Node>, entries: readonly ProductEntry[]): void {
  for (const [index, item] of list.items.entries()) {
    const comment = entries[index]?.comment ?? [];
    if (comment.length > 0) item.commentBefore = comment.map((line) => ` ${line}`).join('\n');
    item.spaceBefore = index > 0;
  }
}
