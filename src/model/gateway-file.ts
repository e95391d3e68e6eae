import type { Location, Related } from './diagnostic.ts';

/** Keys and indexes below a service. */
export type KeyPath = readonly (string | number)[];

/**
 * A service in a file of API7's ADC (docs/design/contract.md §17). Such files hold keys: reports show only their
 * places and key paths, and names that are similar to one in a product file.
 */
export interface FileService {
  readonly name: string;
  /** Undefined if the file has none. */
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

/** A place in plans and JSON. */
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
   * The command of API7's ADC that adds the service. It names all files of the gateway group, since API7's ADC
   * deletes objects that its files lack.
   */
  readonly command: string;
}

/** Ids have no slash (docs/design/admin-api.md §1.6), so no service has such an id. */
const NO_ID = 'planned/';

/** A placeholder for the unknown id of a planned service. Writes refuse it. */
export const plannedId = (name: string): string => NO_ID + name;

export const isPlannedId = (id: string): boolean => id.startsWith(NO_ID);
