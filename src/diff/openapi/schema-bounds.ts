import type { Fact } from './comparison.ts';
import { INPUT, NEITHER, OUTPUT } from './role.ts';
import { toldChange } from './told.ts';
import type { ObjectValue, Value } from './value.ts';
import { changedKeys, member } from './value.ts';

/** How far a number may go, and whether that far itself. */
interface Bound {
  readonly limit: number | bigint;
  readonly excluded: boolean;
}

interface Side {
  readonly key: string;
  /** A number of its own in 3.1; in 3.0 it says that the other one is excluded. */
  readonly excluding: string;
  /** Whether the first limit is tighter than the second. */
  readonly tighter: (one: number | bigint, other: number | bigint) => boolean;
}

const SIDES: readonly Side[] = [
  { key: 'minimum', excluding: 'exclusiveMinimum', tighter: (one, other) => one > other },
  { key: 'maximum', excluding: 'exclusiveMaximum', tighter: (one, other) => one < other },
];

/** Numbers that became too small or too large, or ceased to be; the spellings of 3.0 and 3.1 mean the same. */
export function boundFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  return SIDES.flatMap((side) => {
    const keys = changedKeys(before, after).filter((key) => key === side.key || key === side.excluding);
    if (keys.length === 0) return [];
    const [was, is] = [boundOf(before, side), boundOf(after, side)];
    const detail = keys.map((key) => toldChange(key, member(before, key), member(after, key))).join('; ');
    return [
      { detail, breaks: isTighter(is, was, side) ? INPUT : isTighter(was, is, side) ? OUTPUT : NEITHER },
    ];
  });
}

function boundOf(schema: ObjectValue, side: Side): Bound | undefined {
  const [limit, excluding] = [member(schema, side.key), member(schema, side.excluding)];
  const own = isNumber(limit) ? { limit, excluded: excluding === true } : undefined;
  const other = isNumber(excluding) ? { limit: excluding, excluded: true } : undefined;
  return isTighter(other, own, side) ? other : own;
}

function isTighter(one: Bound | undefined, other: Bound | undefined, { tighter }: Side): boolean {
  if (!one || !other) return one !== undefined;
  if (tighter(one.limit, other.limit)) return true;
  return !tighter(other.limit, one.limit) && one.excluded && !other.excluded;
}

function isNumber(value: Value | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}
