import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
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
  const digest = createHash('sha256').update(text).digest('hex');
  return known.get(digest) ?? packed(text, digest);
}

function packed(text: string, digest: string): PackedText {
  const bytes = Buffer.from(text);
  const { length } = bytes;
  const small = deflateRawSync(bytes, { level: 1 });
  return { digest, unpacked: () => inflateRawSync(small, { chunkSize: length + 1 }).toString() };
}
