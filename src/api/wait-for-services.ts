import { setTimeout } from 'node:timers/promises';
import type { Admin } from '../model/admin.ts';
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import { InterruptedError } from '../model/errors.ts';
import type { PlannedService } from '../model/directory.ts';
import { readServices } from './plan-portal.ts';

/** How long `sync` waits for services that the gateway lacks, and what it calls when it starts to wait. */
export interface ServiceWait {
  readonly ms: number;
  readonly onWait?: ((planned: readonly PlannedService[]) => void) | undefined;
}

interface Waiting<Found> {
  readonly read: () => Promise<Found>;
  readonly plannedIn: (found: Found) => readonly PlannedService[];
  readonly admin: Admin;
  /** Omitted: it does not wait. */
  readonly wait: ServiceWait | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads, and reads again after the gateway has all planned services. Returns the first read if the time is up before
 * that.
 */
export async function readOnceThere<Found>(waiting: Waiting<Found>): Promise<Found> {
  const { read, plannedIn, admin, wait, signal } = waiting;
  const found = await read();
  const planned = plannedIn(found);
  if (planned.length === 0 || wait === undefined) return found;
  wait.onWait?.(planned);
  const end = performance.now() + wait.ms;
  const left = (): number => Math.max(0, end - performance.now());
  for (let pause = 500; left() > 0; pause = Math.min(2 * pause, 5_000)) {
    await sleep(Math.min(pause, left()), signal);
    if (await areThere(planned, admin)) return readOnceThere({ ...waiting, wait: { ...wait, ms: left() } });
  }
  return found;
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(ms, undefined, signal && { signal }).catch(() => {
    throw new InterruptedError('the wait for services was interrupted');
  });
}

async function areThere(planned: readonly PlannedService[], admin: Admin): Promise<boolean> {
  const directory = await readServices(planned, admin);
  return planned.every(({ gateway_group_id, name }) =>
    directory?.services.get(gateway_group_id)?.some((one) => one.name === name),
  );
}

/** The diagnostic for a planned service, which prevents the sync (docs/design/contract.md §17). */
export function notOnGateway({ service, declared, linked, command }: PlannedService): Diagnostic {
  return diagnostic('service-not-on-gateway', {
    message: `the service ${service} is not on the gateway yet`,
    hint: `Run API7's ADC first, with the options that you usually give it: ${command}. To wait for it, pass --wait-for-services 60s. adc wrote nothing.`,
    location: linked,
    related: [{ message: "declared in the file of API7's ADC", location: declared }],
  });
}
