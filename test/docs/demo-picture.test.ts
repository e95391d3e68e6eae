import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { demoPicture } from '../../scripts/demo-picture.ts';
import { stable } from './support/shown-output.ts';

const FILE = new URL('../../docs/images/demo.svg', import.meta.url);
const text = (svg: string): string => svg.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');

test('docs/images/demo.svg shows what adc demo prints', async () => {
  const made = await demoPicture();
  if (process.env['ADC_UPDATE_GOLDENS'] === '1') return writeFileSync(FILE, made);
  expect(stable(readFileSync(FILE, 'utf8'))).toBe(stable(made));
});

test('the animation takes 20 to 30 seconds, has no script, and shows the refusal and the consent', () => {
  const svg = readFileSync(FILE, 'utf8');
  expect(Number(/animation:([\d.]+)s/.exec(svg)?.[1])).toBeGreaterThanOrEqual(20);
  expect(Number(/animation:([\d.]+)s/.exec(svg)?.[1])).toBeLessThanOrEqual(30);
  expect(svg).not.toMatch(/<script|href|url\(/);
  const shown = text(svg);
  for (const words of [
    '2 active subscriptions would end',
    '(exit code 4)',
    'allow:',
    'ended 2 active subscriptions',
  ])
    expect(shown).toContain(words);
});
