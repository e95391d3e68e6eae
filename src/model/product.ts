import type { ExternalProduct, GatewayProduct } from '../generated/product-file.ts';
import type { LongText } from './long-text.ts';

/** JSON from the Admin API. The server chooses the keys, so never assign them to a plain record. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export type ProductType = 'gateway' | 'external';
export type ProductStatus = 'draft' | 'published';
export type Visibility = 'public' | 'logged_in';

export interface KeyAuth {
  readonly header: string;
  readonly query: string;
  readonly hide_credentials: boolean;
}
export interface BasicAuth {
  readonly hide_credentials: boolean;
}
export interface Dcr {
  readonly dcr_provider_id: string;
}
export interface Auth {
  readonly key_auth?: KeyAuth;
  readonly basic_auth?: BasicAuth;
  readonly dcr?: Dcr;
}

export interface Link {
  readonly gateway_group_id: string;
  readonly service_id: string;
  /** Empty: all hosts of the service. */
  readonly linked_hosts: readonly string[];
}

export interface Notification {
  readonly event: string;
  readonly type: string;
  readonly contact_point_ids: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

/** The keys of a product in a file, by the schema. */
export type FileProduct = Omit<GatewayProduct, 'type'> & Omit<ExternalProduct, 'type'>;
/** The names of fields: the keys of a product in a file, without keys for its identity, its handling and file paths. */
export type FieldName = Exclude<
  keyof FileProduct,
  'id' | 'previous_name' | 'hold' | 'environments' | 'logo_file' | 'openapi_file'
>;
/** The values of fields in a file. Files can also have `null`, which means the default. */
export type WrittenFields = { readonly [Name in FieldName]: NonNullable<FileProduct[Name]> };

/** Fields whose values in a file differ from the compared form. */
interface StructuredFields {
  readonly auth: Auth;
  readonly linked_gateway_services: readonly Link[];
  readonly notifications: readonly Notification[];
}

/**
 * Every field of a product that a file can declare, in the compared form: names are resolved to ids, keys have
 * underscores, server defaults are filled in, and sets are sorted (docs/design/contract.md §5). Every field must have a
 * row in src/fields/field-table.ts to compile. `type` and `id` are no fields, since they cannot change in place.
 */
export type ProductFields = {
  readonly [Name in FieldName]: Name extends keyof StructuredFields
    ? StructuredFields[Name]
    : Readonly<WrittenFields[Name]>;
};

/** The fields during the comparison: a long document may be compressed. */
export type CompactFields = Omit<ProductFields, 'raw_openapi'> & { readonly raw_openapi: LongText };

/** The identity of a gateway service, which belongs to one product at a time. */
export type ServiceIds = Pick<Link, 'gateway_group_id' | 'service_id'>;

export function serviceKey(link: ServiceIds): string {
  return JSON.stringify([link.gateway_group_id, link.service_id]);
}

/** The inverse of serviceKey(). */
export function serviceOfKey(key: string): ServiceIds {
  const [gateway_group_id, service_id] = JSON.parse(key) as [string, string];
  return { gateway_group_id, service_id };
}

/** Keys that only the server sets and may omit (docs/design/admin-api.md §15.36). */
export const READ_ONLY_KEYS: ReadonlySet<string> = new Set(
  'id created_at updated_at api_count raw_openapis subscription_status tags api_desc portal_id'.split(' '),
);

/** Control characters, line ends, lone surrogates, and the replacement character. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufffd]/u;

/** Characters without a width, and spaces that look like the ordinary one. Some emoji contain such characters. */
const INVISIBLE =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\p{Default_Ignorable_Code_Point}|[\u00a0\u2000-\u200a\u202f\u205f\u2800]/u;

/** Templates that were not rendered, and values that sops encrypted. */
const UNRENDERED = /\{\{.*\}\}|<%.*%>|^ENC\[AES256_GCM,/;

const LONGEST_NAME = 100;

/** The rule that a name violates, in words. Live products of older servers can have invalid names. */
export function violatedRule(name: string): string | undefined {
  if (UNPRINTABLE.test(name)) return 'has a control character, a line end or a broken character';
  if (UNRENDERED.test(name)) return 'is a template that was not rendered, or an encrypted value';
  if (name === '') return 'is empty';
  const length = Array.from(name).length;
  return length > LONGEST_NAME ? `has ${length} characters; the limit is ${LONGEST_NAME}` : undefined;
}

/** The code of the diagnostic for a violated rule of a name, except its length. */
export function codeOfName(name: string): 'name-unprintable' | 'name-unrendered' | undefined {
  if (UNPRINTABLE.test(name)) return 'name-unprintable';
  return UNRENDERED.test(name) ? 'name-unrendered' : undefined;
}

/** The invisible characters of a printable name, in words; undefined if there are none. */
export function hiddenPart(name: string): string | undefined {
  if (name.trim() !== name) return 'a blank at its beginning or end';
  return INVISIBLE.test(name) ? 'an invisible character' : undefined;
}

/** A key that is equal for names that differ only in Unicode normalization, case, blanks or invisible characters. */
export function lookalikeKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/gu, '');
}
