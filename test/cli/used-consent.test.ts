import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PAYMENTS } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const CHANGED = PAYMENTS.replace('key_auth: {}', 'basic_auth: {}');
const DAY = '2026-12-05';
const ENTRY = `allow:\n  - { product: Payments API, subscription_loss: 5, until: ${DAY}, reason: PAY-123 }\n`;
const SAID = `"Payments API": 2 active subscriptions would end (allowed by products/a.yaml:12: 5 until ${DAY}, PAY-123)`;

/** Two subscriptions that the files end, and an entry that allows it. */
async function allowed(use: (place: Workplace) => Promise<void>, more = ENTRY): Promise<void> {
  await atWorkplace({ files: { 'products/a.yaml': PAYMENTS } }, async (place) => {
    await place.adc('sync -f products');
    for (const name of ['shop', 'mobile']) place.emulator.store.subscribeActively(name, 'Payments API');
    await place.write({ 'products/a.yaml': CHANGED + more });
    await use(place);
  });
}

describe('used consent', () => {
  test('is named in text, markdown and JSON', async () => {
    await allowed(async (place) => {
      const text = (await place.adc('diff -f products')).out;
      expect(text).toContain(`Allowed by consent\n  ${SAID}\n`);
      const markdown = (await place.adc('diff -f products --format markdown')).out;
      expect(markdown).toContain('**Allowed by consent**');
      expect(markdown).toContain(`allowed by \`products/a.yaml:12\`: 5 until ${DAY}, PAY-123`);
      expect(JSON.parse((await place.adc('diff -f products --format json')).out)).toMatchObject({
        refused: [],
        allowed: [
          {
            code: 'subscription-loss',
            by: { file: 'products/a.yaml', line: 12, until: DAY, subscription_loss: 5, reason: 'PAY-123' },
          },
        ],
      });
      const flag = await place.adc('diff -f products --allow-subscription-loss --format json');
      expect(JSON.parse(flag.out)).toMatchObject({
        allowed: [{ by: { flag: '--allow-subscription-loss' } }],
      });
    });
  });

  test('is shown with the names of subscribers before the question of sync', async () => {
    await allowed(async (place) => {
      let shown = '';
      const { exitCode } = await place.adc(['sync', '-f', 'products', '--subscribers', 'names'], {
        interactive: true,
        out: (text) => (shown += text),
        columns: () => 200,
        confirm: async () => {
          expect(shown).toContain(SAID);
          expect(shown).toMatch(/subscribers: "mobile" of "dora", "shop" of "dora"/);
          return false;
        },
      });
      expect(exitCode).toBe(1);
      expect.assertions(3);
    });
  });

  test('and refusals are annotated at the line of the product, with a path relative to the root of the repository', async () => {
    await allowed(async (place) => {
      const env = {
        ADC_SERVER: place.emulator.url,
        ADC_TOKEN: place.emulator.token,
        GITHUB_WORKSPACE: place.folder,
      };
      const cwd = join(place.folder, 'products');
      const { out } = await place.adc('diff -f a.yaml --format github', { cwd, env });
      expect(out).toMatch(/^::error file=products\/a\.yaml,line=3,[^:]*title=adc sync refuses this plan::/m);
      expect(out).toMatch(/^::notice file=products\/a\.yaml,line=3,[^:]*title=adc diff::/m);
    }, '');
  });
});

test.each(['diff -f products', 'sync -f products'])(
  '%s warns of a misspelled name in a flag',
  async (words) => {
    await allowed(async (place) => {
      const command = [...words.split(' '), '--max-subscription-loss', 'Paymets API=5'];
      const { err, exitCode } = await place.adc(command);
      expect(exitCode).toBe(words.startsWith('diff') ? 0 : 4);
      expect(err).toContain('--max-subscription-loss "Paymets API" allows nothing that this plan does');
      expect(err).toContain('Did you mean "Payments API"?');
      const right = await place.adc([...command, '--max-subscription-loss', 'Payments API=5']);
      expect(right.err).not.toContain('Did you mean');
    }, '');
  },
);

test.each([
  [{}, 'adc does not manage this product'],
  [{ 'managed-by': 'adc/acme.other' }, 'This product belongs to another owner'],
])('an entry that deletes a product with the labels %j says why it has no effect', async (labels, hint) => {
  const entry = `allow:\n  - { product: Payments API, delete: true, until: ${DAY} }\n`;
  await atWorkplace({ files: { 'a.yaml': PAYMENTS } }, async (place) => {
    await place.adc('sync -f a.yaml');
    place.emulator.store.alterProduct('Payments API', { labels });
    await place.write({ 'a.yaml': `portal: default\nowner: acme.shop\n${entry}api_products: []\n` });
    const { err } = await place.adc('diff -f a.yaml');
    expect(err).toContain('allowance-unused');
    expect(err).toContain(hint);
  });
});
