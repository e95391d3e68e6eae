import type { ContactPoint, Directory, Named } from '../../../src/model/directory.ts';

/** The id and the name of a resource. */
export type Pair = readonly [id: string, name: string];

interface Parts {
  readonly groups?: readonly Pair[];
  /** By gateway group id. */
  readonly services?: Readonly<Record<string, readonly Pair[]>>;
  readonly providers?: readonly Pair[];
  /** `undefined` if the server has no such list. */
  readonly contacts?: readonly Pair[] | undefined;
}

/** The resources of the control plane. Omitted kinds are empty. */
export function directoryOf(parts: Parts = {}): Directory {
  const { groups = [], services = {}, providers = [] } = parts;
  const contacts: readonly Pair[] | undefined = 'contacts' in parts ? parts.contacts : [];
  const inGroup = (gateway_group_id: string, pairs: readonly Pair[]) =>
    named(pairs).map((one) => ({ ...one, gateway_group_id, hosts: [], plugins: [] }));
  return {
    gatewayGroups: named(groups),
    services: new Map(Object.entries(services).map(([id, pairs]) => [id, inGroup(id, pairs)])),
    dcrProviders: named(providers),
    contactPoints: contacts && (named(contacts) satisfies readonly ContactPoint[]),
  };
}

function named(pairs: readonly Pair[]): readonly Named[] {
  return pairs.map(([id, name]) => ({ id, name }));
}
