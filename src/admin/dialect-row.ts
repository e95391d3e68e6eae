import type { AuthKeys } from '../fields/field.ts';
import type { Dialect } from '../model/live.ts';
import type { AuthScheme } from './portal-settings.ts';
import type { Query } from './http.ts';

export interface Route {
  readonly path: string;
  readonly query: Query;
}

/** All that sets one dialect of the Admin API apart from the other; nothing else in the program knows it (admin-api §2). */
export interface DialectRow {
  readonly name: Dialect;
  /** How the token is sent where `--auth-scheme` is auto. */
  readonly scheme: AuthScheme;
  /** How the auth types are spelled in a body that is written; both spellings are read. */
  readonly authKeys: AuthKeys;
  readonly products: (portalId: string) => Route;
  readonly product: (portalId: string, id: string) => Route;
  /** Where the subscriptions of a product may be listed, in the order in which to try (admin-api §7.2, §15.10). */
  readonly subscriptions: (portalId: string, id: string) => readonly Route[];
}
