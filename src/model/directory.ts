import type { FileService } from './gateway-file.ts';

/** What the declared products refer to, as far as it was read: the only live things that names are looked up in. */
export interface Directory {
  readonly gatewayGroups: readonly Named[];
  /** Services by gateway group id, for the groups that the files refer to. */
  readonly services: ReadonlyMap<string, readonly Service[]>;
  readonly dcrProviders: readonly Named[];
  /** Undefined where the server has no list of contact points: then only ids can be used (docs/design/admin-api.md §10). */
  readonly contactPoints: readonly ContactPoint[] | undefined;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Service extends Named {
  readonly gateway_group_id: string;
  readonly hosts: readonly string[];
  /** Names of the plugins that the service carries itself. */
  readonly plugins: readonly string[];
  /** The template that the service was published from, where the server reports it. */
  readonly template_id?: string;
  /** What a file of API7's ADC says of it; the id of a service that only the file has is a plannedId(). */
  readonly file?: FileService;
}

export interface ContactPoint extends Named {
  readonly type?: string;
}

/**
 * The things that the files refer to, so that nothing else is read. Names and ids are kept apart: a name always costs a
 * look-up, an id only where a caller checks it or shows its name.
 */
export interface References {
  readonly gatewayGroups: { readonly names: ReadonlySet<string>; readonly ids: ReadonlySet<string> };
  readonly dcrProviders: { readonly names: ReadonlySet<string>; readonly ids: ReadonlySet<string> };
  readonly contactPoints: { readonly names: ReadonlySet<string>; readonly ids: ReadonlySet<string> };
}

/** Plugins that ask callers for a credential of their own, beside the product's (docs/design/admin-api.md §6). */
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

/** The plugins of a service that authenticate callers without a product. */
export function authPluginsOf({ plugins }: Service): readonly string[] {
  return plugins.filter(isAuthPlugin);
}
