import { UsageError } from '../model/errors.ts';

/** Values that may be omitted. `undefined` means omitted. */
export type Optional<Values> = { readonly [Key in keyof Values]?: Values[Key] | undefined };

/** The values given, and the default of each that is omitted or undefined. */
export function withDefaults<Defaults extends object, Given extends Optional<Defaults>>(
  defaults: Defaults,
  given: Given | undefined,
): Defaults & Given {
  const defined = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(defined) } as Defaults & Given;
}

/** @throws UsageError for a value that is not a number in the range. NaN is not: no comparison with it is true. */
export function checkRange(name: string, value: unknown, [least, most]: readonly [number, number]): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  throw new UsageError(`${name} is ${String(value)}; it must be a number from ${least} to ${most}`);
}
