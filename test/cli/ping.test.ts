import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/start-emulator.ts';
import { certificates } from '../admin/support/certificates.ts';
import { runAdc, type Ran } from '../support/run-adc.ts';
import { tempFiles } from '../support/temp-files.ts';

const { ca, server, user } = certificates();

interface Pinged {
  readonly emulator: Emulator;
  readonly ping: (...args: readonly string[]) => Promise<Ran>;
}

async function pinging(
  options: EmulatorOptions = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Pinged> {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  const latin1 = Buffer.from(`# d\u00e9faut\n${ca.cert}`, 'latin1');
  const cwd = await tempFiles({
    'ca.pem': ca.cert,
    'latin1.pem': latin1,
    'user.pem': user.cert,
    'user.key': user.key,
  });
  const all = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token, ADC_PORTAL: 'default', ...env };
  return { emulator, ping: (...args) => runAdc(['ping', ...args], { cwd, env: all }) };
}

const failed = (message: RegExp, hint: RegExp) => ({
  exitCode: 1,
  out: '',
  err: expect.stringMatching(new RegExp(`^error: .*${message.source}.*\nhint: .*${hint.source}`)) as string,
});

describe('adc ping', () => {
  test.each(['path', 'query'] as const)('describes the server in the %s dialect', async (dialect) => {
    const { emulator, ping } = await pinging({ dialects: [dialect] });
    const { exitCode, out, err } = await ping();
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const header = dialect === 'path' ? 'Authorization: Bearer' : 'X-API-KEY';
    for (const fact of [emulator.url, 'default', dialect, '3.9.3', header, 'admin'])
      expect(out).toContain(fact);
    expect(out).not.toContain(emulator.token);
  });

  test('reports a server version without portals', async () => {
    const { ping } = await pinging({ switches: { portals: 'off', version: '3.8.17' } });
    expect(await ping()).toEqual(failed(/3\.8\.17.* since 3\.8\.18/, /Upgrade/));
  });

  test('suggests a wrong address for a server without portals and version', async () => {
    const { ping, emulator } = await pinging({ switches: { portals: 'off' } });
    emulator.faults.add({
      on: { path: '/api/version' },
      times: Infinity,
      do: { kind: 'status', status: 404 },
    });
    expect(await ping()).toEqual(failed(/no list of portals/, /--server is the address of the dashboard/));
  });

  test.each(['path', 'query'] as const)('reports a wrong token, with its header (%s)', async (dialect) => {
    const { ping } = await pinging({ dialects: [dialect] }, { ADC_TOKEN: 'a7ee-wrong' });
    const refused = await ping();
    expect(refused).toEqual(failed(/401/, /--token or ADC_TOKEN.*--auth-scheme/));
    expect(refused.err).toMatch(/X-API-KEY|Bearer/);
    expect(refused.err).not.toContain('a7ee-wrong');
  });

  test('reports an untrusted certificate, and accepts it with --ca-cert-file', async () => {
    const { ping } = await pinging({ tls: server });
    expect(await ping()).toEqual(failed(/certificate/, /--ca-cert-file/));
    expect(await ping('--ca-cert-file', 'ca.pem')).toMatchObject({ exitCode: 0, err: '' });
    // A comment of a PEM file has any encoding.
    expect(await ping('--ca-cert-file', 'latin1.pem')).toMatchObject({ exitCode: 0, err: '' });
    expect(await ping('--tls-skip-verify')).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining('--tls-skip-verify'),
    });
  });

  test('sends a client certificate to a server that requires one', async () => {
    const { ping } = await pinging({ tls: { ...server, ca: ca.cert, requestCert: true } });
    const trusting = ['--ca-cert-file', 'ca.pem'];
    expect(await ping(...trusting, '--retry-timeout', '1s')).toEqual(failed(/./, /--tls-client-cert-file/));
    const shown = ['--tls-client-cert-file', 'user.pem', '--tls-client-key-file', 'user.key'];
    expect(await ping(...trusting, ...shown)).toMatchObject({ exitCode: 0, err: '' });
    const variables = { ADC_TLS_CLIENT_CERT_FILE: 'user.pem', ADC_TLS_CLIENT_KEY_FILE: 'user.key' };
    const { ping: again } = await pinging({ tls: { ...server, ca: ca.cert, requestCert: true } }, variables);
    expect(await again(...trusting)).toMatchObject({ exitCode: 0, err: '' });
  });

  test('reports a missing portal, with the existing ones', async () => {
    const { ping } = await pinging();
    expect(await ping('--portal', 'defualt')).toEqual(failed(/"defualt"/, /"default"/));
  });

  test('with --format json, prints one document for a failure', async () => {
    const { ping } = await pinging({}, { ADC_TOKEN: 'a7ee-wrong' });
    const { exitCode, out } = await ping('--format', 'json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ exit_code: 1 });
    expect(out).not.toContain('a7ee-wrong');
  });

  test('sends only GET', async () => {
    const { ping, emulator } = await pinging();
    await ping();
    expect(new Set(emulator.journal.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });
});
