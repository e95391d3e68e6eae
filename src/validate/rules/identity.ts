import { itemsOf, valueAt } from '../../json/value.ts';
import { groupBy } from '../../lib/lists.ts';
import type { Path } from '../../model/declared.ts';
import { type Diagnostic, type Location, diagnostic } from '../../model/diagnostic.ts';
import type { SourceDocument } from '../../model/document.ts';
import type { Owner } from '../../model/ownership.ts';
import { codeOfName, hiddenPart, violatedRule } from '../../model/product.ts';
import { type WrittenProduct, ownerOf, portalOf } from '../written-document.ts';

/**
 * Errors for duplicate names, unless the products are pinned by `id`: a name identifies a product within its portal
 * (docs/design/contract.md §2).
 */
export function duplicateProducts(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  const isPinned = ({ value }: WrittenProduct): boolean => value['id'] !== undefined;
  const pinnedLast = products.toSorted((a, b) => Number(isPinned(a)) - Number(isPinned(b)));
  return repeated(pinnedLast, 'name')
    .filter(({ first }) => !isPinned(first))
    .map(({ product, text, first }) =>
      diagnostic('duplicate-product', {
        message: `duplicate product name "${text}"`,
        hint: 'Rename or remove one of them, or pin both with `id:`.',
        location: placeOf(product, 'name', first),
        related: [{ message: 'the other one', location: first.at(['name']) }],
      }),
    );
}

/** Errors for products that refer to the same live product, by `id` or `previous_name` (docs/design/contract.md §2). */
export function duplicatePins(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return (['id', 'previous_name'] as const).flatMap((field) =>
    repeated(products, field).map(({ product, text, first }) =>
      diagnostic('product-claimed-twice', {
        message: `two products have the ${field} "${text}"`,
        hint: 'Remove it from one of them.',
        location: placeOf(product, field, first),
        related: [{ message: 'the other one', location: first.at([field]) }],
      }),
    ),
  );
}

/** The products with the same text in a field as an earlier product, and the first such product. */
function repeated(
  products: readonly WrittenProduct[],
  field: 'id' | 'name' | 'previous_name',
): readonly { readonly product: WrittenProduct; readonly text: string; readonly first: WrittenProduct }[] {
  const firsts = new Map<string, WrittenProduct>();
  return products.flatMap((product) => {
    const text = product.text(field);
    const first = text === undefined ? undefined : firsts.get(text);
    if (text !== undefined && first === undefined) firsts.set(text, product);
    return text === undefined || first === undefined ? [] : [{ product, text, first }];
  });
}

/** The place of a field; that of the product if the field comes from the same anchor as in the first product. */
function placeOf(product: WrittenProduct, field: string, first: WrittenProduct): Location {
  const [one, other] = [product.at([field]), first.at([field])];
  const isShared = one.file === other.file && one.line === other.line && one.column === other.column;
  return isShared ? product.at([]) : one;
}

/** Errors for products whose `previous_name` is their own name. */
export function renamesToItself(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products
    .filter(({ text }) => text('name') !== undefined && text('name') === text('previous_name'))
    .map((product) =>
      diagnostic('rename-to-itself', {
        message: `"previous_name" is the name of the product "${product.text('name')}" itself`,
        hint: 'Remove it, or write the name of the live product.',
        location: product.at(['previous_name']),
      }),
    );
}

const NAME_HINTS = {
  'name-unprintable': 'Remove it. A block scalar (|) adds a line end, and |- does not.',
  'name-unrendered': 'Render the template, or decrypt the file, before the run.',
};

/**
 * Diagnostics for names with invalid or invisible characters. The name of a product with `id:` may exist on the portal,
 * so a violated rule is only a warning (docs/design/contract.md §13.4); diff checks new names. Without `id:`, the
 * schema checks the length.
 */
export function suspiciousNames(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products.flatMap((product) => {
    const name = product.text('name');
    if (name === undefined) return [];
    const location = (): Location => product.at(['name']);
    const violation = violatedRule(name);
    if (violation !== undefined && product.value['id'] !== undefined)
      return diagnostic('name-of-pinned-product', {
        message: `the name of the product ${violation}`,
        hint: 'Keep it only if the live product has exactly this name.',
        location: location(),
      });
    const code = codeOfName(name);
    if (code !== undefined)
      return diagnostic(code, {
        message: `the name ${JSON.stringify(name)} ${violation}`,
        hint: `${NAME_HINTS[code]} For a live product of that name, add its \`id:\`.`,
        location: location(),
      });
    const hidden = hiddenPart(name);
    if (hidden === undefined) return [];
    return diagnostic('name-lookalike', {
      message: `the name ${JSON.stringify(name)} has ${hidden}`,
      hint: 'Remove it, unless the live product has exactly this name.',
      location: location(),
    });
  });
}

