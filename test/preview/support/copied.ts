import { withAdmin, type Connection } from '../../../src/api/connection.ts';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../src/emulator/start-emulator.ts';
import { Secret } from '../../../src/lib/redaction.ts';
import type { Declared } from '../../../src/model/declared.ts';
import { startCopy, type Copy } from '../../../src/preview/copy.ts';
import { copyPortal } from '../../../src/preview/read-portal.ts';

export const NOTHING_DECLARED: Declared = {
  products: [],
  owners: [],
  allowances: [],
  managesProducts: false,
};

export function connectionTo({ url, token }: Emulator, portal = 'default'): Connection {
  return { server: url, token: new Secret(token), portal };
}

/** Copies a portal of an emulator. */
export async function copied(emulator: Emulator, declared = NOTHING_DECLARED): Promise<Copy> {
  return withAdmin(connectionTo(emulator), (admin) => copyPortal(admin, declared));
}

/** A copy without the address and the tokens, which differ between copies. */
export function comparable({ target, rows, ...others }: Copy) {
  const portals = rows.portals.map((portal) => ({ ...portal, token: '' }));
  return { ...others, target: { ...target, server: '' }, rows: { ...rows, portals } };
}

/** Serves a portal, passes it to `use` with a function that serves copies, and stops all servers. */
export async function withCopies<Result>(
  options: EmulatorOptions,
  use: (portal: Emulator, copy: (declared?: Declared) => Promise<Emulator>) => Promise<Result>,
): Promise<Result> {
  const portal = await startEmulator(options);
  const served = [portal];
  const copy = async (declared?: Declared): Promise<Emulator> => {
    const made = await startCopy(await copied(portal, declared), {});
    served.push(made);
    return made;
  };
  try {
    return await use(portal, copy);
  } finally {
    await Promise.all(served.map((one) => one.close()));
  }
}
