import { openapiChanges } from '../diff/openapi/openapi-changes.ts';
import { hintOfNames } from '../fields/look-up.ts';
import { nearest } from '../lib/nearest.ts';
import { decodeText, readBytes } from '../load/read-text.ts';
import type { Admin } from '../model/admin.ts';
import { allowanceFor, subjects } from '../model/consent.ts';
import type { Declared } from '../model/declared.ts';
import { serviceName } from '../model/desired.ts';
import { hasErrors, type Checked } from '../model/diagnostic.ts';
import type { Named } from '../model/directory.ts';
import { UsageError } from '../model/errors.ts';
import { countOf, type CompactProduct, type LiveProduct } from '../model/live.ts';
import { textOf } from '../model/long-text.ts';
import type { OpenapiCheck, OpenapiUse } from '../model/openapi-check.ts';
import { serviceKey, type Link } from '../model/product.ts';
import { namesOf } from '../resolve/resolve.ts';
import { unreadableOpenapi } from '../validate/openapi/check-openapi.ts';
import { portalMismatch } from './plan-portal.ts';
import { onlyGroups, readServices, withoutDocument } from './portal-reads.ts';

/** The owner of the document: a gateway service, by group and name, or a product, by name. Ids work as names. */
export type Checking =
  | { readonly of: 'service'; readonly group: string; readonly service: string }
  | { readonly of: 'product'; readonly product: string };

export interface CheckInput {
  readonly checking: Checking;
  /** The file of the document, as messages show it. */
  readonly file: string;
  /** The document. */
  readonly text: string;
  /** The file at a git revision; `text` is undefined if it does not exist there. */
  readonly base: { readonly revision: string; readonly text: string | undefined } | undefined;
  /** The product files, for their consent. */
  readonly declared: Declared | undefined;
  readonly allowBreaking: boolean;
  /** Whether the result names subscribers. */
  readonly withNames?: boolean | undefined;
}

/** The text of an OpenAPI document, or errors if it is unreadable. */
export async function readDocument(path: string, file: string): Promise<Checked<string>> {
  const bytes = await readBytes(path, file, { mayBePipe: true });
  const read = 'mistake' in bytes ? bytes : decodeText(bytes.value, file);
  if ('mistake' in read) return { diagnostics: [read.mistake] };
  const { value } = read;
  const diagnostics = unreadableOpenapi({ text: value, place: { file }, comments: [] });
  return hasErrors(diagnostics) ? { diagnostics } : { value, diagnostics };
}

/**
 * Compares a document with the live one, and finds the products and subscriptions that depend on it, for
 * `check-openapi` (docs/design/contract.md §18). Only reads.
 * @throws UsageError for an unknown name, or a missing base.
 */
export async function checkOpenapiUse(input: CheckInput, admin: Admin): Promise<Checked<OpenapiCheck>> {
  const { checking, file, text, base, declared } = input;
  const diagnostics = declared === undefined ? [] : portalMismatch(declared, admin.target);
  if (hasErrors(diagnostics)) return { diagnostics };
  const { name, live, products } = await (checking.of === 'service'
    ? ofService(checking, admin)
    : ofProduct(checking.product, admin));
  const before = live ?? baseText(base, checking.of, name);
  const revision = live === undefined ? base?.revision : undefined;
  const place = { file: `${revision}:${file}` };
  const errors = revision === undefined ? [] : unreadableOpenapi({ text: before, place, comments: [] });
  if (hasErrors(errors)) return { diagnostics: errors };
  const uses = await Promise.all(products.using.map(async (one) => useOf(one, products.all, input, admin)));
  const changes = openapiChanges(before, text);
  return {
    value: { target: admin.target, file, of: checking.of, name, base: revision, changes, uses },
    diagnostics,
  };
}

function baseText(base: CheckInput['base'], of: Checking['of'], name: string): string {
  if (base === undefined)
    throw new UsageError(`the server does not return the OpenAPI document of the ${of} "${name}"`, {
      hint: 'Pass --base with a git revision that has the document in use, for example --base origin/main.',
    });
  if (base.text !== undefined) return base.text;
  throw new UsageError(`the file does not exist at the git revision "${base.revision}"`, {
    hint: 'Pass --base with a revision that has the document in use.',
  });
}

