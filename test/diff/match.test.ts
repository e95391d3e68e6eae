import { describe, expect, it } from 'vitest';
import { KEY_AUTH } from '../support/auth.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { liveProduct } from '../support/live-product.ts';
import { diffOf, differenceOf, type Situation } from '../support/plan-of.ts';

/** Codes and places of the errors: `['ambiguous-product B.yaml name']`. */
function wrong(situation: Situation): readonly string[] {
  const { value, diagnostics } = diffOf(situation);
  expect(value).toBeUndefined();
  return diagnostics.map(({ code, location }) => `${code} ${location?.file} ${location?.text}`);
}

/** The kind of change for each product: `['update id-A']`. */
function kinds(situation: Situation): readonly string[] {
  return differenceOf(situation)
    .changes.map((change) =>
      change.kind === 'create' ? `create ${change.desired.name}` : `${change.kind} ${change.live.id}`,
    )
    .toSorted();
}

describe('match()', () => {
  it('matches by the exact name, case and spaces included', () => {
    const live = [liveProduct({ name: 'payments' }), liveProduct({ name: 'Payments ' })];
    const desired = [desiredProduct({ name: 'Payments' })].map((one) => ({
      ...one,
      fields: { ...one.fields, auth: {} },
    }));
    expect(kinds({ live, desired, scope: { noDelete: true } })).toEqual(['create Payments']);
  });

  it('prefers the product within the selector if several live products have the name', () => {
    const ofTeam = (id: string, team: string) => liveProduct({ id, labels: { team } });
    const live = [ofTeam('1', 'b'), ofTeam('2', 'a'), ofTeam('3', 'b')];
    const scope = { selector: { team: 'a' } };
    expect(kinds({ live, desired: [desiredProduct()], scope })).toEqual(['update 2']);
    const renamed = [desiredProduct({ name: 'New', previous_name: 'A' })];
    expect(kinds({ live, desired: renamed, scope })).toEqual(['update 2']);
  });

  it('ignores a product with the previous name outside the selector', () => {
    const live = [
      liveProduct({ name: 'New', labels: { team: 'a' } }),
      liveProduct({ name: 'Old', labels: { team: 'b' } }),
    ];
    const desired = [desiredProduct({ name: 'New', previous_name: 'Old' })];
    expect(kinds({ live, desired, scope: { selector: { team: 'a' } } })).toEqual(['update id-New']);
  });

  it('an id identifies a product even if its name has changed', () => {
    const live = [liveProduct({ id: '7', name: 'Old' })];
    const desired = [desiredProduct({ id: '7', name: 'New' })];
    expect(differenceOf({ live, desired }).changes).toMatchObject([
      {
        kind: 'update',
        live: { id: '7' },
        fields: { name: 'New' },
        changes: [{ path: 'name', before: 'Old', after: 'New' }],
      },
    ]);
  });

  it('an id selects among products with the same name, and the others stay undeclared', () => {
    const live = [
      liveProduct({ id: '1', name: 'A' }),
      liveProduct({ id: '2', name: 'A', labels: {} }),
      liveProduct({ id: '3', name: 'A', labels: {} }),
    ];
    const difference = differenceOf({ live, desired: [desiredProduct({ id: '2', name: 'A', desc: 'x' })] });
    expect(difference.changes).toMatchObject([
      { kind: 'update', live: { id: '2' } },
      { kind: 'delete', live: { id: '1' } },
    ]);
    expect(difference.unmanaged.map(({ id }) => id)).toEqual(['3']);
  });

  it('a pinned product cannot be matched by its name', () => {
    const live = [liveProduct({ id: '1', name: 'A' }), liveProduct({ id: '2', name: 'B' })];
    const desired = [desiredProduct({ id: '1', name: 'B' }), desiredProduct({ id: '2', name: 'A' })];
    expect(kinds({ live, desired })).toEqual(['update 1', 'update 2']);
  });

  it('a new product can have the name of a pinned product', () => {
    const live = [liveProduct({ id: '1', name: 'A' })];
    const desired = [desiredProduct({ id: '1', name: 'B' }), desiredProduct({ name: 'A', auth: KEY_AUTH })];
    expect(kinds({ live, desired })).toEqual(['create A', 'update 1']);
  });

  it('a pinned product can take a name that another product gives up', () => {
    const live = [liveProduct({ id: '7', name: 'X' }), liveProduct({ id: '8', name: 'Old' })];
    const desired = [
      desiredProduct({ id: '7', name: 'Old' }),
      desiredProduct({ name: 'New', previous_name: 'Old' }),
    ];
    expect(kinds({ live, desired })).toEqual(['update 7', 'update 8']);
  });

  it('a pin makes the name of two products unambiguous', () => {
    const live = [liveProduct({ id: '1', name: 'A' }), liveProduct({ id: '2', name: 'A' })];
    const desired = [desiredProduct({ id: '1', name: 'B' }), desiredProduct({ name: 'A', desc: 'x' })];
    expect(kinds({ live, desired })).toEqual(['update 1', 'update 2']);
  });

  it('previous_name renames in place', () => {
    const live = [liveProduct({ name: 'Old' })];
    const desired = [desiredProduct({ name: 'New', previous_name: 'Old' })];
    expect(kinds({ live, desired })).toEqual(['update id-Old']);
  });

  it('a completed rename changes nothing', () => {
    const live = [liveProduct({ name: 'New' })];
    expect(kinds({ live, desired: [desiredProduct({ name: 'New', previous_name: 'Old' })] })).toEqual([]);
  });

  it('creates a product if no product has the previous name', () => {
    const desired = [
      desiredProduct({
        name: 'New',
        previous_name: 'Old',
        auth: { basic_auth: { hide_credentials: false } },
      }),
    ];
    expect(kinds({ desired })).toEqual(['create New']);
  });

  it('applies a chain of renames in one run', () => {
    const live = [liveProduct({ id: '1', name: 'A' }), liveProduct({ id: '2', name: 'B' })];
    const desired = [desiredProduct({ id: '2', name: 'C' }), desiredProduct({ id: '1', name: 'B' })];
    expect(kinds({ live, desired })).toEqual(['update 1', 'update 2']);
  });
});

