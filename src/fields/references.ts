import type { References } from '../model/directory.ts';
import type { FieldName } from '../model/product.ts';
import { FIELD_NAMES, fieldOf } from './field-table.ts';

const REFERRING = FIELD_NAMES.filter((name) => fieldOf(name).refers !== undefined);

/** All references of declared bodies or live fields to the control plane, so that adc reads only these resources. */
export function references(products: readonly Partial<Record<FieldName, unknown>>[]): References {
  const found = products.flatMap((product) =>
    REFERRING.flatMap((name) => {
      const value = product[name] ?? undefined;
      // The schema has checked declared values, and the field's reader live ones.
      return value === undefined ? [] : (fieldOf(name).refers?.(value) ?? []);
    }),
  );
  const to = (kind: keyof References): References[keyof References] => {
    const ones = found.filter((one) => one.to === kind);
    return {
      names: new Set(ones.flatMap(({ name }) => name ?? [])),
      ids: new Set(ones.flatMap(({ id }) => id ?? [])),
    };
  };
  return {
    gatewayGroups: to('gatewayGroups'),
    dcrProviders: to('dcrProviders'),
    contactPoints: to('contactPoints'),
  };
}
