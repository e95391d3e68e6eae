import type { Comparison, Fact } from './comparison.ts';
import type { Source } from './references.ts';
import { resolved } from './references.ts';
import type { Role } from './role.ts';
import { INPUT, OUTPUT } from './role.ts';
import { toldMember, toldMembers } from './told.ts';
import type { ObjectValue, Value } from './value.ts';
import { canonicalText, listAt, member, textAt } from './value.ts';

/** The schemas that stand under `allOf`, `anyOf` and `oneOf` on both sides, paired. */
export interface VariantPair {
  readonly keyword: string;
  readonly name: string;
  readonly before: Value;
  readonly after: Value;
}

interface Keyword {
  readonly keyword: string;
  /** Whom a further schema breaks, and whom one less. */
  readonly added: readonly Role[];
  readonly removed: readonly Role[];
}

const KEYWORDS: readonly Keyword[] = [
  { keyword: 'allOf', added: INPUT, removed: OUTPUT },
  { keyword: 'anyOf', added: OUTPUT, removed: INPUT },
  { keyword: 'oneOf', added: OUTPUT, removed: INPUT },
];

/** What came of the schemas under one keyword. */
interface Variants extends Keyword {
  readonly pairs: readonly VariantPair[];
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

export function variantsOf(
  comparison: Comparison,
  before: ObjectValue,
  after: ObjectValue,
): readonly Variants[] {
  return KEYWORDS.map((keyword) => matched(comparison, keyword, before, after));
}

/** Schemas that came to or went from `allOf`, `anyOf` and `oneOf`. */
export function variantFacts(variants: readonly Variants[]): readonly Fact[] {
  return variants.flatMap((one) => {
    const { keyword, gone, come } = one;
    if (gone.length === 0 && come.length === 0) return [];
    return [{ detail: toldMembers(keyword, gone, come), breaks: brokenBy(one) }];
  });
}

/** Where there was no choice at all before, anything was allowed, and so it is where there is none any more. */
function brokenBy({ added, removed, pairs, gone, come }: Variants): readonly Role[] {
  if (pairs.length === 0 && gone.length === 0) return INPUT;
  if (pairs.length === 0 && come.length === 0) return OUTPUT;
  return [...(gone.length > 0 ? removed : []), ...(come.length > 0 ? added : [])];
}

interface Variant {
  readonly name: string;
  readonly value: Value;
}

/** The same for two variants that are one. */
type Likeness = (source: Source, variant: Variant) => string | undefined;

/** By name, by meaning, by type, and at last by the order in which they stand. */
const LIKENESSES: readonly Likeness[] = [
  (_, { name, value }) => (nameOf(value) === undefined ? undefined : name),
  (source, { value }) => canonicalText(resolved(source, value).value ?? null),
  (_, { value }) => (isUnnamed(value) ? toldMember(member(value, 'type') ?? null) : undefined),
  (_, { value }) => (isUnnamed(value) ? '' : undefined),
];

function matched(
  { before: source, after: newSource }: Comparison,
  keyword: Keyword,
  before: ObjectValue,
  after: ObjectValue,
): Variants {
  let [was, is] = [namedVariants(before, keyword.keyword), namedVariants(after, keyword.keyword)];
  const pairs: VariantPair[] = [];
  for (const likeness of LIKENESSES) {
    const waiting = grouped(is, (one) => likeness(newSource, one));
    const taken = new Set<Variant>();
    for (const one of was) {
      const other = waiting.get(likeness(source, one))?.shift();
      if (other === undefined) continue;
      taken.add(one).add(other);
      pairs.push({ keyword: keyword.keyword, name: other.name, before: one.value, after: other.value });
    }
    [was, is] = [was.filter((one) => !taken.has(one)), is.filter((one) => !taken.has(one))];
  }
  return { ...keyword, pairs, gone: was.map(({ name }) => name), come: is.map(({ name }) => name) };
}

function grouped(
  variants: readonly Variant[],
  likeness: (variant: Variant) => string | undefined,
): ReadonlyMap<string | undefined, Variant[]> {
  const groups = new Map<string | undefined, Variant[]>();
  for (const one of variants) {
    const key = likeness(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else if (key !== undefined) groups.set(key, [one]);
  }
  return groups;
}

const nameOf = (value: Value): string | undefined =>
  textAt(value, '$ref')?.split('/').at(-1) ?? textAt(value, 'title');
const isUnnamed = (value: Value): boolean => nameOf(value) === undefined;

/** Called by what they refer to or are titled, else by their place among those that are neither. */
function namedVariants(schema: ObjectValue, keyword: string): readonly Variant[] {
  const counts = new Map<string, number>();
  return listAt(schema, keyword).map((value) => {
    const name = nameOf(value);
    const count = (counts.get(name ?? '') ?? 0) + 1;
    counts.set(name ?? '', count);
    const place = name !== undefined && count === 1 ? '' : `[${count}]`;
    return { name: `${name ?? keyword}${place}`, value };
  });
}
