import { describe, expect, test } from 'vitest';
import { NO_CONSENT, type Consent, type Subject } from '../../src/model/consent.ts';
import type { Allowance } from '../../src/model/declared.ts';
import type { Permit, Hazard } from '../../src/model/plan.ts';
import { permits, unusedFlags } from '../../src/plan/consent.ts';
import { PLAIN } from '../../src/report/words.ts';
import { permitText } from '../../src/report/consent-text.ts';

const subject = (name: string): Subject => ({ id: `id-${name}`, name, names: [name] });
const [A, B] = [subject('A'), subject('B')];
const loss = (product: Subject): Hazard => ({
  code: 'subscription-loss',
  product,
  active: 2,
  pending: 1,
  known: true,
});
const entry = (parts: Partial<Allowance>, line = 12): Allowance => ({
  until: '2026-12-07',
  at: () => ({ file: 'products.yaml', line, column: 5, text: '' }),
  ...parts,
});
/** The source of each permit, as text of a report. */
const given = (hazards: readonly Hazard[], consent: Partial<Consent>): readonly string[] =>
  permits(hazards, { ...NO_CONSENT, ...consent }).map((permit) => permitText(permit, PLAIN));
const by = (hazard: Hazard, consent: Partial<Consent>): readonly string[] =>
  given([hazard], consent).map((text) => text.slice(text.indexOf('allowed by '), -1));
const of = (found: readonly Permit[]): readonly unknown[] => found.map(({ hazard }) => hazard);

const OPEN: Hazard = { code: 'services-left-open', product: A, services: ['default/a', 'default/b'] };
const DELETES: Hazard = { code: 'deletes', owner: 'acme', live: 9, products: [A, B] };
const RENAME: Hazard = { code: 'looks-like-rename', product: A, to: 'B', because: 'services' };
const OTHERS: Hazard = { code: 'owned-by-another', product: A, owner: 'b' };

describe('permits', () => {
  test.each<[string, Hazard, Partial<Consent>, string]>([
    [
      'the entry, with its number and reason',
      loss(A),
      { allowances: [entry({ product: 'A', subscription_loss: 42, reason: 'PAY-123' })] },
      'allowed by products.yaml:12: 42 until 2026-12-07, PAY-123',
    ],
    [
      'the flag of the product before its entry',
      loss(A),
      {
        subscriptionLossOf: new Map([['A', 3]]),
        allowances: [entry({ product: 'A', subscription_loss: 42 })],
      },
      'allowed by --max-subscription-loss A=3',
    ],
    ['the number for all', loss(A), { subscriptionLoss: 3 }, 'allowed by --max-subscription-loss 3'],
    ['the flag for any number', loss(A), { subscriptionLoss: 'any' }, 'allowed by --allow-subscription-loss'],
    [
      'an entry without a number',
      OPEN,
      { allowances: [entry({ product: 'A', unauthenticated: true })] },
      'allowed by products.yaml:12 until 2026-12-07',
    ],
    [
      'the take-over',
      OTHERS,
      { allowances: [entry({ product: 'A', take_over_from: 'b' })] },
      'allowed by products.yaml:12 until 2026-12-07',
    ],
    ['the flag of a take-over', OTHERS, { takeOver: ['A'] }, 'allowed by --take-over'],
    ['the flag of a rename', RENAME, { renameCheck: false }, 'allowed by --no-rename-check'],
  ])('name %s', (_, hazard, consent, words) => {
    expect(by(hazard, consent)).toEqual([words]);
  });

  test.each<[string, Hazard, Partial<Consent>]>([
    ['a loss that is refused', loss(A), { allowances: [entry({ product: 'A', subscription_loss: 2 })] }],
    ['a loss without consent', loss(A), {}],
    ['services without consent', OPEN, {}],
    ['deletions below the ceiling', { ...DELETES, products: [A] }, {}],
    ['deletions that are refused', DELETES, { maxDeletes: { count: 1 } }],
    [
      'a take-over from another owner',
      OTHERS,
      { allowances: [entry({ product: 'A', take_over_from: 'c' })] },
    ],
    ['a rename without consent', RENAME, {}],
  ])('do not name %s', (_, hazard, consent) => {
    expect(by(hazard, consent)).toEqual([]);
  });

  test('divide services and deletions among entries and flags', () => {
    const consent = {
      ...NO_CONSENT,
      unauthenticated: ['default/b'],
      maxDeletes: { count: 1 },
      allowances: [entry({ product: 'A', unauthenticated: ['default/a'], delete: true })],
    };
    expect(of(permits([OPEN, DELETES], consent))).toEqual([
      { ...OPEN, services: ['default/b'] },
      { ...OPEN, services: ['default/a'] },
      { ...DELETES, products: [A] },
      { ...DELETES, products: [B] },
    ]);
  });

  test('do not say of a released product that no entry releases it', () => {
    const hazard: Hazard = { code: 'releases', product: A };
    expect(given([hazard], { allowances: [entry({ product: 'A', release: true })] })).toEqual([
      '"A" would lose its owner label (allowed by products.yaml:12 until 2026-12-07)',
    ]);
  });

  test('name the entry of a document that breaks callers', () => {
    const consent = { ...NO_CONSENT, allowances: [entry({ product: 'A', breaking_openapi: true })] };
    expect(permits([], consent, [A, B]).map((permit) => permitText(permit, PLAIN))).toEqual([
      '"A": the OpenAPI document has changes that break callers (allowed by products.yaml:12 until 2026-12-07)',
    ]);
  });
});

describe('names in flags that allow nothing', () => {
  const hazards = [loss({ ...A, names: ['Payments API'] }), OPEN, OTHERS];
  const found = (consent: Partial<Consent>) =>
    unusedFlags({ hazards }, { ...NO_CONSENT, ...consent }).map(({ message, hint }) => [message, hint]);

  test.each<[Partial<Consent>, string, string]>([
    [
      { subscriptionLossOf: new Map([['Paymets API', 2]]) },
      '--max-subscription-loss "Paymets API"',
      'Did you mean "Payments API"?',
    ],
    [{ takeOver: ['Payments'] }, '--take-over "Payments"', 'Remove it, or correct the name.'],
    [
      { unauthenticated: ['default/b', 'defualt/a'] },
      '--allow-unauthenticated "defualt/a"',
      'Did you mean "default/a"?',
    ],
  ])('are warnings: %j', (consent, flag, hint) => {
    expect(found(consent)).toEqual([[`${flag} allows nothing that this plan does`, hint]]);
  });

  test('are no names and ids of products that need the consent', () => {
    const subscriptionLossOf = new Map([['Payments API', 9]]);
    expect(found({ subscriptionLossOf, takeOver: ['id-A'], unauthenticated: 'all' })).toEqual([]);
  });
});
