import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getAsset, isSea } from 'node:sea';

/** A file of dist/page, which `npm run build` makes; a standalone executable has it inside. */
export function asset(name: string): Buffer {
  if (isSea()) return Buffer.from(getAsset(`page/${name}`));
  // Sources and chunks are both two levels below the package.
  return readFileSync(join(import.meta.dirname, '../../dist/page', name));
}
