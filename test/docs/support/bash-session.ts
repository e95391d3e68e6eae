import { spawn } from 'node:child_process';

export interface BashSession {
  /** Runs a line as typed by a user; variables and the working directory last until the session ends. */
  run(line: string): Promise<BashRun>;
  end(): Promise<void>;
}

export interface BashRun {
  readonly exitCode: number;
  /** Standard output and standard error in the order of a terminal. */
  readonly said: string;
}

/** Separates the output of a line from its exit code. No program prints it. */
const MARK = '\u001E';

/** One interactive bash. */
export function bashSession(cwd: string, env: Readonly<Record<string, string>>): BashSession {
  const bash = spawn('bash', ['--noprofile', '--norc'], { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = new Promise<never>((_, reject) => {
    bash.once('close', () => reject(new Error('bash ended')));
  });
  closed.catch(() => undefined);
  const answer = (): Promise<BashRun> =>
    new Promise((resolve) => {
      let all = '';
      const read = (chunk: Buffer): void => {
        all += chunk.toString();
        const [said = '', exitCode] = all.split(MARK);
        if (exitCode === undefined || !exitCode.endsWith('\n')) return;
        bash.stdout.off('data', read);
        resolve({ said, exitCode: Number(exitCode) });
      };
      bash.stdout.on('data', read);
    });
  return {
    run: (line) => {
      const said = answer();
      const quoted = `'${line.replaceAll("'", String.raw`'\''`)}'`;
      bash.stdin.write(`eval ${quoted} </dev/null 2>&1; printf '${MARK}%d\\n' $?\n`);
      return Promise.race([said, closed]);
    },
    end: async () => {
      bash.stdin.end();
      await closed.catch(() => undefined);
    },
  };
}