/** The live document, and its products. */
interface DocumentInUse {
  readonly name: string;
  /** Undefined if the server does not return the document. */
  readonly live: string | undefined;
  readonly products: { readonly all: readonly CompactProduct[]; readonly using: readonly CompactProduct[] };
}

async function ofService(
  { group, service }: Extract<Checking, { of: 'service' }>,
  admin: Admin,
): Promise<DocumentInUse> {
  const groups = new Set([group]);
  const directory = await admin.readDirectory(onlyGroups({ names: groups, ids: groups }));
  const { id: gateway_group_id, name } = findOne('gateway group', group, directory.gatewayGroups);
  const kind = `service of gateway group "${name}"`;
  const found = findOne(kind, service, directory.services.get(gateway_group_id) ?? []);
  const link = { gateway_group_id, service_id: found.id };
  const [live, { products: all }] = await Promise.all([
    admin.readOpenapi(link),
    admin.readPortal({ keep: withoutDocument }),
  ]);
  const links = ({ fields }: CompactProduct): boolean =>
    fields.linked_gateway_services.some((one) => serviceKey(one) === serviceKey(link));
  return { name: `${name}/${found.name}`, live, products: { all, using: all.filter(links) } };
}

async function ofProduct(given: string, admin: Admin): Promise<DocumentInUse> {
  const isNamed = ({ id, fields }: LiveProduct): boolean => id === given || fields.name === given;
  const keep = (one: LiveProduct): CompactProduct => (isNamed(one) ? one : withoutDocument(one));
  const { products: all } = await admin.readPortal({ keep });
  const named = all.map((product) => ({ id: product.id, name: product.fields.name, product }));
  const { name, product } = findOne('product', given, named);
  const { fields, type, unreadable } = product;
  if (type === 'gateway') throw await gatewayProduct(name, fields.linked_gateway_services, admin);
  const live = unreadable.includes('raw_openapi') ? undefined : textOf(fields.raw_openapi);
  return { name, live, products: { all, using: [product] } };
}

async function gatewayProduct(name: string, links: readonly Link[], admin: Admin): Promise<UsageError> {
  const directory = await readServices(links, admin);
  const services = directory ? links.map((link) => serviceName(link, namesOf(directory))) : [];
  return new UsageError(`"${name}" is a gateway product, whose documents are those of its services`, {
    hint: `Pass --service instead${services.length === 0 ? '' : `, with one of: ${services.join(', ')}`}.`,
  });
}

/** The only item with the name, else the item with the id. @throws UsageError with the nearest name, or with the ids. */
function findOne<Item extends Named>(kind: string, given: string, items: readonly Item[]): Item {
  const named = items.filter(({ name }) => name === given);
  if (named.length > 1)
    throw new UsageError(`ambiguous name: ${named.length} ${kind}s are named "${given}"`, {
      hint: `Use one of these ids instead: ${named.map(({ id }) => id).join(', ')}.`,
    });
  const found = named[0] ?? items.find(({ id }) => id === given);
  if (found !== undefined) return found;
  const names = items.map(({ name }) => name);
  throw new UsageError(`${kind} not found: "${given}"`, {
    hint: hintOfNames(kind, items, nearest(given, names)),
  });
}

/** The use of a document by a product. A draft has no subscriptions. */
async function useOf(
  product: CompactProduct,
  all: readonly CompactProduct[],
  { declared, allowBreaking, withNames = false }: CheckInput,
  admin: Admin,
): Promise<OpenapiUse> {
  const { id, type, fields } = product;
  const subject = subjects(all)(product);
  const entry = allowanceFor(declared?.allowances ?? [], subject);
  const isCounted = type === 'gateway' && fields.status === 'published';
  const subscribers = isCounted ? await admin.readSubscriberNames(id) : [];
  return {
    product: subject,
    type,
    status: fields.status,
    subscriptions: type === 'external' ? undefined : countOf(subscribers),
    ...(withNames && subscribers !== undefined && subscribers.length > 0 && { subscribers }),
    allowed: allowBreaking || entry?.breaking_openapi === true,
  };
}
