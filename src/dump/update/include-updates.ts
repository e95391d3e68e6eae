import { posix } from 'node:path';
import type { FieldName } from '../../model/product.ts';
import type { ProductUpdate } from './product-update.ts';

/** A file beside the product files that gets other contents. */
export interface IncludeUpdate {
  /** As product files are shown: relative to the working directory where it lies inside it. */
  readonly file: string;
  readonly content: string | Uint8Array;
}

export interface IncludeUpdates {
  readonly files: readonly IncludeUpdate[];
  /** Files that several products include of which one wants other contents than another. */
  readonly disputed: ReadonlySet<string>;
}

/** What becomes of the files that products include: each is written once, and only if all who include it agree. */
export function includeUpdates(products: readonly ProductUpdate[]): IncludeUpdates {
  const wishes = new Map<string, (string | Uint8Array | undefined)[]>();
  for (const product of products) {
    for (const [file, content] of wishesOf(product)) wishes.set(file, [...(wishes.get(file) ?? []), content]);
  }
  const disputed = [...wishes].filter(([, contents]) => !agree(contents)).map(([file]) => file);
  const files = [...wishes].flatMap(([file, [content]]) =>
    content === undefined || disputed.includes(file) ? [] : [{ file, content }],
  );
  return { files, disputed: new Set(disputed) };
}

/** The file that a path in a product file leads to. */
export function includedPath(productFile: string, include: string): string {
  return posix.isAbsolute(include) ? include : posix.join(posix.dirname(productFile), include);
}

const INCLUDES: readonly (readonly [key: string, field: FieldName])[] = [
  ['openapi_file', 'raw_openapi'],
  ['logo_file', 'logo'],
];

/** Each file that a live product includes, with its new contents; undefined where it is fine as it is. */
function wishesOf({
  standing,
  fields,
  live,
}: ProductUpdate): readonly (readonly [string, string | Uint8Array | undefined])[] {
  if (live === undefined) return [];
  return INCLUDES.flatMap(([key, field]) => {
    const include = standing.written[key];
    if (typeof include !== 'string' || include === '') return [];
    const update = fields.find((one) => one.field === field);
    const content = update && 'content' in update ? update.content : undefined;
    return [[includedPath(standing.file, include), content] as const];
  });
}

function agree(contents: readonly (string | Uint8Array | undefined)[]): boolean {
  const [first] = contents;
  return contents.every((one) => sameContent(one, first));
}

function sameContent(a: string | Uint8Array | undefined, b: string | Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.from(a).equals(Buffer.from(b));
}
