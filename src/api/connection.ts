import type { ConnectionOptions } from '../admin/connect.ts';
import type { PortalSettings } from '../admin/portal-settings.ts';
import type { Admin } from '../model/admin.ts';
import { UsageError } from '../model/errors.ts';
import type { Optional } from './sync-types.ts';

/** How to reach a portal. complete() fills in the defaults. */
export type Connection = Optional<PortalSettings> &
  Pick<ConnectionOptions, 'server' | 'token' | 'portal' | 'onExchange'>;

/** The defaults of the command line and of the library (docs/design/contract.md §3). */
export const DEFAULTS: PortalSettings = {
  dialect: 'auto',
  authScheme: 'auto',
  timeoutMs: 10_000,
  retryTimeoutMs: 60_000,
  tlsSkipVerify: false,
  proxy: {},
  onWarning: () => undefined,
};

/** The connection with defaults. @throws UsageError for a number out of range: a request would never start or never end. */
export function complete(connection: Connection): ConnectionOptions {
  const options = withDefaults(DEFAULTS, connection);
  for (const name of ['concurrency', 'timeoutMs', 'retryTimeoutMs'] as const)
    if (name !== 'concurrency' || options[name] !== undefined)
      checkRange(name, options[name], [1, 86_400_000]);
  return options;
}

/** Connects, reads, and closes the connection. The signal of the connection aborts `read`. */
export async function withAdmin<Read>(connection: Connection, read: (admin: Admin) => Promise<Read>) {
  return withReading(connection, read, async (found) => found);
}

/**
 * Connects, reads, calls `use`, which may write, and closes the connection. The signal of the connection aborts `read`,
 * but no request of `use`: the result of an aborted write is unknown, and the product may stay unpublished
 * (docs/design/contract.md §7).
 */
export async function withReading<Read, Result>(
  connection: Connection,
  read: (admin: Admin) => Promise<Read>,
  use: (found: Read, admin: Admin) => Promise<Result>,
): Promise<Result> {
  const { signal } = connection;
  const [reading, readEnd] = [new AbortController(), new AbortController()];
  const stop = (): void => reading.abort(signal?.reason);
  const options = complete({ ...connection, signal: reading.signal });
  const { connect } = await import('../admin/connect.ts');
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { signal: readEnd.signal });
  const connecting = connect(options);
  try {
    const admin = await connecting;
    const found = await read(admin);
    readEnd.abort();
    return await use(found, admin);
  } finally {
    readEnd.abort();
    await (await connecting).close();
  }
}

/** The given values, with the default for each omitted or undefined one. */
export function withDefaults<Defaults extends object, Given extends Optional<Defaults>>(
  defaults: Defaults,
  given: Given | undefined,
): Defaults & Given {
  const defined = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(defined) } as Defaults & Given;
}

/** @throws UsageError for a value that is not a number in the range, such as NaN. */
export function checkRange(name: string, value: unknown, [least, most]: readonly [number, number]): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  throw new UsageError(`${name} is ${String(value)}; it must be a number from ${least} to ${most}`);
}
