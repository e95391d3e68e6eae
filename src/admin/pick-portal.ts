import { nearest } from '../lib/nearest.ts';
import { AdminError } from '../model/errors.ts';
import type { Row } from './paging.ts';
import type { Redact } from './redact.ts';

export interface Portal {
  readonly id: string;
  readonly name: string;
}

const MOST_NAMED = 10;

/**
 * The portal that has the id, or else the one that bears the name, exactly: the server's own search is not exact
 * (admin-api §3, acceptance A4).
 * @throws AdminError if there is none, with a near name; or several, with their ids.
 */
export function pickPortal(rows: readonly Row[], wanted: string, redact: Redact): Portal {
  const portals = rows.map(({ id, name }) => ({ id, name: typeof name === 'string' ? name : id }));
  const byId = portals.find(({ id }) => id === wanted);
  if (byId) return byId;
  const [first, ...others] = portals.filter(({ name }) => name === wanted);
  if (first === undefined) throw noSuchPortal(portals, wanted, redact);
  if (others.length === 0) return first;
  throw new AdminError(redact(`${others.length + 1} portals have the name "${wanted}"`), {
    hint: redact(
      `Pass one of their ids with --portal: ${[first, ...others].map(({ id }) => id).join(', ')}.`,
    ),
  });
}

function noSuchPortal(portals: readonly Portal[], wanted: string, redact: Redact): AdminError {
  const names = portals.map(({ name }) => name);
  return new AdminError(redact(`there is no portal "${wanted}"`), {
    hint: redact(hintOf(names, nearest(wanted, names))),
  });
}

function hintOf(names: readonly string[], near: string | undefined): string {
  if (names.length === 0)
    return 'The token sees no portal at all. Make one in the dashboard, or ask for the permission.';
  if (near !== undefined) return `Did you mean "${near}"?`;
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '';
  return `There are: ${names
    .slice(0, MOST_NAMED)
    .map((name) => `"${name}"`)
    .join(', ')}${more}.`;
}
