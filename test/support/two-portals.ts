import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import type { Io } from '../../src/cli/io.ts';
import { startEmulator, type Emulator } from '../../src/emulator/start-emulator.ts';
import { runAdc, type Ran } from './run-adc.ts';

/** A folder with files, two Admin APIs with different tokens, and a function to run adc. */
export interface TwoPortals {
  readonly folder: string;
  readonly staging: Emulator;
  readonly production: Emulator;
  /** The variables of both environments. */
  readonly env: Readonly<Record<string, string>>;
  readonly adc: (line: string, io?: Partial<Io>) => Promise<Ran>;
  readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
}

export const TOKENS = { staging: 'token-of-staging', production: 'token-of-production' };

/** Creates both portals, passes them to `use`, and always closes them. */
export async function atTwoPortals(
  files: Readonly<Record<string, string>>,
  use: (place: TwoPortals) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'adc-test-'));
  const [staging, production] = await Promise.all([
    startEmulator({ token: TOKENS.staging }),
    startEmulator({ token: TOKENS.production }),
  ]);
  const write: TwoPortals['write'] = async (named) => {
    for (const [name, text] of Object.entries(named)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  };
  const env = {
    ADC_SERVER_STAGING: staging.url,
    ADC_TOKEN_STAGING: TOKENS.staging,
    ADC_SERVER_PRODUCTION: production.url,
    ADC_TOKEN_PRODUCTION: TOKENS.production,
  };
  try {
    await write(files);
    const adc: TwoPortals['adc'] = (line, io) => runAdc(line.split(' '), { env, cwd: folder, ...io });
    await use({ folder, staging, production, env, adc, write });
  } finally {
    await Promise.all([staging.close(), production.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}
