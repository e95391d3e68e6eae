import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { SCHEMAS } from '../schemas.ts';
import type { Flags } from '../settings.ts';

/** `adc schema`: prints the JSON Schema of product files, plans or reports (contract §3). */
export async function schema(_flags: Flags, io: Io, { args }: Command): Promise<number> {
  const document = await SCHEMAS.get(args[0] ?? 'product-file')?.();
  io.out(`${JSON.stringify(document?.default, null, 2)}\n`);
  return EXIT.done;
}
