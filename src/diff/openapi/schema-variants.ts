import type { Fact } from './comparison.ts';
import type { Role } from './role.ts';
import { INPUT, OUTPUT } from './role.ts';
import { toldMembers } from './told.ts';
import type { ObjectValue, Value } from './value.ts';
import { listAt, textAt } from './value.ts';

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

export function variantPairs(before: ObjectValue, after: ObjectValue): readonly VariantPair[] {
  return KEYWORDS.flatMap(({ keyword }) => {
    const [was, is] = [namedVariants(before, keyword), namedVariants(after, keyword)];
    return [...was].flatMap(([name, one]) => {
      const other = is.get(name);
      return other === undefined ? [] : [{ keyword, name, before: one, after: other }];
    });
  });
}

/** Schemas that came to or went from `allOf`, `anyOf` and `oneOf`. */
export function variantFacts(before: ObjectValue, after: ObjectValue): readonly Fact[] {
  return KEYWORDS.flatMap(({ keyword, added, removed }) => {
    const [was, is] = [namedVariants(before, keyword), namedVariants(after, keyword)];
    const gone = [...was.keys()].filter((name) => !is.has(name));
    const come = [...is.keys()].filter((name) => !was.has(name));
    if (gone.length === 0 && come.length === 0) return [];
    const breaks = [...(gone.length > 0 ? removed : []), ...(come.length > 0 ? added : [])];
    return [{ detail: toldMembers(keyword, gone, come), breaks }];
  });
}

/** By what they refer to or are titled, else by their place among those that are neither. */
function namedVariants(schema: ObjectValue, keyword: string): ReadonlyMap<string, Value> {
  let unnamed = 0;
  const entries = listAt(schema, keyword).map((one) => {
    const name = textAt(one, '$ref')?.split('/').at(-1) ?? textAt(one, 'title');
    if (name === undefined) unnamed += 1;
    return [name ?? `${keyword}[${unnamed}]`, one] as const;
  });
  return new Map(entries);
}
