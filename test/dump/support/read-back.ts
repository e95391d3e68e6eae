import { parse } from 'yaml';
import type { DumpFile } from '../../../src/dump/product-entry.ts';
import { completeFields } from '../../../src/fields/field-table.ts';
import type { Directory, Named } from '../../../src/model/directory.ts';
import type { Auth, ProductFields } from '../../../src/model/product.ts';

/** A parsed product of a product file. */
// oxlint-disable-next-line typescript/no-explicit-any -- the test checks the contents of the file
type Written = Record<string, any>;

export interface ReadBack {
  readonly id?: string;
  readonly type: string;
  readonly fields: ProductFields;
}

/**
 * Reads dumped files without the loader and the resolver of the program: the products of all product files, by name, in the
 * compared form. @throws if a name is unknown or ambiguous.
 */
export function readBack(files: readonly DumpFile[], directory: Directory): readonly ReadBack[] {
  const contents = new Map(files.map(({ path, content }) => [path, content]));
  const productFiles = files.filter(({ path }) => !path.includes('/'));
  return productFiles
    .flatMap(({ content }) => (parse(fileText(content)) as { api_products?: Written[] }).api_products ?? [])
    .map((written) => readProduct(written, contents, directory));
}

function readProduct(
  written: Written,
  contents: ReadonlyMap<string, string | Uint8Array>,
  directory: Directory,
): ReadBack {
  const { raw_openapi, ...rest } = written;
  const { id, type, openapi_file, logo_file, auth, linked_gateway_services, notifications, ...plain } =
    unescaped(rest) as Written;
  const find = (path: string): string | Uint8Array => {
    const content = contents.get(path);
    if (content === undefined) throw new Error(`no file ${path}`);
    return content;
  };
  const openapi = openapi_file === undefined ? raw_openapi : fileText(find(openapi_file));
  const logo = logo_file === undefined ? plain.logo : Buffer.from(find(logo_file)).toString('base64');
  const given: Written = {
    ...plain,
    raw_openapi: openapi,
    logo,
    auth: auth && readAuth(auth, directory),
    linked_gateway_services: linked_gateway_services?.map((link: Written) => readLink(link, directory)),
    notifications: notifications?.map((one: Written) => ({
      event: one.event,
      type: one.type,
      contact_point_ids:
        one.contact_point_ids ??
        one.contact_points.map((name: string) => theOne(directory.contactPoints ?? [], name)),
    })),
  };
  const fields = completeFields(given as Partial<ProductFields> & { name: string });
  return { type, fields, ...(id !== undefined && { id }) };
}

/** Files are read as bytes. */
function fileText(content: string | Uint8Array): string {
  const bytes = Buffer.from(content as string);
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

function readAuth({ key_auth, basic_auth, dcr }: Written, directory: Directory): Auth {
  return {
    ...(key_auth && {
      key_auth: { header: 'apikey', query: 'apikey', hide_credentials: false, ...key_auth },
    }),
    ...(basic_auth && { basic_auth: { hide_credentials: false, ...basic_auth } }),
    ...(dcr && {
      dcr: { dcr_provider_id: dcr.dcr_provider_id ?? theOne(directory.dcrProviders, dcr.dcr_provider) },
    }),
  };
}

function readLink(link: Written, directory: Directory): Written {
  const group = link.gateway_group_id ?? theOne(directory.gatewayGroups, link.gateway_group);
  const services = directory.services.get(group) ?? [];
  const service = link.service_id ?? theOne(services, link.service);
  return { gateway_group_id: group, service_id: service, linked_hosts: link.linked_hosts ?? [] };
}

function theOne(items: readonly Named[], name: string): string {
  const [found, ...others] = items.filter((item) => item.name === name);
  if (found === undefined || others.length > 0) throw new Error(`not one thing is called ${name}`);
  return found.id;
}

/** `\${` means `${`, and a bare one would be a variable. */
function unescaped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unescaped);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unescaped(part)]));
  }
  if (typeof value !== 'string') return value;
  if (/(?<!\\)\$\{/.test(value)) throw new Error(`a variable: ${value}`);
  return value.replaceAll('\\${', '${');
}
