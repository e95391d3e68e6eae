import type { FileService } from './gateway-file.ts';

/** The resources that the declared products refer to, as read: adc resolves names only in them. */
export interface Directory {
  readonly gatewayGroups: readonly Named[];
  /** Services by gateway group id, for the referenced groups. */
  readonly services: ReadonlyMap<string, readonly Service[]>;
  readonly dcrProviders: readonly Named[];
  /** Undefined if the server has no list of contact points: then files need ids (docs/design/admin-api.md §10). */
  readonly contactPoints: readonly ContactPoint[] | undefined;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Service extends Named {
  readonly gateway_group_id: string;
  readonly hosts: readonly string[];
  /** Names of the service's own plugins. */
  readonly plugins: readonly string[];
  /** The template of the service, if the server reports it. */
  readonly template_id?: string;
  /** The declaration in a file of API7's ADC; a service that only the file has gets a plannedId(). */
  readonly file?: FileService;
}

export interface ContactPoint extends Named {
  readonly type?: string;
}

/**
 * The references of the files, so that nothing else is read. Names and ids are separate: a name always needs a
 * look-up, an id only if a caller checks it or shows its name.
 */
export interface References {
  readonly gatewayGroups: { readonly names: ReadonlySet<string>; readonly ids: ReadonlySet<string> };
  readonly dcrProviders: { readonly names: ReadonlySet<string>; readonly ids: ReadonlySet<string> };
  readonly contactPoints: { readonly names: ReadonlySet<string>; readonly ids: ReadonlySet<string> };
}

/** Plugins that require their own credential, in addition to that of the product (docs/design/admin-api.md §6). */
const AUTH_PLUGINS: ReadonlySet<string> = new Set([
  'authz-casdoor',
  'authz-keycloak',
  'basic-auth',
  'cas-auth',
  'forward-auth',
  'hmac-auth',
  'jwe-decrypt',
  'jwt-auth',
  'key-auth',
  'ldap-auth',
  'multi-auth',
  'openid-connect',
  'saml-auth',
  'wolf-rbac',
]);

export const isAuthPlugin = (plugin: string): boolean => AUTH_PLUGINS.has(plugin);

/** The authentication plugins of a service. */
export function authPluginsOf({ plugins }: Service): readonly string[] {
  return plugins.filter(isAuthPlugin);
}
