import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundled } from './bundled.js';
import { cleanEnv } from './node-process.js';

/**
 * Starts the embedded Admin API in a process of its own, and gives `env`, with which adc finds it, `asked()`, which gives
 * the numbers of requests, writes and most in flight since the last time, and `stop()`.
 * @param options those of startEmulator(), as JSON: `seed`, `latencyMs`, `switches`.
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
