import { join, relative, resolve, sep } from 'node:path';
import type { Dump } from '../dump/dump.ts';
import { hiddenIn } from '../lib/hidden-texts.ts';
import { nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import type { Admin, PortalReading } from '../model/admin.ts';
import { UsageError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Io } from './io.ts';
import type { Reporter } from './reporter.ts';

/** The same portal for commands that write it into files: the token in use reads REDACTED there, with a warning. */
export function withoutToken(admin: Admin, { hidden }: Io, report: Reporter): Admin {
  if (hidden === undefined) return admin;
  const hide = hidden.forFiles();
  const safe = (product: LiveProduct): LiveProduct => {
    const fields = hiddenIn(product.fields, hide);
    if (fields === product.fields) return product;
    report.tell(`warning: "${printable(fields.name)}" holds the token in use, which is written as REDACTED`);
    return { ...product, fields };
  };
  const readPortal = async (reading: PortalReading = {}) =>
    admin.readPortal({
      ...reading,
      each: async (read) => {
        const product = safe(read);
        return reading.each ? reading.each(product) : product;
      },
    });
  return Object.create(admin, { readPortal: { value: readPortal } }) as Admin;
}

/** What a dump lacks, in words. */
export function dumpWarnings({
  unreadable,
  leftOut,
  pinned,
  owners,
}: Pick<Dump, 'unreadable' | 'leftOut' | 'pinned' | 'owners'>): readonly string[] {
  return [
    ...(owners.length < 2
      ? []
      : [
          `the products have several owners, so the file declares none; dump each with --owner: ${owners.join(', ')}`,
        ]),
    ...unreadable.map((name) => `the server does not give back the OpenAPI document of "${printable(name)}"`),
    ...(pinned.length === 0
      ? []
      : [
          `pinned with \`id:\`, since the name is invalid or other products have it: ${quoted(pinned)}; the file fits this portal only`,
        ]),
    ...leftOut.map(({ product, field, mistake }) => {
      const what = field === 'raw_openapi' ? 'the OpenAPI document' : field;
      return `"${printable(product)}": ${what} is left out, since lint would refuse it: ${printable(mistake)}`;
    }),
  ];
}

function quoted(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `"${printable(name)}"`).join(', ');
}

export interface Asked {
  /** Patterns of names that no product has. */
  readonly unmatched: readonly string[];
  readonly knownNames: readonly string[];
}

/**
 * A name that nothing has is most likely misspelled: a file without that product would say that it is gone, and an update
 * that leaves it alone would say that nothing differs.
 */
export function refuseUnmatched({ unmatched, knownNames }: Asked, nothing: string): void {
  if (unmatched.length === 0) return;
  const [first = ''] = unmatched;
  const near = nearest(first, knownNames);
  const named = unmatched.map((pattern) => JSON.stringify(pattern)).join(', ');
  throw new UsageError(`${nothing} a name like ${named}`, {
    hint:
      near === undefined
        ? 'Names match exactly; * stands for any text and ? for one character.'
        : `The nearest name is ${JSON.stringify(near)}; * stands for any text and ? for one character.`,
  });
}

/**
 * Where the product files of a folder find their schema: in the package, if it is installed in the project. Editors take
 * the address from the folder of the file.
 * @param folder where the files are written, from the project unless it is absolute.
 * @param project an absolute path.
 */
export function schemaAddress(project: string, folder: string): string {
  const schema = join(project, 'node_modules', 'adc-products', 'schemas', 'api-products.schema.json');
  const way = relative(resolve(project, folder), schema).split(sep).join('/');
  return way.startsWith('node_modules') ? `./${way}` : way;
}
