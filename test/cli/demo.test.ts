import { readdir } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { runAdc } from '../support/run-adc.ts';
import { tempFiles } from '../support/temp-files.ts';

afterEach(() => vi.unstubAllEnvs());

const demo = (env = {}, signal = new AbortController().signal) => runAdc(['demo'], { cwd: '/', env, signal });

test('adc demo shows a change of auth refused with the number of subscribers, the entry, and the change applied', async () => {
  const { exitCode, out, err } = await demo();
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect([...out.matchAll(/^\(exit code (.*)\)$/gm)].map(([, code]) => code)).toEqual(['0', '4', '0', '0']);
  const [, refused = '', allowed = ''] = /(# A pull request[^]*)(# The team agrees[^]*)/.exec(out) ?? [];
  expect(refused).toContain('"Payments API": 2 active subscriptions would end');
  const entry =
    /^allow:\n  - product: Payments API\n    subscription_loss: \d+\n.*\n/m.exec(refused)?.[0] ?? '';
  expect(entry).not.toBe('');
  expect(allowed).toContain(entry.replaceAll(/^(?=.)/gm, '+ '));
  expect(allowed).toMatch(/published/);
});

test('adc demo uses no setting of the caller, and leaves no files', async () => {
  const folder = await tempFiles({});
  vi.stubEnv('TMPDIR', folder);
  const env = {
    ADC_SERVER: 'http://127.0.0.1:1',
    ADC_TOKEN: 'of-the-caller',
    ADC_PORTAL: 'none',
    ADC_OWNER: 'other',
  };
  expect((await demo(env)).exitCode).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});

test('adc demo ends with 130 after Ctrl-C', async () => {
  const { exitCode, err } = await demo({}, AbortSignal.abort('SIGINT'));
  expect({ exitCode, err }).toEqual({ exitCode: 130, err: 'interrupted; nothing was changed\n' });
});
