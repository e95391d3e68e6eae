import { listed } from '../lib/printable.ts';
import {
  attributionKey,
  mostSerious,
  VERDICTS,
  type Attributed,
  type Attribution,
  type Verdict,
} from '../model/change.ts';
import type { Step } from '../model/plan.ts';
import { plural, type InlineStyle } from './words.ts';

/** The name of each verdict, and its meaning. `base` is the formatted revision. */
const WORDS: Readonly<Record<Verdict, readonly [name: string, meaning: (base: string) => string]>> = {
  conflict: ['conflict', (base) => `these files, those at ${base} and the portal all differ`],
  drift: ['drift', (base) => `changed on the portal, or ${base} was never synced`],
  unknown: ['unknown', (base) => `the files at ${base} do not load`],
  'this-change': ['this change', (base) => `the files have changed since ${base}`],
};

/** `drift (changed on the portal, or main was never synced)` */
export function verdictText(verdict: Verdict, base: string): string {
  const [name, meaning] = WORDS[verdict];
  return `${name} (${meaning(base)})`;
}

/** The verdicts on the product of a step; undefined for an adoption, and without a comparison. */
export function attributedOf(
  { product }: Pick<Step, 'product'>,
  attribution: Attribution | undefined,
): Attributed | undefined {
  const key = attributionKey(product);
  return attribution?.products.find(([one]) => one === key)?.[1];
}

/** The verdict on a path of a step, or on its product if the path has none, as for an unpublish. */
export function verdictOn(path: string, { paths, verdict }: Attributed): Verdict {
  return paths.find(([one]) => one === path)?.[1] ?? verdict;
}

/** The most serious verdict on the paths of a step; without paths, that of its product. */
export function stepVerdict({ changes }: Pick<Step, 'changes'>, attributed: Attributed): Verdict {
  const verdicts = changes.map(({ path }) => verdictOn(path, attributed));
  return verdicts.length === 0 ? attributed.verdict : mostSerious(verdicts);
}

/** The number of changed paths for each verdict. */
export function verdictCounts({ products }: Attribution): Readonly<Record<Verdict, number>> {
  const paths = [...new Set(products.map(([, one]) => one))].flatMap((one) => one.paths);
  const count = (wanted: Verdict): number => paths.filter(([, verdict]) => verdict === wanted).length;
  return {
    'this-change': count('this-change'),
    drift: count('drift'),
    conflict: count('conflict'),
    unknown: count('unknown'),
  };
}

/** `Since main: 2 paths of this change, 1 of drift.` */
export function countsLine(attribution: Attribution | undefined, mark: InlineStyle): readonly string[] {
  if (attribution === undefined) return [];
  const counts = verdictCounts(attribution);
  const parts = VERDICTS.toReversed().flatMap((one) =>
    counts[one] === 0 ? [] : [`${WORDS[one][0]} ${plural(counts[one], 'path')}`],
  );
  const text = parts.length === 0 ? 'no changed paths' : parts.join(', ');
  return [`Compared with the files at ${mark.code(attribution.base)}: ${text}.`];
}

/** Where the changes of a product come from: one line, or one for each verdict with its paths. */
export function verdictLines(
  steps: readonly Step[],
  attribution: Attribution | undefined,
  mark: InlineStyle,
): readonly string[] {
  const attributed = steps[0] && attributedOf(steps[0], attribution);
  if (attribution === undefined || attributed === undefined) return [];
  const base = mark.code(attribution.base);
  const present = VERDICTS.filter((one) => attributed.paths.some(([, verdict]) => verdict === one));
  if (present.length < 2) return [verdictText(attributed.verdict, base)];
  return present.map((one) => {
    const paths = attributed.paths.filter(([, verdict]) => verdict === one).map(([path]) => mark.code(path));
    return `${listed(paths, '--format json has all of them')}: ${verdictText(one, base)}`;
  });
}
