import type { FileAt } from '../../model/document.ts';
import type { ProductUpdate } from './product-update.ts';

/** A file beside the product files that gets other contents. */
export interface IncludeUpdate extends FileAt {
  readonly content: string | Uint8Array;
}

export interface IncludeUpdates {
  readonly files: readonly IncludeUpdate[];
  /** Paths of files that can not be right for all products that include them. */
  readonly disputed: ReadonlySet<string>;
}

/**
 * What becomes of the files that products include: each is written once, and only if it then holds what is live for every
 * product that includes it, whatever path it has there, and whether that product is to be updated or not.
 * @param products those that stay in the files.
 * @param own paths of the product files, which are no place for what is live of one field.
 */
export function includeUpdates(products: readonly ProductUpdate[], own: ReadonlySet<string>): IncludeUpdates {
  const wishes = new Map<string, Wish[]>();
  for (const wish of products.flatMap(wishesOf)) {
    wishes.set(wish.at.path, [...(wishes.get(wish.at.path) ?? []), wish]);
  }
  const wanted = [...wishes].filter(([, list]) => list.some(({ chosen, content }) => chosen && content));
  const isDisputed = (path: string, list: readonly Wish[]): boolean => own.has(path) || !agree(list);
  return {
    files: wanted.flatMap(([path, list]) => {
      const [first] = list;
      if (isDisputed(path, list) || first?.content === undefined) return [];
      return [{ ...first.at, content: first.content }];
    }),
    disputed: new Set(wanted.flatMap(([path, list]) => (isDisputed(path, list) ? [path] : []))),
  };
}

/** What a file shall hold for one product; undefined: it shall stay as it is, or nobody knows. */
interface Wish {
  readonly at: FileAt;
  readonly chosen: boolean;
  readonly content: string | Uint8Array | undefined;
}

function wishesOf({ standing, fields, chosen }: ProductUpdate): readonly Wish[] {
  return Object.entries(standing.includes).map(([field, at]) => {
    const update = fields.find((one) => one.field === field);
    return { at, chosen, content: update && 'content' in update ? update.content : undefined };
  });
}

function agree(wishes: readonly Wish[]): boolean {
  const [first] = wishes;
  return wishes.every(({ content }) => sameContent(content, first?.content));
}

function sameContent(a: string | Uint8Array | undefined, b: string | Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.from(a).equals(Buffer.from(b));
}
