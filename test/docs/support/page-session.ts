import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { programsIn } from '../../pipelines/support/shell.ts';
import { runAdc } from '../../support/run-adc.ts';
import { bashSession, type BashRun, type BashSession } from './bash-session.ts';

/** The default addresses of `adc dev`, which pages show. */
const SHOWN = ['http://127.0.0.1:7080', 'http://127.0.0.1:7081'] as const;

/**
 * The environment of a page: an empty directory, a shell with the program on the PATH, and the server after the first
 * `adc dev`. The server listens on free ports, and the session translates the addresses.
 */
export class PageSession {
  readonly folder: string;
  readonly #bash: BashSession;
  #server: Server | undefined;

  private constructor(folder: string, bash: BashSession) {
    this.folder = folder;
    this.#bash = bash;
  }

  static async use(program: string, act: (session: PageSession) => Promise<void>): Promise<void> {
    const root = await mkdtemp(join(tmpdir(), 'adc-page-'));
    const folder = join(root, 'work');
    await mkdir(folder);
    const env = { ...(await programsIn(root, program)), ADC_REQUEST_CONCURRENT: '1' };
    const bash = bashSession(folder, env);
    const session = new PageSession(folder, bash);
    try {
      await act(session);
    } finally {
      await bash.end();
      await session.#server?.stop();
      await rm(root, { recursive: true });
    }
  }

  /** Runs a line. The first `adc dev` starts the server and returns. */
  async run(line: string): Promise<BashRun> {
    if (this.#server === undefined && line.startsWith('adc dev')) {
      this.#server = await startServer(line, this.folder);
      return { said: this.#asShown(this.#server.welcome), exitCode: 0 };
    }
    const { said, exitCode } = await this.#bash.run(this.#asReal(line));
    return { said: this.#asShown(said), exitCode };
  }

  async write(name: string, text: string): Promise<void> {
    const path = join(this.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, this.#asReal(text));
  }

  read(name: string): Promise<string> {
    return readFile(join(this.folder, name), 'utf8');
  }

  #asReal(text: string): string {
    return SHOWN.reduce((so, shown, at) => so.replaceAll(shown, this.#server?.real[at] ?? shown), text);
  }

  #asShown(text: string): string {
    return SHOWN.reduce((so, shown, at) => so.replaceAll(this.#server?.real[at] ?? shown, shown), text);
  }
}

interface Server {
  readonly welcome: string;
  readonly real: readonly string[];
  stop(): Promise<void>;
}

async function startServer(line: string, cwd: string): Promise<Server> {
  const stopping = new AbortController();
  let welcome = '';
  let ended: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    const out = (text: string): void => {
      welcome += text;
      if (welcome.includes('export ADC_PORTAL')) resolve();
    };
    ended = runAdc([...wordsOf(line), '--port', '0'], { cwd, out, signal: stopping.signal }).then(
      ({ err }) => reject(new Error(`${line}: ${err}`)),
      reject,
    );
  });
  return {
    welcome,
    real: [...welcome.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([url]) => url),
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** The words after `adc`, without a comment. */
function wordsOf(line: string): readonly string[] {
  const words = line.replace(/ +# .*/, '').matchAll(/'([^']*)'|(\S+)/g);
  return [...words].map(([, quoted, bare]) => quoted ?? bare ?? '').slice(1);
}