describe('errors in declarations', () => {
  it('several live products with the name are an error', () => {
    const live = [liveProduct({ id: '1' }), liveProduct({ id: '2' })];
    expect(wrong({ live, desired: [desiredProduct()] })).toEqual(['ambiguous-product A.yaml name']);
    const [diagnostic] = diffOf({ live, desired: [desiredProduct()] }).diagnostics;
    expect(diagnostic?.hint).toContain('1 (draft), 2 (draft)');
  });

  it('several live products with the previous name are an error', () => {
    const live = [liveProduct({ id: '1', name: 'Old' }), liveProduct({ id: '2', name: 'Old' })];
    const desired = [desiredProduct({ name: 'New', previous_name: 'Old' })];
    expect(wrong({ live, desired })).toEqual(['ambiguous-product New.yaml previous_name']);
  });

  it('an id that no product has', () => {
    expect(wrong({ desired: [desiredProduct({ id: 'gone' })] })).toEqual([
      'pinned-product-missing A.yaml id',
    ]);
  });

  it('a pinned product keeps its type', () => {
    const live = [liveProduct({ id: '1' })];
    const desired = [desiredProduct({ id: '1', type: 'external' })];
    expect(wrong({ live, desired })).toEqual(['pinned-type-change A.yaml type']);
  });

  it('one live product is claimed by id and by id', () => {
    const live = [liveProduct({ id: '1' })];
    const desired = [desiredProduct({ id: '1', name: 'A' }), desiredProduct({ id: '1', name: 'B' })];
    expect(wrong({ live, desired })).toEqual(['product-claimed-twice B.yaml id']);
    expect(diffOf({ live, desired }).diagnostics[0]?.related).toMatchObject([
      { location: { file: 'A.yaml' } },
    ]);
  });

  it('two products with the same previous name', () => {
    const live = [liveProduct({ name: 'Old' })];
    const desired = [
      desiredProduct({ name: 'A', previous_name: 'Old' }),
      desiredProduct({ name: 'B', previous_name: 'Old' }),
    ];
    expect(wrong({ live, desired })).toEqual([expect.stringMatching(/^product-claimed-twice B\.yaml/)]);
  });

  it('the previous name of one is the name of another', () => {
    const live = [liveProduct({ name: 'Old' })];
    const desired = [desiredProduct({ name: 'New', previous_name: 'Old' }), desiredProduct({ name: 'Old' })];
    expect(wrong({ live, desired })).toContain('previous-name-declared New.yaml previous_name');
  });

  it('both the name and the previous name are live', () => {
    const live = [liveProduct({ name: 'New' }), liveProduct({ name: 'Old' })];
    const desired = [desiredProduct({ name: 'New', previous_name: 'Old' })];
    expect(wrong({ live, desired })).toEqual(['rename-target-exists New.yaml previous_name']);
  });

  it('two live products of that name are both outside the selector', () => {
    const live = [liveProduct({ id: '1', labels: { team: 'b' } }), liveProduct({ id: '2', labels: {} })];
    expect(wrong({ live, desired: [desiredProduct()], scope: { selector: { team: 'a' } } })).toEqual([
      'ambiguous-product A.yaml name',
    ]);
  });

  it('a live product of that name does not have the labels of the selector', () => {
    const live = [liveProduct({ labels: { team: 'b' } })];
    const scope = { selector: { team: 'a' } };
    expect(wrong({ live, desired: [desiredProduct()], scope })).toEqual([
      'product-out-of-selector A.yaml name',
    ]);
  });

  it('a selector includes external products if the server keeps no labels on them', () => {
    const situation = (type: 'external' | 'gateway', keepsExternalLabels: boolean): Situation => ({
      live: [liveProduct({ type, labels: {} })],
      desired: [desiredProduct({ type, desc: 'new' })],
      scope: { selector: { team: 'a' } },
      keepsExternalLabels,
    });
    expect(kinds(situation('external', false))).toEqual(['update id-A']);
    expect(wrong(situation('external', true))).toEqual(['product-out-of-selector A.yaml name']);
    expect(wrong(situation('gateway', false))).toEqual(['product-out-of-selector A.yaml name']);
  });

  it('shows all errors in one run', () => {
    const live = [liveProduct({ id: '1' }), liveProduct({ id: '2' })];
    const desired = [desiredProduct(), desiredProduct({ name: 'B', id: 'gone' })];
    expect(wrong({ live, desired })).toEqual([
      'ambiguous-product A.yaml name',
      'pinned-product-missing B.yaml id',
    ]);
  });

  it.each([
    ['gateway', 'auth', 'Add `auth`, or'],
    ['external', 'raw_openapi', 'Add `raw_openapi` or `openapi_file`, or'],
  ] as const)('a new %s product without %s', (type, field, hint) => {
    const desired = [desiredProduct({ type })];
    expect(wrong({ desired })).toEqual(['missing-for-create A.yaml name']);
    const [first] = diffOf({ desired }).diagnostics;
    expect(first?.message).toContain(`\`${field}\``);
    expect(first?.hint).toContain(hint);
  });

  it('a published product without services is not an error if the files do not change that', () => {
    const situation = {
      live: [liveProduct({ status: 'published' })],
      desired: [desiredProduct({ desc: 'x' })],
    };
    expect(kinds(situation)).toEqual(['update id-A']);
  });

  it('a replacement lacks required fields', () => {
    const situation = { live: [liveProduct()], desired: [desiredProduct({ type: 'external' })] };
    expect(wrong(situation)).toEqual(['missing-for-create A.yaml name']);
  });

  it.each([
    ['a new product', [], { auth: { basic_auth: { hide_credentials: false } }, status: 'published' }],
    ['a draft', [liveProduct()], { status: 'published' }],
    [
      'a published product that loses its last link',
      [liveProduct({ status: 'published', linked_gateway_services: links('s') })],
      { linked_gateway_services: [] },
    ],
  ] as const)('refuses to publish without a service: %s', (_, live, fields) => {
    expect(wrong({ live, desired: [desiredProduct(fields)] })).toEqual([
      'publish-without-services A.yaml linked_gateway_services',
    ]);
  });
});

