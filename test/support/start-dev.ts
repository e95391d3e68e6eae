import { onTestFinished } from 'vitest';
import { runAdc, type Ran } from './run-adc.ts';

/** A running `adc dev`, and a function to run other commands in the same folder. */
export interface Dev {
  /** Its output. */
  readonly said: string;
  /** The addresses of its pages. */
  readonly dashboard: string;
  readonly portal: string;
  /** The variables that it prints for export. */
  readonly env: Readonly<Record<string, string>>;
  readonly adc: (line: string) => Promise<Ran>;
  /** Sends a request to the Developer Portal backend. */
  readonly backend: (method: string, path: string, body?: object) => Promise<Response>;
  /** Sends Ctrl-C and waits for the end. */
  readonly end: () => Promise<Ran>;
}

export async function startDev(folder: string, ...args: readonly string[]): Promise<Dev> {
  const interrupt = new AbortController();
  onTestFinished(() => interrupt.abort());
  let said = '';
  let ready = (): void => undefined;
  const printed = new Promise<void>((resolve) => (ready = resolve));
  const ran = runAdc(['dev', '--port', '0', ...args], {
    cwd: folder,
    signal: interrupt.signal,
    out: (text) => {
      said += text;
      ready();
    },
  });
  await Promise.race([printed, ran.then(({ err }) => Promise.reject(new Error(err)))]);
  const env = Object.fromEntries(
    [...said.matchAll(/^ +export (\w+)=(.*)$/gm)].map(([, name, to]) => [name, to]),
  );
  const [, dashboard = ''] = /^Dashboard: (\S+)/m.exec(said) ?? [];
  const [, portal = '', portalToken] = /^Portal: +(\S+) \(.* portal token (\S+)\)/m.exec(said) ?? [];
  const headers = {
    authorization: `Bearer ${portalToken}`,
    'x-portal-developer-id': 'de000000-0000-4000-8000-000000000001',
  };
  return {
    said,
    dashboard,
    portal,
    env,
    adc: (line) => runAdc(line.split(' '), { cwd: folder, env }),
    backend: (method, path, body) =>
      fetch(portal + path, { method, headers, body: body ? JSON.stringify(body) : null }),
    end: () => {
      interrupt.abort();
      return ran;
    },
  };
}
