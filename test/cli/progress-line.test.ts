import { describe, expect, test } from 'vitest';
import { product, productFile } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const FILES = {
  'api-products.yaml': productFile(product('A', 'orders'), product('B', 'payments')),
};
const terminal = (columns: number) => ({ errColour: true, errColumns: () => columns });

/** The text that stays on the screen. An erase sequence removes the current line. */
const screen = (err: string): readonly string[] =>
  err
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\u001b[2K') + 1).replace(/^\[2K/, ''))
    .filter((line) => line !== '');

async function failingOnce({ emulator }: Workplace): Promise<void> {
  emulator.faults.add({ on: { method: 'POST' }, do: { kind: 'status', status: 400 } });
}

describe('progress', () => {
  test('is one live line on a terminal, which is removed at the end', async () => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      const { err } = await adc('sync', terminal(80));
      expect(err).toMatch(/\[1\/4\] \d running, \d waiting; created "[AB]"/);
      expect(err.match(/\[\d\/4\]/g)).toEqual(err.match(/\[\d\/\d\]/g));
      expect(err).toContain('\r\u001b[2K');
      expect(err.split('\n')).toHaveLength(1);
      expect(screen(err)).toEqual([]);
    });
  });

  test('on a terminal, failed steps stay above the line', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await failingOnce(place);
      const { err } = await place.adc('sync --request-concurrent 1', terminal(200));
      expect(screen(err)).toEqual([expect.stringMatching(/^\[1\/4\] could not create "A"/)]);
    });
  });

  test('wraps failed steps at the width of the terminal, between words', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await failingOnce(place);
      const { err } = await place.adc('sync --request-concurrent 1', terminal(60));
      const [first = '', ...more] = screen(err);
      expect(first).toMatch(/^\[1\/4\] could not create "A": \S/);
      expect(more.length).toBeGreaterThan(0);
      for (const line of more) expect(line).toMatch(/^ {2}\S/);
      expect([first, ...more].filter((line) => line.length > 60 && line.trim().includes(' '))).toEqual([]);
    });
  });

  test('prints failed steps as one line in a log', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await failingOnce(place);
      const { err } = await place.adc('sync --request-concurrent 1', { colour: true, columns: () => 60 });
      expect(err).toMatch(/^\[1\/4\] could not create "A": .{50}/);
    });
  });

  test('is never wider than the terminal', async () => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      const { err } = await adc('sync', terminal(20));
      const shown = err.split('\r\u001b[2K');
      expect(shown.length).toBeGreaterThan(4);
      expect(Math.max(...shown.map((line) => line.length))).toBe(19);
    });
  });

  test.each([
    ['elsewhere', 'sync', {}],
    ['with --no-color', 'sync --no-color', terminal(80)],
  ])('is plain lines %s', async (_, line, io) => {
    await atWorkplace({ files: FILES }, async ({ adc }) => {
      const { err } = await adc(`${line} --request-concurrent 1`, io);
      expect(err).not.toContain('\u001b');
      expect(err).not.toContain('\r');
      expect(
        err
          .trim()
          .split('\n')
          .map((one) => one.slice(0, 5)),
      ).toEqual(['[1/4]', '[2/4]', '[3/4]', '[4/4]']);
    });
  });

  test('contains no control characters of names', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.adc('sync');
      const { id } = place.emulator.store.alterProduct('B', { name: 'B \u001b[2J' });
      const file = productFile(product('A', 'orders'), product('B', 'payments', [`id: ${id}`, 'desc: New']));
      await place.write({ 'api-products.yaml': file.replace('name: B', String.raw`name: "B \x1b[2J"`) });
      const { exitCode, err } = await place.adc('sync', terminal(200));
      expect(exitCode).toBe(0);
      expect(err).toMatch(/updated "B \\[xu]/);
      // Erase sequences and colours come from adc.
      const sequences = err.split('\u001b').slice(1);
      expect(sequences.filter((one) => !/^\[(?:2K|[\d;]*m)/.test(one))).toEqual([]);
    });
  });

  test('the report of an interrupted run has all steps', async () => {
    await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
      const stop = new AbortController();
      emulator.onRequest(({ method }) => (method === 'POST' ? stop.abort('SIGINT') : undefined));
      const line = 'sync --format json --request-concurrent 1';
      const { exitCode, out, err } = await adc(line, { ...terminal(80), signal: stop.signal });
      expect(exitCode).toBe(130);
      const { outcomes } = JSON.parse(out) as { outcomes: readonly { status: string }[] };
      expect(outcomes.map(({ status }) => status)).toEqual(['done', 'skipped', 'skipped', 'skipped']);
      expect(screen(err)).toEqual([]);
    });
  });
});
