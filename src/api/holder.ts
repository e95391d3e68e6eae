import type { Declared } from '../model/declared.ts';
import type { HeldProduct, LiveProduct } from '../model/live.ts';
import { PackedText, type LongText } from '../model/long-text.ts';

/**
 * Gives what is held of each live product until there is a plan: what is compared, and nothing of what only a write needs.
 * A document that is live as it is declared is in memory once, a long one packed: they are most of what a large portal holds.
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
