import { isSeq, type Document, type Node, type YAMLSeq } from 'yaml';
import { printable } from '../lib/printable.ts';
import { escapeVariables } from './escape-variables.ts';
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

/** The text of a product file. If no entry is declared, it manages no products, unless there are none (contract §2). */
export function productFile(head: FileHead, entries: readonly ProductEntry[]): string {
  const declared = entries.filter((entry) => entry.declared);
  const document = yamlDocument({
    portal: escapeVariables(head.portal),
    ...(head.owner !== undefined && { owner: head.owner }),
    ...((head.empty || declared.length > 0) && { api_products: declared.map(({ fields }) => fields) }),
  });
  const list = document.get('api_products');
  if (isSeq<Node>(list)) annotate(list, entries);
  else document.comment = entries.map(commentedOutFile).join('\n\n');
  const first = head.schema === '' ? '' : `# yaml-language-server: $schema=${printable(head.schema)}\n`;
  return first + yamlText(document);
}

/** Puts the comments at their products, and a blank line between products. */
function annotate(list: YAMLSeq<Node>, entries: readonly ProductEntry[]): void {
  const items = list.items.values();
  const comments: string[] = [];
  for (const entry of entries) {
    comments.push(entry.declared ? commented(entry.comment) : commentedOutItem(entry));
    if (!entry.declared) continue;
    const { value: item } = items.next();
    if (item) setComments(item, comments.splice(0), item !== list.items[0]);
  }
  if (comments.length > 0) list.comment = comments.join('\n\n');
}

function setComments(item: Node, comments: readonly string[], spaceBefore: boolean): void {
  const text = comments.join('\n\n');
  if (text !== '') item.commentBefore = text;
  item.spaceBefore = spaceBefore;
}

function commentedOutItem({ comment, fields }: ProductEntry): string {
  return commented([...comment, ...linesOf(yamlDocument([fields]))]);
}

function commentedOutFile({ comment, fields }: ProductEntry): string {
  return commented([...comment, ...linesOf(yamlDocument({ api_products: [fields] }))]);
}

const linesOf = (document: Document): readonly string[] => yamlText(document).trimEnd().split('\n');
const commented = (lines: readonly string[]): string => lines.map((line) => ` ${line}`).join('\n');
