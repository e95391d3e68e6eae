import type { JsonObject, Labels, ProductStatus, ProductType, Visibility } from '../model/product.ts';

/** What every row has. Times are seconds of the emulator's own clock, which moves by one with each write. */
export interface Row {
  readonly id: string;
  readonly created_at: number;
  readonly updated_at: number;
}
export interface NamedRow extends Row {
  readonly name: string;
  readonly labels: Labels;
}

export interface Portal extends NamedRow {
  /** What the portal's web site shows to the Developer Portal backend. */
  readonly token: string;
  readonly public_url?: string;
  /** Whether guests can use the portal's web site; they can if this is omitted. */
  readonly public_access?: boolean;
}
/** Another token of a portal, which the Admin API has issued. */
export interface PortalToken extends Row {
  readonly portal_id: string;
  readonly token: string;
}
export type GatewayGroup = NamedRow;

/** A service published in a gateway group. Its id is unique in the group only. */
export interface Service extends NamedRow {
  readonly gateway_group_id: string;
  readonly hosts: readonly string[];
  readonly plugins: JsonObject;
  readonly template_id?: string;
  readonly openapi?: string;
}

export interface DcrProvider extends NamedRow {
  readonly issuer: string;
  readonly provider_type?: string;
}
export interface ContactPoint extends NamedRow {
  readonly type: ContactPointType;
}
export type ContactPointType = 'email' | 'webhook';

export type AuthType = 'key_auth' | 'basic_auth' | 'dcr';
/** As it was given, whatever the dialect spelled with underscores; defaults are not filled in. */
export interface StoredAuth {
  readonly key_auth?: JsonObject;
  readonly basic_auth?: JsonObject;
  readonly dcr?: JsonObject & { readonly dcr_provider_id: string };
}
export type StoredLink = {
  readonly gateway_group_id: string;
  readonly service_id: string;
  readonly linked_hosts?: readonly string[];
};
export type StoredNotification = {
  readonly event: string;
  readonly type: ContactPointType;
  readonly contact_point_ids: readonly string[];
};

/** The writable fields of a product (docs/design/admin-api.md §5). */
export interface StoredFields {
  readonly name: string;
  readonly desc: string;
  readonly labels: Labels;
  readonly logo: string;
  readonly status: ProductStatus;
  readonly visibility: Visibility;
  readonly subscription_auto_approval: boolean;
  readonly can_view_unsubscribed: boolean;
  readonly auth: StoredAuth;
  readonly linked_gateway_services: readonly StoredLink[];
  readonly notifications: readonly StoredNotification[];
  readonly raw_openapi: string;
  readonly server_urls: readonly string[];
}

export interface Product extends Row {
  readonly portal_id: string;
  readonly type: ProductType;
  /** The fields of its type, complete. */
  readonly fields: Partial<StoredFields> & Pick<StoredFields, 'name' | 'status' | 'visibility'>;
  /** Writable fields that no document mentions, such as newer servers may have. */
  readonly extra: JsonObject;
}

export interface Developer extends NamedRow {
  readonly portal_id: string;
}
export interface Application extends NamedRow {
  readonly developer_id: string;
  readonly desc?: string;
}

export type CredentialType = 'key-auth' | 'basic-auth' | 'oauth';
/** A credential of an application, without its secret, which only the response to its creation has. */
export interface Credential extends NamedRow {
  readonly application_id: string;
  readonly type: CredentialType;
  readonly desc?: string;
  readonly options: JsonObject;
}

export type SubscriptionStatus = 'wait_for_approval' | 'subscribed';
export interface Subscription extends Row {
  readonly application_id: string;
  readonly api_product_id: string;
  readonly status: SubscriptionStatus;
}
/** A subscription that is no more, and what ended it. */
export interface EndedSubscription extends Subscription {
  readonly because: 'unpublished' | 'deleted' | 'rejected' | 'cancelled';
}

export interface Approval extends Row {
  readonly portal_id: string;
  readonly subscription_id: string;
  readonly api_product_id: string;
  readonly resource_name: string;
  readonly applicant_id: string;
  readonly applicant_name: string;
  readonly status: 'pending' | 'finished';
  readonly result?: 'accepted' | 'rejected' | 'cancelled';
  readonly operator?: Operator;
}

/** Who decided an approval, as its row shows it. */
export interface Operator {
  readonly operator_id: string;
  readonly operator_name: string;
  readonly metadata?: string;
}

/** An object that clients create and delete, and that has no effect here: a route, a certificate, a login option. */
export interface KeptObject extends Row {
  /** The path of its list. */
  readonly path: string;
  readonly body: JsonObject;
}
