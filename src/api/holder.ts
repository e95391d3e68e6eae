import type { Declared } from '../model/declared.ts';
import type { HeldProduct, LiveProduct } from '../model/live.ts';
import { PackedText, type LongText } from '../model/long-text.ts';

/**
 * Returns a function that reduces a live product to what the comparison needs, without the data that only a write
 * needs. A live document that equals the declared one is in memory once, and a long one is compressed: documents are
 * most of the memory of a large portal.
 */
export function holder({ products }: Declared): (product: LiveProduct) => HeldProduct {
  const declared = products.flatMap(({ body }) => (body.type === 'external' ? (body.raw_openapi ?? []) : []));
  const texts = new Map(declared.flatMap((one) => (typeof one === 'string' ? [[one, one]] : [])));
  const packed = new Map(declared.flatMap((one) => (typeof one === 'string' ? [] : [[one.digest, one]])));
  const held = (text: string): LongText => texts.get(text) ?? PackedText.of(text, packed);
  return ({ id, type, fields, unreadable, fromRow }) => ({
    id,
    type,
    fields: { ...fields, raw_openapi: held(fields.raw_openapi) },
    unreadable,
    ...(fromRow && { fromRow }),
  });
}
