import { dump, isChosen, type Dump, type DumpOptions } from '../dump/dump.ts';
import { openapiExtension } from '../fields/included.ts';
import { references } from '../fields/field-table.ts';
import type { Admin } from '../model/admin.ts';
import type { LiveProduct } from '../model/live.ts';
import { documentVerdict, refusedFields, type DocumentVerdict } from './refused-fields.ts';

/** All products with all their fields, in one file. */
export const WHOLE_PORTAL: DumpOptions = {
  withId: false,
  withDefaults: true,
  layout: 'one-file',
  schema: '',
  include: () => true,
  names: [],
};

/** Stores the OpenAPI document of a product as soon as it is read; Dump.storedDocuments has its path. */
export type StoreDocument = (id: string, text: string) => Promise<void>;

/**
 * Exports the live products as product files, with names instead of ids (docs/design/contract.md §8). Only reads.
 * @param storeDocument gets each document of a dump into a folder, so that only a few are in memory at a time; without it,
 * the documents are among the files.
 */
export async function dumpPortal(
  admin: Admin,
  options: DumpOptions,
  storeDocument?: StoreDocument,
): Promise<Dump> {
  const stored = new Map<string, string>();
  const verdicts = new Map<string, DocumentVerdict>();
  const lighten = storeDocument && lightener(isChosen(options), storeDocument, stored);
  const each = async (product: LiveProduct): Promise<LiveProduct> => {
    const { raw_openapi: text } = product.fields;
    if (text !== '' && isChosen(options)(product)) verdicts.set(product.id, await documentVerdict(text));
    return lighten ? lighten(product) : product;
  };
  // A dump needs every document, so no list row replaces a product.
  const live = await admin.readPortal({ each });
  const directory = await admin.readDirectory(references(live.products.map(({ fields }) => fields)));
  const chosen = { ...options, include: isChosen(options) };
  const leftOut = await refusedFields({ products: live.products, directory, options: chosen, verdicts });
  return dump(admin.target.portal, live, directory, { ...options, storedDocuments: stored, leftOut });
}

function lightener(
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
