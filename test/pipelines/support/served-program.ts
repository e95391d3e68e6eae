import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inject } from 'vitest';
import { runAdc } from '../../support/run-adc.ts';

export interface ServedProgram {
  /** A script of bash that is `adc`. */
  readonly file: string;
  close(): void;
}

/** What a call sends, each part with a NUL at its end: working directory, how many arguments, arguments, environment. */
const CLIENT = (port: number): string => `exec 3<>/dev/tcp/127.0.0.1/${port}
{ printf '%s\\0' "$PWD" "$#" "$@"; env -0; printf 'END\\0'; } >&3
read -r code out <&3
cat "$out.err" >&2
cat "$out"
exit "$code"
`;

/**
 * Runs `adc` in this process for scripts. A process for each call would take most of the time of tests that are about the
 * script; those that are about signals need it.
 */
export async function serveProgram(): Promise<ServedProgram> {
  const folder = await mkdtemp(join(inject('shared'), 'served-'));
  let calls = 0;
  const server = createServer((socket) => {
    let sent = '';
    socket.on('data', (chunk) => {
      sent += chunk.toString();
      if (!sent.endsWith('\0END\0')) return;
      void answered(sent, join(folder, `${(calls += 1)}`)).then((line) => socket.end(line));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const file = join(folder, 'adc.sh');
  await writeFile(file, CLIENT((server.address() as AddressInfo).port));
  return { file, close: () => void server.close() };
}

/** @returns the exit code and the file with the standard output, beside which the standard error is. */
async function answered(sent: string, file: string): Promise<string> {
  const [cwd = '', count = '', ...rest] = sent.split('\0').slice(0, -2);
  const argv = rest.slice(0, Number(count));
  const pairs = rest
    .slice(argv.length)
    .map((text) => [text.replace(/=.*/s, ''), text.replace(/^[^=]*=/, '')]);
  const env = Object.fromEntries(pairs) as Readonly<Record<string, string>>;
  const { exitCode, out, err } = await runAdc(argv, { cwd, env });
  await writeFile(file, out);
  await writeFile(`${file}.err`, err);
  return `${exitCode} ${file}\n`;
}
