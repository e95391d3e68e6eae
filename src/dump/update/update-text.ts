import { listed } from '../../lib/listed.ts';
import { printable } from '../../lib/printable.ts';
import type { Json, JsonObject } from '../../model/product.ts';
import type { LiveProduct } from '../../model/live.ts';
import type { Dump } from '../dump.ts';
import type { WhyLeft } from './product-update.ts';
import type { FieldOf, Gone, Update, WhyImpossible } from './update.ts';

/** What was updated, and what no file declares. */
export interface Updated extends Update {
  readonly undeclared: readonly LiveProduct[];
}

/** What came of it. */
export interface Written {
  /** All files that were written. */
  readonly paths: readonly string[];
  /** Where products went that no file declares; undefined: nowhere. */
  readonly output: string | undefined;
  /** How many of them. */
  readonly added: number;
  /** Fields that they lack there, since lint would refuse them. */
  readonly leftOut: Dump['leftOut'];
}

const WHY: { readonly [Why in WhyLeft]: string } = {
  variable: 'its value comes from a variable',
  shared: 'its value is shared by an anchor, so that other places would change with it',
  inseparable: 'there is no way to change it and nothing else',
  unfit: 'no file can hold what is live',
  'shared-file': 'other products include the same file, and not all of them are to have what is live here',
  invalid: 'the files would have an error',
  type: 'a type cannot change in place, so the whole product is left as it is',
};

const WHY_KEPT: { readonly [Why in WhyImpossible]: string } = {
  shared: 'something in it is shared by an anchor',
  inseparable: 'there is no way to remove it and nothing else',
};

/** The update for people: what changed, line by line, and what is left to decide. */
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

/** What differs and was not brought in. */
export function updateWarnings({ left }: Pick<Update, 'left'>): readonly string[] {
  return left.map(({ file, product, field, why, mistake }) => {
    const reason = mistake === undefined ? WHY[why] : `${WHY[why]}: ${printable(mistake)}`;
    return `${field} of "${printable(product)}" in ${printable(file)} differs and is left alone: ${reason}`;
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
    undeclared: namesOf(update),
  };
}

function productLines(changed: Update['changed']): readonly string[] {
  const fields = new Map<string, string[]>();
  for (const { file, product, field } of changed) {
    const title = `${printable(file)}: "${printable(product)}"`;
    fields.set(title, [...(fields.get(title) ?? []), field]);
  }
  return [...fields].map(([title, names]) => `${title}: ${names.join(', ')}`);
}

function goneLine({ file, product, removed, why }: Gone): string {
  const kept = why === undefined ? '--prune removes it here' : `not removed: ${WHY_KEPT[why]}`;
  const what = removed
    ? 'removed, since the portal does not have it any more'
    : `gone from the portal; ${kept}`;
  return `${printable(file)}: "${printable(product)}": ${what}`;
}

function undeclaredLines(update: Updated, { output }: Written, all: string | undefined): readonly string[] {
  const names = namesOf(update).map((name) => `"${printable(name)}"`);
  if (names.length === 0) return [];
  const where = output === undefined ? '; -o writes them to files of their own' : '';
  return [`In no file so far: ${listed(names, all)}${where}`];
}

function namesOf({ undeclared }: Updated): readonly string[] {
  return undeclared.map(({ fields }) => fields.name).toSorted((a, b) => (a < b ? -1 : 1));
}
