import { expect, test } from 'vitest';
import { planGraph } from '../../src/report/text-report.ts';
import { atWorkplace } from '../support/run-adc.ts';
import { product, productFile } from '../support/product-files.ts';

test('the graph shows the dependencies between steps, with reasons', async () => {
  const before = productFile(product('A', 'payments'), product('B', 'orders'), product('Old', 'refunds'));
  const after = productFile(product('A', 'orders'), product('B', 'payments'));
  await atWorkplace({ files: { 'api-products.yaml': before } }, async (place) => {
    const { adc } = place;
    await adc('sync');
    await place.write({ 'api-products.yaml': after });
    const { out } = await adc('diff --graph');
    expect(out).toBe(
      [
        'flowchart LR',
        '  1["1. update A"]',
        '  2["2. update B"]',
        '  1 -->|"frees default/payments"| 2',
        '  3["3. update A"]',
        '  1 -->|"same product"| 3',
        '  2 -->|"frees default/orders"| 3',
        '  4["4. delete Old"]',
        '  1 -->|"deletes come last"| 4',
        '  2 -->|"deletes come last"| 4',
        '  3 -->|"deletes come last"| 4',
        '',
      ].join('\n'),
    );
  });
});

test('a name cannot break out of its label', () => {
  const step = {
    id: '1',
    chain: '1',
    action: 'delete',
    product: { name: 'x"] --> evil["|', type: 'gateway' },
    reason: 'not-declared',
    after: [],
    changes: [],
    fields: {},
    impact: { subscriptions: { active: 0, pending: 0, known: true }, services_without_auth: [] },
  } as const;
  expect(planGraph({ steps: [step], waits: [] })).toBe(
    'flowchart LR\n  1["1. delete x#34;#93; --#62; evil#91;#34;#124;"]\n',
  );
});
