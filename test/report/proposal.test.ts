import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { NO_CONSENT, type Subject } from '../../src/model/consent.ts';
import type { Allowance } from '../../src/model/declared.ts';
import type { Hazard } from '../../src/model/plan.ts';
import { refusals } from '../../src/plan/consent.ts';
import { proposals, proposalText, remediesTitle } from '../../src/report/consent-text.ts';
import { codePoint } from '../support/code-point.ts';
import { runs } from '../support/runs.ts';

const today = '2026-11-30';
const subject = (name: string, id = 'id-1'): Subject => ({ id, name, names: [name] });
const at = (path: readonly (string | number)[]) => ({
  file: 'team.yaml',
  line: 12,
  column: 5,
  text: path.join('.'),
});
const loss = (product: Subject, active: number): Hazard => ({
  code: 'subscription-loss',
  product,
  active,
  pending: 0,
  known: true,
});

const HOSTILE = [
  'yes',
  'null',
  '~',
  '12',
  '1e3',
  '- a',
  'a: b',
  '# x',
  '${X}',
  '\\${X}',
  '"',
  "'",
  ' a ',
  'a #b',
  '\u2028',
  '\u202e',
  '\ud800',
  '*a',
  '&a',
  '!!str',
  '2026-12-07',
  '0x1',
  '.inf',
  'No',
  '\u0085',
  '\ufeff',
];
const name = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: codePoint, minLength: 1 }),
  fc.string({ minLength: 1 }),
);

describe('entries to paste', () => {
  test('are YAML that reads back as the entry, for any product name', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), (names) => {
        const refused = names.flatMap((one, place): readonly Hazard[] => [
          loss(subject(one, `id-${place}`), 3),
          { code: 'services-left-open', product: subject(one, `id-${place}`), services: [`g/${one}`, 'g/s'] },
        ]);
        const { yaml } = proposalText({ refused, consent: { allowances: [], today } });
        // Product files write a variable as `${…}`, and the text `${` as `\${`.
        const read = parse(yaml.join('\n')) as { readonly allow: unknown };
        const escaped = (text: string) => text.replaceAll('${', '\\${');
        expect(read.allow).toEqual(
          names.map((one) => ({
            product: escaped(one),
            subscription_loss: 5,
            unauthenticated: [escaped(`g/${one}`), 'g/s'],
            until: '2026-12-07',
          })),
        );
        expect(yaml.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      runs(500),
    );
  });

  test.each([
    [1, 3],
    [18, 20],
    [20, 22],
    [21, 24],
    [40, 44],
    [41, 46],
  ])('leave room for a tenth more, at least two: %d becomes %d', (count, number) => {
    const refused = [loss(subject('A'), count)];
    expect(proposals({ refused, consent: { allowances: [], today } })[0]?.entry).toMatchObject({
      subscription_loss: number,
    });
    expect(proposalText({ refused, consent: { allowances: [], today } }).addTitle).toContain('10 % extra');
  });

  test('name a product by id if its name is ambiguous', () => {
    const refused = [loss({ id: 'id-1', name: 'Twin', names: [] }, 1)];
    const [proposal] = proposals({ refused, consent: { allowances: [], today } });
    expect(proposal?.entry).toEqual({ id: 'id-1', subscription_loss: 3, until: '2026-12-07' });
  });

  test('for an existing entry, show its place and the keys to add', () => {
    const allowances: readonly Allowance[] = [
      { product: 'A', subscription_loss: 1, until: '2026-12-01', at },
    ];
    const refused = [loss(subject('A'), 5), loss(subject('B', 'id-2'), 1)];
    const consent = { allowances, today, consents: 'consents/' };
    const { yaml, edits, addTitle, editTitle } = proposalText({ refused, consent });
    expect(editTitle).toBe('To allow this, write (each number includes 10 % extra, at least 2)');
    expect(addTitle).toContain('add to consents/ (each');
    expect(edits).toEqual(['team.yaml:12: subscription_loss: 7, until: 2026-12-07']);
    expect(yaml).toEqual(['allow:', '  - product: B', '    subscription_loss: 3', '    until: 2026-12-07']);
  });

  test('for one of several refusals, hold every key that its product needs, so that a paste suffices', () => {
    const open: Hazard = { code: 'services-left-open', product: subject('A'), services: ['g/s'] };
    const refused = [loss(subject('A'), 5), loss(subject('B', 'id-2'), 1), open];
    const report = { refused, consent: { allowances: [], today } };
    const entry = proposalText(report, { refused: [open] }).yaml;
    expect(parse(entry.join('\n'))).toEqual({
      allow: [{ product: 'A', subscription_loss: 7, unauthenticated: ['g/s'], until: '2026-12-07' }],
    });
    expect(proposalText(report, { refused: refused.slice(0, 1) }).yaml).toEqual(entry);
  });

  test('more than twenty are counted', () => {
    const refused = Array.from({ length: 23 }, (_, place) => loss(subject(`P${place}`, `id-${place}`), 1));
    const { yaml, more } = proposalText({ refused, consent: { allowances: [], today } });
    expect([yaml.filter((line) => line.startsWith('  - ')).length, more]).toEqual([20, 3]);
  });

  test('are above flags that begin with "Or:", which has nothing to refer to without them', () => {
    const unknown: Hazard = { ...loss(subject('A'), 0), known: false } as Hazard;
    const consent = { allowances: [], today };
    expect(remediesTitle({ refused: [loss(subject('A'), 1), unknown], consent })).toBe('Or:');
    expect(remediesTitle({ refused: [unknown], consent })).toBe('To allow or avoid this:');
  });

  test('an unknown number has none', () => {
    const refused: readonly Hazard[] = [
      { code: 'subscription-loss', product: subject('A'), active: 0, pending: 0, known: false },
    ];
    expect(proposals({ refused, consent: { allowances: [], today } })).toEqual([]);
  });

  test.each(['', 'Foo Bar'])('an owner label that is no valid owner, "%s", has none', (owner) => {
    const refused: readonly Hazard[] = [{ code: 'owned-by-another', product: subject('A'), owner }];
    expect(proposals({ refused, consent: { allowances: [], today } })).toEqual([]);
  });

  test('allow the refused change', () => {
    const A = subject('A');
    const hazards: readonly Hazard[] = [
      loss(A, 5),
      { code: 'services-left-open', product: A, services: ['g/s'] },
      { code: 'deletes', owner: 'acme', live: 3, products: [A, subject('B', 'id-2')] },
      { code: 'owner-elsewhere', owner: 'acme', live: 3, products: [A, subject('B', 'id-2')] },
      { code: 'owned-by-another', product: subject('C', 'id-3'), owner: 'acme.orders' },
      { code: 'releases', product: subject('D', 'id-4') },
      { code: 'looks-like-rename', product: A, to: 'E', because: 'services' },
      { code: 'not-ours', product: subject('F', 'id-6'), managed: true, owner: null },
    ];
    const refused = refusals(hazards, NO_CONSENT);
    expect(refused).toEqual(hazards);
    const allowances = proposals({ refused, consent: { allowances: [], today } }).map(
      ({ entry }) => ({ ...entry, at }) as unknown as Allowance,
    );
    expect(refusals(hazards, { ...NO_CONSENT, allowances })).toEqual([]);
  });
});
