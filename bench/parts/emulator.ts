import { readFileSync } from 'node:fs';
import { startEmulator, type EmulatorOptions } from '../../src/emulator/start-emulator.ts';

/**
 * The embedded Admin API in a process of its own. Options stand in a file as JSON; each message from the parent is
 * answered with what the journal holds since the last one.
 */
async function serve(file: string): Promise<void> {
  const options = JSON.parse(readFileSync(file, 'utf8')) as EmulatorOptions;
  const { url, token, journal } = await startEmulator(options);
  process.on('message', () => {
    const { requests, mostInFlight } = journal;
    const writes = requests.filter(({ write }) => write).length;
    process.send?.({ requests: requests.length, writes, mostInFlight });
    journal.clear();
  });
  process.once('disconnect', () => process.exit());
  process.send?.({ url, token });
}

void serve(process.argv[2] ?? '');