/**
 * Warnings for invisible characters in names that refer to something, such as the line end of a block scalar. A
 * `previous_name` with one would create a product instead of renaming it.
 */
export function suspiciousReferences(
  products: readonly WrittenProduct[],
  documents: readonly SourceDocument[],
): readonly Diagnostic[] {
  const portals = documents.flatMap((document) => portalOf(document) ?? []);
  const entries = documents.flatMap(({ value, locate }) =>
    itemsOf(valueAt(value, ['allow'])).map((entry, index) => ({
      name: valueAt(entry, ['product']),
      at: () => locate(['allow', index, 'product']),
    })),
  );
  const references = products.flatMap((product) =>
    referencePaths(product).map((path) => ({ name: product.text(...path), at: () => product.at(path) })),
  );
  return [...portals, ...entries, ...references].flatMap(({ name, at }) =>
    typeof name === 'string' ? suspiciousReference(name, at) : [],
  );
}

export function suspiciousReference(name: string, at: () => Location): readonly Diagnostic[] {
  const hidden =
    codeOfName(name) === 'name-unprintable' ? 'a control character or a line end' : hiddenPart(name);
  if (hidden === undefined) return [];
  const message = `the name ${JSON.stringify(name)} has ${hidden}`;
  const hint =
    'Remove it, unless the name is exactly so. A block scalar (|) adds a line end, and |- does not.';
  return [diagnostic('name-lookalike', { message, hint, location: at() })];
}

function referencePaths({ value }: WrittenProduct): readonly Path[] {
  const links = itemsOf(value['linked_gateway_services']).flatMap((_, index): readonly Path[] =>
    ['gateway_group', 'service'].map((key) => ['linked_gateway_services', index, key]),
  );
  const contacts = itemsOf(value['notifications']).flatMap((one, index) =>
    itemsOf(valueAt(one, ['contact_points'])).map((_, place): Path => [
      'notifications',
      index,
      'contact_points',
      place,
    ]),
  );
  const keys = ['key_auth', 'key-auth'].flatMap((auth) =>
    ['header', 'query'].map((key): Path => ['auth', auth, key]),
  );
  return [['previous_name'], ['auth', 'dcr', 'dcr_provider'], ...keys, ...links, ...contacts];
}

/**
 * Returns the owner of each document: a file has one owner, declared in any of its documents, else the owner of the
 * run (docs/design/contract.md §10).
 */
export function fileOwners(
  documents: readonly SourceDocument[],
  given: Owner,
): (document: SourceDocument) => Owner {
  const owners = new Map(
    documents.flatMap((document) => {
      const owner = ownerOf(document);
      return owner === undefined ? [] : [[document.file, owner] as const];
    }),
  );
  return ({ file }) => owners.get(file) ?? given;
}

/** Errors for files of another owner: with an owner, a run manages only the products of this owner. */
export function ownerMismatch(documents: readonly SourceDocument[], given: Owner): readonly Diagnostic[] {
  return [...groupBy(documents, ({ file }) => file).values()].flatMap((ofFile) => {
    const [first, ...others] = ofFile.filter((document) => ownerOf(document) !== undefined);
    if (first === undefined) return [];
    const wrong = given === undefined || ownerOf(first) === given ? [] : [otherOwner(first, given)];
    return [
      ...wrong,
      ...others.filter((one) => ownerOf(one) !== ownerOf(first)).map((one) => severalOwners(one, first)),
    ];
  });
}

function otherOwner(document: SourceDocument, given: string): Diagnostic {
  return diagnostic('owner-mismatch', {
    message: `this file declares the owner "${ownerOf(document) ?? ''}", and --owner or ADC_OWNER is "${given}"`,
    hint: 'Run adc without --owner and ADC_OWNER, or leave this file out.',
    location: document.locate(['owner']),
  });
}

function severalOwners(document: SourceDocument, first: SourceDocument): Diagnostic {
  return diagnostic('owner-mismatch', {
    message: `this document declares the owner "${ownerOf(document) ?? ''}", and another document of the file "${ownerOf(first) ?? ''}"`,
    hint: 'A file has one owner: move the products of the other owner to another file.',
    location: document.locate(['owner']),
    related: [{ message: 'the other owner', location: first.locate(['owner']) }],
  });
}

/** Errors for documents with different portals: a run has only one portal. */
export function severalPortals(documents: readonly SourceDocument[]): readonly Diagnostic[] {
  const [first, ...others] = documents.flatMap((document) => portalOf(document) ?? []);
  return others
    .filter(({ name }) => name !== first?.name)
    .map(({ name, at }) =>
      diagnostic('several-portals', {
        message: `the portal "${name}" differs from the portal "${first?.name}" of another document`,
        hint: 'Run adc once for each portal, with the files of that portal.',
        location: at(),
        related: first === undefined ? [] : [{ message: `"${first.name}" is here`, location: first.at() }],
      }),
    );
}
