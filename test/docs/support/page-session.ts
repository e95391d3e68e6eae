import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programsIn } from '../../pipelines/support/shell.ts';
import { atWorkplace, runAdc, type Workplace } from '../../support/run-adc.ts';
import { bashSession, type BashSession } from './bash-session.ts';

/** A folder, a shell in it, and an Admin API: where a page happens. */
export interface PageSession {
  readonly place: Workplace;
  readonly bash: BashSession;
  /** Real addresses, and what the page calls them. */
  readonly addresses: readonly Address[];
  /** The line `adc dev …` of a page that starts a server, and what it said; undefined where one is there already. */
  readonly dev: Started | undefined;
}

export interface Address {
  readonly real: string;
  readonly told: string;
}

/** Has the program on the PATH, and starts what the line `adc dev …` says if there is one. */
export async function inSession(
  { program, dev }: { readonly program: string; readonly dev: string | undefined },
  use: (session: PageSession) => Promise<void>,
): Promise<void> {
  const tools = await mkdtemp(join(tmpdir(), 'adc-tools-'));
  const atWork = async (place: Workplace): Promise<void> => {
    const started = dev === undefined ? undefined : await startDev(dev, place.folder);
    const env = {
      ...(await programsIn(tools, program)),
      ADC_REQUEST_CONCURRENT: '1',
      NODE_OPTIONS: `--import ${FIXED_DAY}`,
      ...accessTo(place, dev),
    };
    const bash = bashSession(place.folder, env);
    const { url } = place.emulator;
    const addresses = started?.addresses ?? [{ real: url, told: REMOTE }];
    try {
      await use({ place, bash, addresses, dev: started });
    } finally {
      bash.end();
      await started?.stop();
    }
  };
  try {
    await atWorkplace({}, atWork);
  } finally {
    await rm(tools, { recursive: true });
  }
}

const FIXED_DAY = new URL('fixed-day.mjs', import.meta.url).href;
const REMOTE = 'https://dashboard.example.com:7443';
const DEV = ['http://127.0.0.1:7080', 'http://127.0.0.1:7081'] as const;

/** Who starts a server of his own exports what it says; who is at work has done so long ago. */
function accessTo({ emulator }: Workplace, dev: string | undefined): Readonly<Record<string, string>> {
  return dev === undefined ? { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token } : {};
}

interface Started {
  readonly line: string;
  readonly welcome: string;
  readonly addresses: readonly Address[];
  stop(): Promise<void>;
}

/** `adc dev`, on ports that are free. */
async function startDev(line: string, cwd: string): Promise<Started> {
  const stopping = new AbortController();
  let welcome = '';
  let ended: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    const out = (text: string): void => {
      welcome += text;
      if (welcome.includes('export ADC_PORTAL')) resolve();
    };
    const words = line.replace(/ +#.*/, '').split(' ').slice(1);
    ended = runAdc([...words, '--port', '0'], { cwd, out, signal: stopping.signal }).then(
      ({ err }) => reject(new Error(`${line}: ${err}`)),
      reject,
    );
  });
  const real = [...welcome.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([url]) => url);
  return {
    line,
    welcome,
    addresses: DEV.map((told, at) => ({ real: real[at] ?? told, told })),
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
