import { listAnswer, type ListedAs } from './list-answer.ts';
import { Refusal } from './refusal.ts';
import type { Answer, Call } from './route.ts';
import type { Application, Developer, Portal, Row } from './rows.ts';
import type { Switches } from './switches.ts';

/** A request of a portal's web site, with or without one of its developers. */
export interface PortalCall extends Call {
  readonly portal: Portal;
  readonly developer: Developer | undefined;
}

const ISO_ORDERED_UNCUT = {
  timestamps: 'iso',
  rowOrder: 'stable',
  paging: 'honoured',
  defaultPageSize: 'none',
  maxPageSize: Infinity,
} as const satisfies Partial<Switches>;

/** The shape of responses is documented here, so no switch for the dashboard changes it (docs/design/admin-api.md §16.2). */
export function documentedSwitches(switches: Switches): Switches {
  return { ...switches, ...ISO_ORDERED_UNCUT };
}

/** A list whose parameters are documented: others are refused, so that a client learns which filter is ignored. */
export function documentedList<Item extends Row>(
  call: PortalCall,
  rows: readonly Item[],
  listed: ListedAs<Item>,
): Answer {
  return listAnswer(call, rows, { documented: [], ...listed });
}

/** @throws Refusal with 401 where the request names no developer. */
export function developerOf({ developer }: PortalCall): Developer {
  if (developer === undefined) throw new Refusal(401, 'X-Portal-Developer-ID is required');
  return developer;
}

export function applicationsOf(call: PortalCall): readonly Application[] {
  const { id } = developerOf(call);
  return call.store.tables.applications.filter((row) => row.developer_id === id);
}
