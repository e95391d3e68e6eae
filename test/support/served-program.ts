import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inject } from 'vitest';
import { runAdc } from './run-adc.ts';

export interface ServedProgram {
  /** A bash script that acts as `adc`. */
  readonly file: string;
  close(): void;
}

/**
 * A call sends, each terminated by NUL: the working directory, the number of arguments, the arguments and the environment.
 * The response is the name of a script that prints the output of `adc` and ends with its exit code. The client starts no process.
 */
const CLIENT = (port: number): string => `exec 3<>/dev/tcp/127.0.0.1/${port}
{
  printf '%s\\0' "$PWD" "$#" "$@"
  while read -r name; do printf '%s=%s\\0' "$name" "\${!name}"; done < <(compgen -e)
  printf 'END\\0'
} >&3
read -r answer <&3
exec 3>&-
. "$answer"
`;

/**
 * Runs `adc` in this process for scripts, because a process for each call would take most of the time. Tests of signals,
 * standard input or terminals need a separate process.
 */
export async function serveProgram(): Promise<ServedProgram> {
  const folder = await mkdtemp(join(inject('shared'), 'served-'));
  let calls = 0;
  const server = createServer((socket) => {
    let sent = '';
    socket.on('data', (chunk) => {
      sent += chunk.toString();
      if (!sent.endsWith('\0END\0')) return;
      const file = join(folder, `${(calls += 1)}.sh`);
      void answer(sent)
        .then((script) => writeFile(file, script))
        .then(() => socket.end(`${file}\n`));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const file = join(folder, 'adc.sh');
  await writeFile(file, CLIENT((server.address() as AddressInfo).port));
  return { file, close: () => void server.close() };
}

async function answer(sent: string): Promise<string> {
  const [cwd = '', count = '', ...rest] = sent.split('\0').slice(0, -2);
  const argv = rest.slice(0, Number(count));
  const pairs = rest
    .slice(argv.length)
    .map((text) => [text.replace(/=.*/s, ''), text.replace(/^[^=]*=/, '')]);
  const env = Object.fromEntries(pairs) as Readonly<Record<string, string>>;
  const lines: string[] = [];
  const print = (to: string) => (text: string) =>
    void lines.push(`printf %s '${text.replaceAll("'", String.raw`'\''`)}'${to}`);
  const { exitCode } = await runAdc(argv, { cwd, env, out: print(''), err: print(' >&2') });
  return [...lines, `exit ${exitCode}`, ''].join('\n');
}
