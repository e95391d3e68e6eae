import { spawn } from 'node:child_process';
import type { Io } from './io.ts';

/** Programs that open an address, by the platform of Node.js. None of them is a shell. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens an address in a browser. A failure is a warning: the address is printed anyway. */
export function openBrowser(url: string, { err }: Pick<Io, 'err'>): void {
  const [program, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true });
  child.on('error', ({ message }) => err(`warning: the browser cannot be opened: ${message}\n`));
  child.on('exit', (code) => {
    if (code !== 0) err(`warning: the browser cannot be opened: ${program} ended with ${code}\n`);
  });
  child.unref();
}
