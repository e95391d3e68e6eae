import type { Admin } from '../model/admin.ts';
import type { Checked, Location } from '../model/diagnostic.ts';
import type { Plan } from '../model/plan.ts';
import { checkFiles } from '../pipeline/check-files.ts';
import { planPortal } from '../pipeline/plan-portal.ts';
import { connectionOptions, scopeOf } from './connection.ts';
import { fileInput } from './file-input.ts';
import type { Io } from './io.ts';
import { keepLlhttpAsItIs } from './llhttp.ts';
import type { Flags, Settings } from './settings.ts';

export interface Planned extends Checked<Plan> {
  /** Where a file declares the product of a name. */
  readonly place?: (product: string) => Location | undefined;
}

/** A plan with the connection that it was made over; `use` may write through it. The connection is closed afterwards. */
export async function withPlan<Result>(
  settings: Settings,
  flags: Flags,
  io: Io,
  use: (planned: Planned, admin: Admin | undefined) => Promise<Result>,
): Promise<Result> {
  const scope = scopeOf(settings);
  const { value: declared, diagnostics } = await checkFiles(fileInput(flags, io));
  if (declared === undefined) return use({ diagnostics }, undefined);
  const place: Planned['place'] = (name) =>
    declared.products.find(({ body }) => body.name === name)?.at(['name']);
  const read = async (admin: Admin): Promise<Planned> => {
    const planned = await planPortal(declared, admin, scope);
    return { ...planned, diagnostics: [...diagnostics, ...planned.diagnostics], place };
  };
  return withReading(settings, io, declared.portal?.name, { read, use });
}

/**
 * Connects, reads, and hands over what was read, with the connection, as withAdmin() does. Interrupting the program stops the
 * reading and nothing after it: no write is cut off, since what became of it would not be known (contract §7).
 */
export async function withReading<Read, Result>(
  settings: Settings,
  io: Io,
  portal: string | undefined,
  {
    read,
    use,
  }: {
    readonly read: (admin: Admin) => Promise<Read>;
    readonly use: (found: Read, admin: Admin) => Promise<Result>;
  },
): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(io.signal.reason);
  if (io.signal.aborted) stop();
  io.signal.addEventListener('abort', stop, { once: true });
  const readAndUse = async (admin: Admin): Promise<Result> => {
    const found = await read(admin);
    io.signal.removeEventListener('abort', stop);
    return use(found, admin);
  };
  return withAdmin(settings, io, portal, readAndUse, controller.signal);
}

/**
 * Connects, hands the connection over, and closes it whatever happens. The client is loaded only now.
 * @param signal stops whatever is under way: it must not be aborted while anything is written.
 */
export async function withAdmin<Result>(
  settings: Settings,
  io: Io,
  portal: string | undefined,
  use: (admin: Admin) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const options = await connectionOptions(settings, io, portal);
  keepLlhttpAsItIs();
  const { connect } = await import('../admin/connect.ts');
  const admin = await connect({ ...options, signal });
  try {
    return await use(admin);
  } finally {
    await admin.close();
  }
}
