import { parse } from 'yaml';
import { dump, type Dump, type DumpOptions } from '../../../src/dump/dump.ts';
import type { Directory } from '../../../src/model/directory.ts';
import type { LivePortal, LiveProduct } from '../../../src/model/live.ts';
import type { JsonObject } from '../../../src/model/product.ts';
import { livePortal } from '../../support/live-product.ts';
import { directoryOf } from './directory.ts';

export interface DumpParts extends Partial<DumpOptions> {
  readonly directory?: Directory;
  readonly portal?: string;
}

/** The dump of a portal. By default, one file without ids, defaults and schema line. */
export function dumpOf(live: LivePortal | readonly LiveProduct[], parts: DumpParts = {}): Dump {
  const { directory = directoryOf(), portal = 'default', ...options } = parts;
  const all = 'products' in live ? live : livePortal(live);
  const defaults = { withId: false, withDefaults: false, layout: 'one-file', schema: '' } as const;
  return dump({ name: portal }, all, directory, { ...defaults, include: () => true, names: [], ...options });
}

/** Text files by their paths; other files as base64. */
export function filesOf({ files }: Dump): Readonly<Record<string, string>> {
  const text = (content: string | Uint8Array) =>
    typeof content === 'string' ? content : Buffer.from(content).toString('base64');
  return Object.fromEntries(files.map(({ path, content }) => [path, text(content)]));
}

/** The text of the only file. */
export function textOf(live: LivePortal | readonly LiveProduct[], parts: DumpParts = {}): string {
  const { files } = dumpOf(live, parts);
  const [file] = files;
  if (files.length !== 1 || typeof file?.content !== 'string') throw new Error('not one text file');
  return file.content;
}

/** The products of the only file, as a YAML parser sees them; `undefined` if it has no list. */
export function productsIn(text: string): readonly JsonObject[] | undefined {
  const file = parse(text) as { readonly api_products?: readonly JsonObject[] };
  return file.api_products;
}
