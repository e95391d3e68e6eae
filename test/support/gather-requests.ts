import { setTimeout } from 'node:timers/promises';
import type { Emulator } from '../../src/emulator/start-emulator.ts';

type Request = Parameters<Parameters<Emulator['onRequest']>[0]>[0];

/**
 * Delays the responses to the first `count` requests of a kind until all of them have arrived, however slow the machine is: a client
 * that sends fewer at a time waits until the test fails. A short delay after the last one gives a client that sends too many the time to do it.
 */
export function gatherRequests(emulator: Emulator, count: number, kind: (request: Request) => boolean): void {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let arrived = 0;
  emulator.onRequest((request) => {
    if (!kind(request)) return;
    arrived += 1;
    if (arrived === count) void setTimeout(10).then(open);
    return opened;
  });
}
