import type { Location, Related } from './diagnostic.ts';

/** The resources of the server that the declared products refer to. adc resolves names only to these resources. */
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
  /** Names of the enabled plugins of the service itself. */
  readonly plugins: readonly string[];
  /** The template of the service, if the server reports it. */
  readonly template_id?: string;
  /** The declaration in a file of API7's ADC. A service that exists only in a file has a plannedId(). */
  readonly file?: FileService;
}

export interface ContactPoint extends Named {
  readonly type?: string;
}

/**
 * The references of the files, which limit the requests. Names and ids are separate: a name always needs a look-up, an
 * id only if the caller checks it or shows its name.
 */
export interface References {
  readonly gatewayGroups: { readonly names: ReadonlySet<string>; readonly ids: ReadonlySet<string> };
  readonly dcrProviders: { readonly names: ReadonlySet<string>; readonly ids: ReadonlySet<string> };
  readonly contactPoints: { readonly names: ReadonlySet<string>; readonly ids: ReadonlySet<string> };
}

/** Plugins that require their own credential, in addition to that of the product (docs/design/admin-api.md §6). */
const AUTH_PLUGINS: ReadonlySet<string> = new Set([
  ...'authz-casdoor authz-keycloak basic-auth cas-auth forward-auth hmac-auth jwe-decrypt'.split(' '),
  ...'jwt-auth key-auth ldap-auth multi-auth openid-connect saml-auth wolf-rbac'.split(' '),
]);

export const isAuthPlugin = (plugin: string): boolean => AUTH_PLUGINS.has(plugin);

/** The names of the plugins that are not disabled: a disabled one authenticates no caller. */
export function enabledPlugins(plugins: unknown): readonly string[] {
  const settings = typeof plugins === 'object' && plugins !== null ? (plugins as Plugins) : {};
  return Object.keys(settings).filter((name) => settings[name]?._meta?.disable !== true);
}

type Plugins = Readonly<Record<string, { readonly _meta?: { readonly disable?: unknown } } | null>>;

/** The authentication plugins of a service. */
export function authPluginsOf({ plugins }: Service): readonly string[] {
  return plugins.filter(isAuthPlugin);
}

/** Keys and indexes below a service. */
export type KeyPath = readonly (string | number)[];

/**
 * A service in a file of API7's ADC (docs/design/contract.md §17). Such files contain secret keys, so reports show only
 * places, key paths, and names similar to a name in a product file.
 */
export interface FileService {
  readonly name: string;
  /** Undefined if the file has no id. */
  readonly id: string | undefined;
  /** Hosts of the service itself. */
  readonly hosts: readonly string[];
  readonly routeHosts: readonly string[];
  /** Such as `['routes', 0, 'plugins', 'key-auth']`. */
  readonly plugins: readonly KeyPath[];
  /** All files and globs of its gateway group, as given. */
  readonly patterns: readonly string[];
  /** The place of a part, without the text of its line, and its key path, such as `services[2].hosts`. */
  readonly at: (path?: KeyPath) => Related;
}

/** The services that files of API7's ADC declare, by the name or id of the gateway group. */
export type Gateways = ReadonlyMap<string, readonly FileService[]>;

/** A place as in plans and JSON. */
export type Place = Pick<Location, 'file' | 'line' | 'column'>;

/** A linked service that a file of API7's ADC declares and the gateway lacks. It has no id yet. */
export interface PlannedService {
  /** `group/service`. */
  readonly service: string;
  readonly gateway_group_id: string;
  readonly name: string;
  /** The place in the file of API7's ADC. */
  readonly declared: Place;
  /** The place in the product file. */
  readonly linked: Place;
  /**
   * The command of API7's ADC that adds the service. It names all files of the gateway group, because API7's ADC
   * deletes objects that are in none of its files.
   */
  readonly command: string;
}

/** Ids have no slash (docs/design/admin-api.md §1.6), so no service has such an id. */
const NO_ID = 'planned/';

/** A placeholder for the unknown id of a planned service. adc never sends it. */
export const plannedId = (name: string): string => NO_ID + name;

export const isPlannedId = (id: string): boolean => id.startsWith(NO_ID);
