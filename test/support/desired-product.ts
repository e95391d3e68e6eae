import type { Hold } from '../../src/generated/product-file.ts';
import { normalFields } from '../../src/fields/field-table.ts';
import type { Locate } from '../../src/model/declared.ts';
import type { PartialFields, DesiredProduct } from '../../src/model/desired.ts';
import type { ProductType } from '../../src/model/product.ts';

export type DesiredParts = PartialFields & {
  readonly id?: string;
  readonly previous_name?: string;
  readonly type?: ProductType;
  readonly owner?: string;
  readonly hold?: Hold;
};

/** A gateway product with the name "A" and the given fields. */
export function desiredProduct(parts: DesiredParts = {}): DesiredProduct {
  const { id, previous_name, owner, hold, type = 'gateway', ...given } = parts;
  const name = given.name ?? 'A';
  return {
    name,
    type,
    fields: normalFields({ ...given, name }),
    at: placesIn(`${name}.yaml`),
    ...(owner !== undefined && { owner }),
    ...(hold !== undefined && { hold }),
    ...(id !== undefined && { id }),
    ...(previous_name !== undefined && { previous_name }),
  };
}

/** Locates any path at the start of the file. The text of the line is the path. */
export function placesIn(file: string): Locate {
  return (path, part) => ({ file, line: 1, column: 1, text: [...path, ...(part ? [part] : [])].join('.') });
}
