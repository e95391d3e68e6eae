import productFiles from '../../../schemas/api-products.schema.json' with { type: 'json' };
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { Flags } from '../settings.ts';

/** `adc schema`: prints the JSON Schema of product files (contract §3). */
export function schema(_flags: Flags, io: Io): Promise<number> {
  io.out(`${JSON.stringify(productFiles, null, 2)}\n`);
  return Promise.resolve(EXIT.done);
}
