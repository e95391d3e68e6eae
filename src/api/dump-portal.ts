import { dump, isChosen, type Dump, type DumpOptions } from '../dump/dump.ts';
import { references } from '../fields/field-table.ts';
import { openapiExtension } from '../fields/included.ts';
import { redactedData, type Redactor } from '../lib/redaction.ts';
import { printable } from '../lib/printable.ts';
import type { Admin, PortalReading } from '../model/admin.ts';
import type { LiveProduct } from '../model/live.ts';
import { documentVerdict, refusedFields, type DocumentVerdict } from './refused-fields.ts';

/** All products with all their fields, in one file. */
export const FULL_DUMP: DumpOptions = {
  withId: false,
  withDefaults: true,
  layout: 'one-file',
  schema: '',
  include: () => true,
  names: [],
};

/** Stores an OpenAPI document by the id of its product. Dump.storedDocuments contains its path. */
export type StoreDocument = (id: string, text: string) => Promise<void>;

/**
 * Exports the live products as product files, with names instead of ids (docs/design/contract.md §8). Only reads.
 * @param storeDocument stores each document as soon as adc has read it, so that only a few are in memory at a time.
 * Without it, the documents are among the files.
 */
export async function dumpPortal(
  admin: Admin,
  options: DumpOptions,
  storeDocument?: StoreDocument,
): Promise<Dump> {
  const stored = new Map<string, string>();
  const verdicts = new Map<string, DocumentVerdict>();
  const withoutStored = storeDocument && documentStorer(isChosen(options), storeDocument, stored);
  const each = async (product: LiveProduct): Promise<LiveProduct> => {
    const { raw_openapi: text } = product.fields;
    if (text !== '' && isChosen(options)(product)) verdicts.set(product.id, await documentVerdict(text));
    return withoutStored ? withoutStored(product) : product;
  };
  // A dump needs every document, which list rows do not contain.
  const live = await admin.readPortal({ each });
  const directory = await admin.readDirectory(references(live.products.map(({ fields }) => fields)));
  const chosen = { ...options, include: isChosen(options) };
  const leftOut = await refusedFields({ products: live.products, directory, options: chosen, verdicts });
  return dump(admin.target.portal, live, directory, { ...options, storedDocuments: stored, leftOut });
}

/** Returns a function that stores the document of a wanted product, and removes documents from all products. */
function documentStorer(
  isWanted: (product: LiveProduct) => boolean,
  storeDocument: StoreDocument,
  stored: Map<string, string>,
): (product: LiveProduct) => Promise<LiveProduct> {
  return async (product) => {
    const { id, fields } = product;
    const wanted = isWanted(product);
    const extension = openapiExtension(fields.raw_openapi);
    if (wanted && extension !== undefined) {
      await storeDocument(id, fields.raw_openapi);
      stored.set(id, extension);
    }
    const isKept = wanted && extension === undefined;
    return { ...product, raw: {}, fields: isKept ? fields : { ...fields, raw_openapi: '' } };
  };
}

/** The Admin API for commands that write live products to files: replaces the token in use with REDACTED, and warns. */
export function withoutToken(
  admin: Admin,
  { redactor }: { readonly redactor?: Redactor },
  report: { readonly tell: (line: string) => void },
): Admin {
  if (redactor === undefined) return admin;
  const redact = redactor.forFiles();
  const safe = (product: LiveProduct): LiveProduct => {
    const fields = redactedData(product.fields, redact);
    if (fields === product.fields) return product;
    report.tell(
      `warning: "${printable(fields.name)}" contains the token in use, which is written as REDACTED`,
    );
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
      return `"${printable(product)}": ${what} is left out, since adc would refuse it: ${printable(mistake)}`;
    }),
  ];
}

function quoted(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `"${printable(name)}"`).join(', ');
}
