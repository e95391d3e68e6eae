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

/**
 * The Admin API for commands that write the portal into files: replaces the token in use by REDACTED, with a warning.
 */
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

/** Warnings about omissions of a dump. */
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
    ...unreadable.map((name) => `the server does not return the OpenAPI document of "${printable(name)}"`),
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
  /** Name patterns without a matching product. */
  readonly unmatched: readonly string[];
  readonly knownNames: readonly string[];
}

/**
 * Refuses a name pattern without a match, which is probably misspelled: a dump without that product would look
 * complete, and an update would report no difference.
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
 * The schema path for the product files of a directory: in the package, if it is installed in the project. Editors
 * resolve it from the directory of the file.
 * @param folder the directory of the files, relative to the project or absolute.
 * @param project an absolute path.
 */
export function schemaAddress(project: string, folder: string): string {
  const schema = join(project, 'node_modules', 'adc-products', 'schemas', 'api-products.schema.json');
  const path = relative(resolve(project, folder), schema).split(sep).join('/');
  return path.startsWith('node_modules') ? `./${path}` : path;
}
