import { onTestFinished } from 'vitest';
import { connect, type ConnectionOptions, portalAdmin } from '../../../src/admin/connect.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../src/emulator/start-emulator.ts';
import type { Clock } from '../../../src/admin/client.ts';
import { openSession } from '../../../src/admin/session.ts';
import type { Admin } from '../../../src/model/admin.ts';
import { connectionTo, TOKEN } from './connection.ts';

export const BOTH = ['path', 'query'] as const;

/** Starts the embedded Admin API, and closes it when the test ends. */
export async function emulated(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ token: TOKEN, ...options });
  onTestFinished(async () => emulator.close());
  return emulator;
}

/** Connects, and closes the connection when the test ends. */
export async function connected(server: string, given: Partial<ConnectionOptions> = {}): Promise<Admin> {
  const admin = await connect(connectionTo(server, given));
  onTestFinished(async () => admin.close());
  return admin;
}

/** A clock that never waits: sleeping advances its time. Its random numbers are fixed. */
export function fastClock(): Clock & { readonly slept: readonly number[] } {
  const slept: number[] = [];
  let now = Date.UTC(2026, 0, 1);
  return {
    slept,
    now: () => now,
    random: () => 0.5,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  };
}

/** Like connected(), with a clock that never waits. */
export async function connectedFast(server: string, given: Partial<ConnectionOptions> = {}) {
  const clock = fastClock();
  const session = await openSession(connectionTo(server, given), clock);
  onTestFinished(async () => session.close());
  return { admin: portalAdmin(session), clock };
}
