import { groupBy } from '../../lib/lists.ts';
import { listed, printable } from '../../lib/printable.ts';
import type { LiveProduct } from '../../model/live.ts';
import type { Json, JsonObject } from '../../model/product.ts';
import { type Dump, namesOf } from '../dump.ts';
import type { WhyLeft } from './product-update.ts';
import type { FieldOf, Gone, Update, WhyImpossible } from './update.ts';

/** The update, and the undeclared products. */
export interface Updated extends Update {
  readonly undeclared: readonly LiveProduct[];
}

/** The written files. */
export interface Written {
  /** All files that were written. */
  readonly paths: readonly string[];
  /** The file or directory for undeclared products, if any. */
  readonly output: string | undefined;
  /** Number of undeclared products that were added. */
  readonly added: number;
  /** Fields that the added products lack, since lint would refuse them. */
  readonly leftOut: Dump['leftOut'];
}

const WHY: { readonly [Why in WhyLeft]: string } = {
  variable: 'its value comes from a variable',
  shared: 'its value is shared by an anchor, so other places would change too',
  inseparable: 'adc cannot change it without changing other text',
  unfit: 'no product file can declare the live value',
  'shared-file': 'other products include the same file, and not all of them need its new content',
  invalid: 'the files would have an error',
  type: 'a type cannot change in place, so adc does not edit the product',
};

const WHY_KEPT: { readonly [Why in WhyImpossible]: string } = {
  shared: 'an anchor shares a part of it with other places',
  inseparable: 'adc cannot remove it without changing other text',
};

/** The update as text: the changes, line by line, and the products that need a decision. */
export function updateText(
  update: Updated,
  written: Written,
  { namesAll }: { readonly namesAll: boolean },
): string {
  const all = namesAll ? undefined : '--verbose 2 names all of them';
  const lines = [
    ...productLines(update.changed),
    ...update.gone.map(goneLine),
    ...undeclaredLines(update, written, all),
  ];
  if (written.paths.length === 0) lines.push('Nothing was changed.');
  else lines.push(`Written: ${listed(written.paths.map(printable), all)}.`);
  return lines.map((line) => `${line}\n`).join('');
}

/** Warnings for differences that were not updated. */
export function updateWarnings({ left }: Pick<Update, 'left'>): readonly string[] {
  return left.map(({ file, product, field, why, mistake }) => {
    const reason = mistake === undefined ? WHY[why] : `${WHY[why]}: ${printable(mistake)}`;
    return `${field} of "${printable(product)}" in ${printable(file)} differs and was not updated: ${reason}`;
  });
}

/** The parts of the JSON document (schemas/dump-report.schema.json). */
export function updateJson(
  update: Updated,
  { paths, output, added, leftOut }: Written,
): Readonly<Record<string, Json>> {
  const plain = ({ file, product, field }: FieldOf): JsonObject => ({ file, product, field });
  return {
    output: output ?? null,
    products: added,
    files: paths.map((path) => ({ path })),
    changed: update.changed.map(plain),
    left_alone: update.left.map((one) => ({
      ...plain(one),
      why: one.why,
      ...(one.mistake === undefined ? {} : { mistake: one.mistake }),
    })),
    left_out: leftOut.map((one) => ({ ...one })),
    gone: update.gone.map(({ why, ...one }) => ({ ...one, ...(why !== undefined && { why }) })),
    undeclared: namesOf(update.undeclared),
  };
}

function productLines(changed: Update['changed']): readonly string[] {
  const groups = groupBy(changed, ({ file, product }) => `${printable(file)}: "${printable(product)}"`);
  return [...groups].map(([title, fields]) => `${title}: ${fields.map(({ field }) => field).join(', ')}`);
}

function goneLine({ file, product, removed, why }: Gone): string {
  const kept = why === undefined ? '--prune removes it here' : `not removed: ${WHY_KEPT[why]}`;
  const what = removed ? 'removed, since it is no longer on the portal' : `no longer on the portal; ${kept}`;
  return `${printable(file)}: "${printable(product)}": ${what}`;
}

function undeclaredLines(
  { undeclared }: Updated,
  { output }: Written,
  all: string | undefined,
): readonly string[] {
  const names = namesOf(undeclared).map((name) => `"${printable(name)}"`);
  if (names.length === 0) return [];
  const where = output === undefined ? '; -o writes them to files of their own' : '';
  return [`Not declared in any file: ${listed(names, all)}${where}`];
}
