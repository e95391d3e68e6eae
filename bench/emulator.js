import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundled } from './bundled.js';
import { cleanEnv } from './node-process.js';

/**
 * Starts the embedded Admin API in a separate process.
 * @param options for startEmulator(), as JSON: `seed`, `latencyMs`, `switches`.
 * @returns `env` for adc, `asked()`, which returns the numbers of requests, writes and concurrent requests since the last
 * call, and `stop()`.
 */
export async function startedEmulator(folder, options) {
  const file = join(folder, 'emulator.json');
  await writeFile(file, JSON.stringify(options));
  const child = fork(await bundled('emulator', folder), [file], { env: cleanEnv() });
  const end = once(child, 'exit');
  const answer = async () => {
    const [message] = await Promise.race([once(child, 'message'), end]);
    if (typeof message === 'object') return message;
    throw new Error(`the embedded Admin API ended with ${message}`);
  };
  const { url, token } = await answer();
  return {
    env: { ADC_SERVER: url, ADC_TOKEN: token, ADC_PORTAL: 'default' },
    asked: () => {
      child.send('asked');
      return answer();
    },
    stop: async () => {
      child.disconnect();
      await end;
    },
  };
}
