import { describe, expect, test } from 'vitest';
import { PAYMENTS } from '../support/product-files.ts';
import { htmlOutline } from '../report/support/html-outline.ts';
import { atWorkplace, runAdc } from '../support/run-adc.ts';

const FILES = { 'api-products.yaml': PAYMENTS };

describe('progress goes to standard error', () => {
  test('one line for each step', async () => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      const { err } = await adc('sync');
      expect(err.trimEnd().split('\n')).toHaveLength(2);
      expect(err).toMatch(/^\[1\/2\] created "Payments API"/);
    });
  });

  test('--verbose 0 hides only progress', async () => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      const { out, err } = await adc('sync --verbose 0');
      expect(err).toBe('');
      expect(out).toContain('sync changed 1 product in 2 steps (created 1, published 1).');
    });
  });

  test('--verbose 0 hides no warning', async () => {
    const files = { 'api-products.yaml': PAYMENTS.replace('    status: published\n', '') };
    await atWorkplace({ files }, async ({ adc }) => {
      expect((await adc('sync --verbose 0')).err).toContain('status-left-out');
    });
  });
});

test('a plan is as wide as the terminal', async () => {
  const files = {
    'api-products.yaml': PAYMENTS.replace('    auth:', `    desc: ${'x'.repeat(300)}\n    auth:`),
  };
  await atWorkplace({ files }, async ({ adc }) => {
    const widest = async (columns: number): Promise<number> => {
      const { out } = await adc('diff', { columns: () => columns });
      return Math.max(...out.split('\n').map((line) => line.length));
    };
    expect(await widest(70)).toBe(70);
    expect(await widest(200)).toBe(200);
  });
});

test('--format github prints the plan as text, and annotations for GitHub', async () => {
  await atWorkplace({ files: FILES }, async ({ adc }) => {
    const { out, err } = await adc('diff --format github');
    expect(out).toMatch(/^::notice title=adc diff::sync would change 1 product in 2 steps \(create 1/m);
    expect(out).toContain('+ Payments API: create, publish');
    expect(err).toBe('');
  });
});

test('--format markdown reports why a command failed, with the same marker', async () => {
  await atWorkplace({ files: FILES }, async ({ adc }) => {
    const { out, exitCode } = await adc('diff --format markdown --portal nowhere');
    expect(exitCode).toBe(1);
    expect(out.split('\n')[0]).toBe('<!-- adc-report:diff -->');
    expect(out).toContain('### adc diff failed');
  });
});

describe('--format html', () => {
  test('of diff is one page on standard output', async () => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      const { out, err, exitCode } = await adc('diff --format html');
      expect(exitCode).toBe(0);
      expect(htmlOutline(out).text).toContain('sync would change 1 product in 2 steps (create 1');
      expect(err).toBe('');
    });
  });

  test('of diff shows why the command failed', async () => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      const { out, exitCode } = await adc('diff --format html --portal nowhere');
      expect(exitCode).toBe(1);
      expect(htmlOutline(out).text).toMatch(/adc diff failed[^]*nowhere/);
    });
  });

  test.each(['lint', 'sync', 'list', 'check-openapi'])('is refused by %s', async (command) => {
    const { out, err, exitCode } = await runAdc([command, '--format', 'html'], { cwd: '/' });
    expect({ out, exitCode }).toEqual({ out: '', exitCode: 1 });
    expect(err).toContain("'html' is invalid. Allowed choices are text, json");
  });
});

test.each([
  'lint',
  'validate',
  'diff',
  'sync',
  'dump',
  'init',
  'ping',
  'list',
  'subscribers',
  'schema',
  'dev',
  'completion',
])('adc %s --help has examples that the command line understands', async (command) => {
  await atWorkplace({}, async ({ adc }) => {
    const { out } = await adc(`${command} --help`);
    const examples = [...out.matchAll(/\badc ([a-z]+[^>)\n]*?)(?: {2}|[>)])/g)].map(([, line = '']) => line);
    const own = examples.filter((line) => line.startsWith(command));
    expect(own.length).toBeGreaterThan(0);
    for (const line of own) expect((await adc(`${line.trim()} --help`)).exitCode).toBe(0);
  });
});
