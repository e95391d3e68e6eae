import { describe, expect, it } from 'vitest';
import { KEY_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { liveProduct, OWNED } from '../support/live-product.ts';
import { OPENAPI, OTHER_OPENAPI } from '../support/openapi.ts';
import { differenceOf, diffOf, planOf, type Situation } from '../support/plan-of.ts';

const unowned = (name: string, labels: Readonly<Record<string, string>> = {}) =>
  liveProduct({ name, labels });

/** The names of deleted, unchanged, unmanaged, kept and excluded products. */
function fate(situation: Situation): Readonly<Record<string, readonly string[]>> {
  const { changes, unchanged, unmanaged, kept, outOfScope } = differenceOf(situation);
  const deleted = changes.flatMap((change) => (change.kind === 'delete' ? [change.live.fields.name] : []));
  const names = (products: readonly { readonly fields: { readonly name: string } }[]) =>
    products.map(({ fields }) => fields.name);
  return {
    deleted,
    unchanged: names(unchanged),
    unmanaged: names(unmanaged),
    kept: names(kept),
    outOfScope,
  };
}

/** The reason of each step. */
const reasons = (situation: Situation) => planOf(situation).steps.map(({ reason }) => reason);

const NOTHING = { deleted: [], unchanged: [], unmanaged: [], kept: [], outOfScope: [] };

describe('undeclared products', () => {
  const live = [
    liveProduct({ name: 'ours' }),
    unowned('theirs'),
    unowned('else', { 'managed-by': 'terraform' }),
  ];

  it('deletes our products, and keeps all others', () => {
    expect(fate({ live })).toEqual({
      ...NOTHING,
      deleted: ['ours'],
      unmanaged: expect.arrayContaining(['theirs', 'else']),
    });
  });

  it('--delete-unmanaged deletes the others too', () => {
    const { deleted } = fate({ live, scope: { deleteUnmanaged: true } });
    expect(deleted).toEqual(expect.arrayContaining(['ours', 'theirs', 'else']));
  });

  it('--no-delete keeps them, and lists them', () => {
    const { deleted, kept, unmanaged } = fate({ live, scope: { noDelete: true } });
    expect({ deleted, kept }).toEqual({ deleted: [], kept: ['ours'] });
    expect(unmanaged).toHaveLength(2);
  });

  it('--no-delete wins over --delete-unmanaged', () => {
    const { deleted, kept, unmanaged } = fate({ live, scope: { noDelete: true, deleteUnmanaged: true } });
    expect({ deleted, kept }).toEqual({ deleted: [], kept: ['ours'] });
    expect(unmanaged).toHaveLength(2);
  });

  it('does not change products outside the selector', () => {
    const marked = [
      liveProduct({ name: 'a', labels: { ...OWNED, team: 'a' } }),
      liveProduct({ name: 'b', labels: { ...OWNED, team: 'b' } }),
      liveProduct({ name: 'none' }),
    ];
    expect(fate({ live: marked, scope: { selector: { team: 'a' } } }).deleted).toEqual(['a']);
    expect(differenceOf({ live: marked, scope: { selector: { team: 'a' } } }).owners).toEqual([
      { owner: undefined, live: 1, declared: 0 },
    ]);
    const both = { selector: { team: 'a' }, deleteUnmanaged: true };
    expect(fate({ live: marked, scope: both }).deleted).toEqual(['a']);
    expect(fate({ live: marked, scope: both }).unmanaged).toEqual([]);
  });

  it('never deletes external products if the server keeps no labels on them', () => {
    const external = [liveProduct({ type: 'external', labels: {} })];
    for (const deleteUnmanaged of [false, true]) {
      const { deleted, unmanaged } = fate({
        live: external,
        keepsExternalLabels: false,
        scope: { deleteUnmanaged },
      });
      expect([deleted, unmanaged]).toEqual([[], ['A']]);
    }
  });

  it('deletes nothing if no file manages products, and does not call products of the owner unmanaged', () => {
    const { deleted, kept, unmanaged } = fate({ live, managesProducts: false });
    expect({ deleted, kept }).toEqual({ deleted: [], kept: [] });
    expect(unmanaged).toHaveLength(2);
  });

  it('the limit counts only the products of the owner', () => {
    const [owner, one] = [undefined, 1];
    const none = [{ owner, live: one, declared: 0 }];
    expect(differenceOf({ live }).owners).toEqual(none);
    expect(differenceOf({ live, scope: { deleteUnmanaged: true } }).owners).toEqual(none);
    const declaring = { live, desired: [desiredProduct({ name: 'ours' })] };
    expect(differenceOf(declaring).owners).toEqual([{ owner, live: one, declared: one }]);
  });
});

describe('adoption', () => {
  it('a declared unmanaged product only gets the label', () => {
    const situation = { live: [unowned('A', { tier: '1' })], desired: [desiredProduct()] };
    expect(reasons(situation)).toEqual(['adopted']);
    expect(differenceOf(situation).changes).toMatchObject([
      {
        kind: 'update',
        fields: { labels: { 'managed-by': 'adc', tier: '1' } },
        changes: [{ path: 'labels.managed-by', after: 'adc' }],
      },
    ]);
  });

  it('--no-managed-by-label adopts nothing', () => {
    const situation = { live: [unowned('A')], desired: [desiredProduct()], scope: { managedByLabel: false } };
    expect(fate(situation).unchanged).toEqual(['A']);
  });

  it('does not adopt our own product again', () => {
    const situation = { live: [liveProduct()], desired: [desiredProduct({ desc: 'x' })] };
    const [change] = differenceOf(situation).changes;
    expect(reasons(situation)).toEqual(['declared']);
    expect(change).toMatchObject({ fields: { desc: 'x' } });
    expect(Object.keys((change as { fields: object }).fields)).toEqual(['desc']);
  });

  it('another label on our own product is not an adoption', () => {
    const desired = [desiredProduct({ labels: { tier: '1' } })];
    expect(reasons({ live: [liveProduct()], desired })).toEqual(['declared']);
  });

  it('other labels in the file do not take the ownership away', () => {
    const desired = [desiredProduct({ labels: { team: 'a' } })];
    for (const managedByLabel of [true, false]) {
      const [change] = differenceOf({ live: [liveProduct()], desired, scope: { managedByLabel } }).changes;
      expect(change).toMatchObject({ fields: { labels: { 'managed-by': 'adc', team: 'a' } } });
    }
  });

  it('a file never changes the ownership label of a managed product, and a warning reports that', () => {
    for (const managedByLabel of [true, false]) {
      for (const value of ['team-x', 'adc/other']) {
        const desired = [desiredProduct({ labels: { 'managed-by': value } })];
        const { value: difference, diagnostics } = diffOf({
          live: [liveProduct()],
          desired,
          scope: { managedByLabel },
        });
        expect(difference?.changes).toEqual([]);
        const isIgnored = managedByLabel || value.startsWith('adc/');
        expect(diagnostics.map(({ code }) => code)).toEqual(isIgnored ? ['ownership-declared'] : []);
      }
    }
  });

  it('without the ownership label, managed-by of another tool is an ordinary label', () => {
    const desired = [desiredProduct({ labels: { 'managed-by': 'team-x' } })];
    const [change] = differenceOf({
      live: [unowned('A', { 'managed-by': 'terraform' })],
      desired,
      scope: { managedByLabel: false },
    }).changes;
    expect(change).toMatchObject({
      changes: [{ path: 'labels.managed-by', before: 'terraform', after: 'team-x' }],
    });
  });

  it('does not compare labels of external products if the server keeps none, and a note reports it', () => {
    const live = [liveProduct({ type: 'external', labels: {} })];
    const desired = [desiredProduct({ type: 'external', labels: { team: 'a' } })];
    const { changes, externalLabelsIgnored } = differenceOf({ live, desired, keepsExternalLabels: false });
    expect([changes, externalLabelsIgnored]).toEqual([[], true]);
    expect(differenceOf({ live, desired }).externalLabelsIgnored).toBe(false);
    const removed = { live, desired: [], keepsExternalLabels: false };
    expect(differenceOf(removed).externalLabelsIgnored).toBe(true);
  });
});

describe('the label selector', () => {
  const selector = { team: 'a' };
  const ofA = liveProduct({ labels: { ...OWNED, team: 'a' } });
  const inScope = desiredProduct({ name: 'C', auth: KEY_AUTH });

  it('adds its labels to all selected products', () => {
    const desired = [desiredProduct({ auth: KEY_AUTH, labels: { tier: '1' } })];
    const [change] = differenceOf({ desired, scope: { selector } }).changes;
    expect(change).toMatchObject({ fields: { labels: { team: 'a', tier: '1', 'managed-by': 'adc' } } });
  });

  it('supports labels with the names of inherited object keys', () => {
    const desired = [desiredProduct({ auth: KEY_AUTH, labels: {} })];
    const { changes, outOfScope } = differenceOf({ desired, scope: { selector: { constructor: 'x' } } });
    expect(outOfScope).toEqual([]);
    expect(changes).toMatchObject([{ fields: { labels: { constructor: 'x' } } }]);
  });

  it('excludes products that declare another value, and counts them', () => {
    const desired = [desiredProduct({ name: 'B', labels: { team: 'b' } }), inScope];
    expect(fate({ desired, scope: { selector } }).outOfScope).toEqual(['B']);
  });

  it('is an error if it excludes every declared product', () => {
    const desired = [desiredProduct({ name: 'B', labels: { team: 'b' } })];
    const { value, diagnostics } = diffOf({ desired, live: [ofA], scope: { selector } });
    expect([value, diagnostics.map(({ code }) => code)]).toEqual([undefined, ['selector-matches-nothing']]);
  });

  it('selects products that declare the same value, or none', () => {
    const situation = { live: [ofA], scope: { selector } };
    expect(fate({ ...situation, desired: [desiredProduct()] }).unchanged).toEqual(['A']);
    expect(fate({ ...situation, desired: [desiredProduct({ labels: { team: 'a' } })] }).unchanged).toEqual([
      'A',
    ]);
  });

  it.each([
    ['its name', desiredProduct({ labels: { team: 'b' } })],
    ['its id', desiredProduct({ name: 'B', id: 'id-A', labels: { team: 'b' } })],
    ['its previous name', desiredProduct({ name: 'B', previous_name: 'A', labels: { team: 'b' } })],
  ])('never deletes a live product that a file still names by %s, though out of scope', (_, product) => {
    expect(fate({ live: [ofA], desired: [product, inScope], scope: { selector } })).toEqual({
      ...NOTHING,
      outOfScope: [product.name],
    });
  });

  it('holds for all of its labels', () => {
    const two = { team: 'a', tier: '1' };
    const live = [ofA, liveProduct({ name: 'B', labels: { ...OWNED, ...two } })];
    expect(fate({ live, scope: { selector: two } }).deleted).toEqual(['B']);
  });
});

describe('deletions that look like a rename', () => {
  const created = (fields: object) => desiredProduct({ name: 'New', auth: KEY_AUTH, ...fields });

  it('the same services under a new name', () => {
    const live = [liveProduct({ name: 'Old', linked_gateway_services: links('s', 't') })];
    const desired = [created({ linked_gateway_services: links('t', 's') })];
    expect(differenceOf({ live, desired }).renameSuspects).toMatchObject([
      { from: { id: 'id-Old' }, to: { name: 'New' }, because: 'services' },
    ]);
  });

  it.each([
    ['no services at all', liveProduct({ name: 'Old' }), created({})],
    [
      'some of the services',
      liveProduct({ name: 'Old', linked_gateway_services: links('s', 't') }),
      created({ linked_gateway_services: links('s') }),
    ],
    ['another type', liveProduct({ name: 'Old', type: 'external' }), created({})],
    [
      'another document where neither has servers',
      liveProduct({ name: 'Old', type: 'external' }),
      desiredProduct({ name: 'New', type: 'external', raw_openapi: OTHER_OPENAPI, server_urls: [] }),
    ],
  ])('%s is not a rename', (_, live, desired) => {
    expect(differenceOf({ live: [live], desired: [desired] }).renameSuspects).toEqual([]);
  });

  it.each([
    ['openapi', { raw_openapi: OPENAPI }],
    ['servers', { raw_openapi: OTHER_OPENAPI, server_urls: ['https://a'] }],
  ])('an external product with the same %s', (because, fields) => {
    const live = [liveProduct({ name: 'Old', type: 'external', server_urls: ['https://a'] })];
    const desired = [desiredProduct({ name: 'New', type: 'external', ...fields })];
    expect(differenceOf({ live, desired }).renameSuspects).toMatchObject([{ because }]);
  });

  it('are reported even if --no-delete keeps the old product', () => {
    const live = [liveProduct({ name: 'Old', type: 'external' })];
    const desired = [desiredProduct({ name: 'New', type: 'external', raw_openapi: OPENAPI })];
    const { renameSuspects } = differenceOf({ live, desired, scope: { noDelete: true } });
    expect(renameSuspects).toMatchObject([{ from: { id: 'id-Old' }, to: { name: 'New' } }]);
  });

  it('a product of another owner is not the old name of ours', () => {
    const live = [liveProduct({ name: 'Old', type: 'external', labels: {} })];
    const desired = [desiredProduct({ name: 'New', type: 'external', raw_openapi: OPENAPI })];
    expect(differenceOf({ live, desired }).renameSuspects).toEqual([]);
  });

  it('external products without servers and with other documents are not a rename', () => {
    const live = [liveProduct({ name: 'Old', type: 'external' })];
    const desired = [desiredProduct({ name: 'New', type: 'external', raw_openapi: OTHER_OPENAPI })];
    expect(differenceOf({ live, desired }).renameSuspects).toEqual([]);
  });
});

describe('fields that the server does not return', () => {
  const live = [liveProduct({ type: 'external', raw_openapi: '', unreadable: ['raw_openapi'] })];
  const declared = { type: 'external', raw_openapi: OPENAPI } as const;

  it('are not a difference', () => {
    expect(fate({ live, desired: [desiredProduct(declared)] }).unchanged).toEqual(['A']);
  });

  it('are included in other writes', () => {
    const [change] = differenceOf({ live, desired: [desiredProduct({ ...declared, desc: 'x' })] }).changes;
    expect(change).toMatchObject({
      fields: { desc: 'x' },
      carried: { raw_openapi: OPENAPI },
      changes: [{ path: 'desc' }],
    });
  });
});

it('a partial run keeps undeclared products', () => {
  const live = [liveProduct({ name: 'A' }), liveProduct({ name: 'gone' })];
  const desired = [desiredProduct({ name: 'A' })];
  expect(differenceOf({ live, desired }).changes.map(({ kind }) => kind)).toEqual(['delete']);
  const part = differenceOf({ live, desired, scope: { products: ['A'] } });
  expect([part.changes, part.kept.map(({ fields }) => fields.name)]).toEqual([[], ['gone']]);
});
