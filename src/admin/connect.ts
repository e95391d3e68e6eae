import type { Admin } from '../model/admin.ts';
import { portalAdmin } from './portal-admin.ts';
import type { SessionOptions } from './session.ts';
import { openSession } from './session.ts';

/** How to reach a portal, complete: flags, environment and defaults are merged before (contract §3). */
export type ConnectionOptions = SessionOptions;

/**
 * Finds the dialect and the portal, and with that checks address and token. The caller closes what it gets.
 * @throws AdminError if the server can't be reached, refuses the token, or has no such portal; UsageError for settings
 * that can't work.
 */
export async function connect(options: ConnectionOptions): Promise<Admin> {
  return portalAdmin(await openSession(options));
}
