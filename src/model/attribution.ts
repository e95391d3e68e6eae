/**
 * Where a changed path comes from, by the files at a git revision (docs/design/contract.md §12). The most serious one
 * is first.
 */
export const VERDICTS = ['conflict', 'drift', 'unknown', 'this-change'] as const;

export type Verdict = (typeof VERDICTS)[number];

/** The verdicts on one product. */
export interface Attributed {
  /** The most serious one. */
  readonly verdict: Verdict;
  /** By changed path; a deletion has none. */
  readonly paths: readonly (readonly [path: string, verdict: Verdict])[];
}

/** The verdicts on the products of a plan; adopted products have none. */
export interface Attribution {
  readonly base: string;
  /** By attributionKey(). A replacement has two keys. */
  readonly products: readonly (readonly [key: string, Attributed])[];
}

/** The key of a product: the id of a live product, the name of a new one. */
export function attributionKey({ id, name }: { readonly id?: string; readonly name: string }): string {
  return id === undefined ? `name ${name}` : `id ${id}`;
}

export function gravest(verdicts: readonly Verdict[]): Verdict {
  return VERDICTS.find((one) => verdicts.includes(one)) ?? 'this-change';
}
