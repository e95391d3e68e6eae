import { describe, expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { PAYMENTS } from '../support/product-files.ts';
import { atWorkplace, type Ran, type Workplace } from '../support/run-adc.ts';

interface Asked extends Ran {
  readonly questions: readonly string[];
  /** The output before the question. */
  readonly before: string;
}

/** Runs a command on a terminal, where the user gives this answer. */
async function onTerminal({ adc }: Workplace, line: string, answer: boolean): Promise<Asked> {
  const said = { out: '', err: '' };
  const questions: string[] = [];
  let before = '';
  const terminal: Partial<Io> = {
    interactive: true,
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    confirm: (question) => {
      questions.push(question);
      before = said.out + said.err;
      return Promise.resolve(answer);
    },
  };
  const { exitCode } = await adc(line, terminal);
  return { exitCode, ...said, questions, before };
}

const start = { files: { 'api-products.yaml': PAYMENTS } };

describe('sync on a terminal', () => {
  test('shows the plan, asks, and applies it after yes', async () => {
    await atWorkplace(start, async (place) => {
      const { exitCode, questions, before } = await onTerminal(place, 'sync', true);
      expect(exitCode).toBe(0);
      expect(questions.length).toBe(1);
      expect(before).toMatch(/^Portal "default"[^]*Payments API[^]*sync would change 1 product/);
      expect(place.emulator.store.products.length).toBe(1);
    });
  });

  test('never asks if CI is set, because some runners have a terminal', async () => {
    await atWorkplace(start, async ({ adc, emulator }) => {
      const confirm = (): Promise<boolean> => Promise.reject(new Error('asked'));
      const env = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token, CI: 'true' };
      expect((await adc('sync', { interactive: true, confirm, env })).exitCode).toBe(0);
      expect(emulator.store.products.length).toBe(1);
    });
  });

  test('writes nothing after no, and reports it', async () => {
    await atWorkplace(start, async (place) => {
      const { exitCode, out, err } = await onTerminal(place, 'sync', false);
      expect(exitCode).toBe(1);
      expect(out + err).toMatch(/Nothing was changed/);
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('a question that %s interrupts ends with %i, and nothing was changed', async (name, code) => {
    await atWorkplace(start, async ({ adc, emulator }) => {
      const stop = new AbortController();
      const confirm = (): Promise<boolean> => {
        stop.abort(name);
        return Promise.resolve(false);
      };
      const terminal = { interactive: true, columns: () => 80, confirm, signal: stop.signal };
      const { exitCode, err } = await adc('sync', terminal);
      expect({ exitCode, err }).toEqual({ exitCode: code, err: 'Nothing was changed.\n' });
      expect(emulator.journal.writes()).toEqual([]);
    });
  });

  test('warns before it asks', async () => {
    const warned = PAYMENTS.replace('    auth:', '    labels: { x: y }\n    auth:').replace(
      '    status: published\n',
      '',
    );
    await atWorkplace({ files: { 'api-products.yaml': warned } }, async (place) => {
      const { before } = await onTerminal(place, 'sync', false);
      expect(before).toMatch(/status-left-out/);
    });
  });

  test.each(['json', 'markdown', 'github'])(
    'asks before it prints %s, and prints it even after a no',
    async (format) => {
      await atWorkplace(start, async (place) => {
        const { exitCode, out, questions, before } = await onTerminal(
          place,
          `sync --format ${format}`,
          false,
        );
        expect({ exitCode, questions }).toMatchObject({ exitCode: 1, questions: [expect.any(String)] });
        expect(before).toMatch(
          /^Portal "default" at .*\nsync would change 1 product in 2 steps \(create 1, publish 1\); 0 unchanged\.\n$/m,
        );
        expect(out).not.toBe('');
        expect(place.emulator.journal.writes()).toEqual([]);
      });
    },
  );

  test('asks before it applies a saved plan', async () => {
    await atWorkplace(start, async (place) => {
      await place.adc('diff -o plan.json');
      const { exitCode, questions } = await onTerminal(place, 'sync --plan plan.json', false);
      expect({ exitCode, questions }).toMatchObject({ exitCode: 1, questions: [expect.any(String)] });
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });

  test.each(['sync --yes', 'sync -y', 'sync --yes --format json', 'diff'])(
    '%s does not ask',
    async (line) => {
      await atWorkplace(start, async (place) => {
        const { exitCode, questions } = await onTerminal(place, line, false);
        expect({ exitCode, questions }).toEqual({ exitCode: 0, questions: [] });
        expect(place.emulator.store.products.length).toBe(line === 'diff' ? 0 : 1);
      });
    },
  );

  test('does not ask if there is nothing to do, or if the plan is refused', async () => {
    await atWorkplace(start, async (place) => {
      await place.adc('sync');
      expect(await onTerminal(place, 'sync', false)).toMatchObject({ exitCode: 0, questions: [] });
      place.emulator.store.subscribeActively('shop', 'Payments API');
      await place.write({ 'api-products.yaml': 'portal: default\napi_products: []\n' });
      expect(await onTerminal(place, 'sync', true)).toMatchObject({ exitCode: 4, questions: [] });
      expect(await onTerminal(place, 'sync --yes', true)).toMatchObject({ exitCode: 4, questions: [] });
    });
  });

  test('does not treat yes as consent, unlike the flags', async () => {
    await atWorkplace(start, async (place) => {
      await place.adc('sync');
      place.emulator.store.subscribeActively('shop', 'Payments API');
      await place.write({ 'api-products.yaml': PAYMENTS.replace('published', 'draft') });
      expect((await onTerminal(place, 'sync', true)).exitCode).toBe(4);
      expect((await onTerminal(place, 'sync --allow-subscription-loss', true)).exitCode).toBe(4);
      const both = 'sync --allow-subscription-loss --allow-unauthenticated default/payments';
      expect((await onTerminal(place, both, true)).exitCode).toBe(0);
    });
  });
});
