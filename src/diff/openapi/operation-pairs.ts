import type { Operation } from './operations.ts';

/** An operation on both sides, or on one. */
export interface OperationPair {
  readonly before: Operation | undefined;
  readonly after: Operation | undefined;
}

/** Pairs operations by name; what is left over by its path without the names of its parameters, which callers never see. */
export function pairOperations(
  before: readonly Operation[],
  after: readonly Operation[],
): readonly OperationPair[] {
  const named = new Map(after.map((one) => [one.name, one]));
  const names = new Set(before.map((one) => one.name));
  const shaped = new Map(after.filter((one) => !names.has(one.name)).map((one) => [shape(one), one]));
  const pairs = before.map((one) => {
    const other = named.get(one.name) ?? shaped.get(shape(one));
    if (other) shaped.delete(shape(other));
    return { before: one, after: other };
  });
  const taken = new Set(pairs.map((pair) => pair.after));
  const added = after.filter((one) => !taken.has(one));
  return [...pairs, ...added.map((one) => ({ before: undefined, after: one }))];
}

function shape({ name }: Operation): string {
  return name.replaceAll(/\{[^{}]*\}/g, '{}');
}
