import { sha256 } from '../lib/sha256.ts';
import type { LongText, PackedText } from './long-text.ts';
import { LONG } from './long-text.ts';

/**
 * A long text in the room that it takes when it is deflated, outside of the JavaScript heap: a tenth of an OpenAPI document,
 * whose text is needed seldom. Packing takes a few milliseconds for a megabyte.
 * @param known gives one that is packed already by its digest.
 */
export function packedText(
  text: string,
  known: ReadonlyMap<string, PackedText> = new Map<string, PackedText>(),
): LongText {
  // Half a surrogate pair would not come back.
  if (text.length < LONG || /\p{Surrogate}/u.test(text)) return text;
  const digest = sha256(text);
  return known.get(digest) ?? packed(text, digest);
}

/** Runs without a long text need not load node:zlib. */
function packed(text: string, digest: string): PackedText {
  const { deflateRawSync, inflateRawSync } = process.getBuiltinModule('node:zlib');
  const bytes = Buffer.from(text);
  const { length } = bytes;
  const small = deflateRawSync(bytes, { level: 1 });
  return { digest, unpacked: () => inflateRawSync(small, { chunkSize: length + 1 }).toString() };
}
