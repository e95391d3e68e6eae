import { readFileSync } from 'node:fs';
import { startEmulator, type EmulatorOptions } from '../../src/emulator/start-emulator.ts';

/**
 * Runs the embedded Admin API with the options in a JSON file. Replies to each message of the parent process with the
 * numbers in the journal since the last message.
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