describe('services of other products', () => {
  const held = liveProduct({ name: 'B', linked_gateway_services: links('s') });
  const taking = desiredProduct({ linked_gateway_services: links('s') });

  it.each([
    [
      'an unmanaged product',
      { live: [liveProduct(), { ...held, fields: { ...held.fields, labels: {} } }], desired: [taking] },
    ],
    [
      'a product that declares no links',
      { live: [liveProduct(), held], desired: [taking, desiredProduct({ name: 'B' })] },
    ],
    ['a kept product', { live: [liveProduct(), held], desired: [taking], scope: { noDelete: true } }],
    [
      'a product that declares the link',
      {
        live: [liveProduct(), held],
        desired: [taking, desiredProduct({ name: 'B', linked_gateway_services: links('s', 't') })],
      },
    ],
  ])('are refused before the first write: %s', (_, situation) => {
    expect(wrong(situation)).toEqual(['service-held A.yaml linked_gateway_services.key']);
  });

  it('held by a declared product that a partial run does not change: the hint says so', () => {
    const releasing = desiredProduct({ name: 'B', linked_gateway_services: [] });
    const situation = { live: [liveProduct(), held], desired: [taking, releasing] };
    const [found] = diffOf({ ...situation, scope: { products: ['A'] } }).diagnostics;
    expect(found?.hint).toMatch(/^This run does not change that product/);
  });

  it('held by a product outside of the selector cannot be released by this run', () => {
    const scope = { selector: { team: 'a' } };
    const mine = liveProduct({ labels: { team: 'a' } });
    const hint = (holder: LiveProduct) =>
      diffOf({ live: [mine, holder], desired: [taking], scope }).diagnostics[0]?.hint;
    expect(hint({ ...held, fields: { ...held.fields, labels: { team: 'b' } } })).toMatch(
      /^That product is outside --label-selector/,
    );
    expect(hint({ ...held, fields: { ...held.fields, labels: { team: 'a' } } })).toMatch(
      /^Declare that product without the link/,
    );
  });

  it('a service that two declared products take is an error that shows both places', () => {
    const desired = [taking, desiredProduct({ name: 'C', linked_gateway_services: links('s') })];
    const situation = { live: [liveProduct(), liveProduct({ name: 'C' })], desired };
    expect(wrong(situation)).toEqual(['service-claimed-twice C.yaml linked_gateway_services.key']);
    expect(diffOf(situation).diagnostics[0]?.related).toMatchObject([{ location: { file: 'A.yaml' } }]);
  });

  it('the same service of another gateway group is another service', () => {
    const elsewhere = [{ ...links('s')[0]!, gateway_group_id: 'g2' }];
    const desired = [desiredProduct({ linked_gateway_services: elsewhere }), desiredProduct({ name: 'B' })];
    expect(kinds({ live: [liveProduct(), held], desired })).toEqual(['update id-A']);
  });

  describe('products that exchange their names', () => {
    const ring = (...names: readonly string[]) =>
      names.map((name, index) => desiredProduct({ name, previous_name: names.at(index - 1) ?? '' }));

    it.each([[['A', 'B']], [['A', 'B', 'C']]])(
      'refuses %j, since nothing shows whether the exchange is done',
      (names) => {
        const live = names.map((name) => liveProduct({ name }));
        const places = names.map((name) => `previous-name-declared ${name}.yaml previous_name`);
        expect(wrong({ live, desired: ring(...names) }).toSorted()).toEqual(expect.arrayContaining(places));
      },
    );

    it('renames them if they have ids', () => {
      const live = [liveProduct({ id: '1', name: 'A' }), liveProduct({ id: '2', name: 'B' })];
      const [a, b] = ring('A', 'B');
      const pinned = [
        { ...a!, id: '2' },
        { ...b!, id: '1' },
      ];
      expect(kinds({ live, desired: pinned })).toEqual(['update 1', 'update 2']);
      expect(kinds({ live, desired: [{ ...a!, id: '2' }, b!] })).toEqual(['update 1', 'update 2']);
    });

    it('treats a chain as done if all its names exist', () => {
      const live = [liveProduct({ name: 'A' }), liveProduct({ name: 'B' })];
      const desired = [desiredProduct({ name: 'A', previous_name: 'B' }), desiredProduct({ name: 'B' })];
      expect(diffOf({ live, desired }).diagnostics.map(({ code }) => code)).toEqual(['previous-name-done']);
    });
  });

  it('reports a used previous name only after the rename', () => {
    const desired = [desiredProduct({ name: 'New', previous_name: 'Old' })];
    const told = (name: string) =>
      diffOf({ live: [liveProduct({ name })], desired }).diagnostics.map(({ code, severity }) => [
        code,
        severity,
      ]);
    expect(told('New')).toEqual([['previous-name-done', 'info']]);
    expect(told('Old')).toEqual([]);
  });
});
