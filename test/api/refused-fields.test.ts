import { expect, test } from 'vitest';
import { documentVerdict, refusedFields } from '../../src/api/refused-fields.ts';
import { directoryOf } from '../dump/support/directory.ts';
import { KEY_AUTH } from '../support/auth.ts';
import { liveProduct } from '../support/live-product.ts';
import { OPENAPI } from '../support/openapi.ts';

const options = { withId: false, withDefaults: false, include: () => true };
const directory = directoryOf({ groups: [['g', 'g']], services: { g: [['s', 's']] } });
const refused = async (...products: readonly ReturnType<typeof liveProduct>[]) => {
  const found = await refusedFields({ products, directory, options, verdicts: new Map() });
  return [...found].flatMap(([id, fields]) => fields.map(({ field }) => `${id} ${field}`));
};

test('omits no field that lint accepts', async () => {
  expect(await refused(liveProduct({ id: '1', auth: KEY_AUTH, labels: { a: 'b' } }))).toEqual([]);
});

test('omits only the field that lint refuses', async () => {
  const odd = liveProduct({
    id: '1',
    auth: KEY_AUTH,
    desc: 'x',
    labels: { a: 'two\nlines' },
    status: 'published',
  });
  expect(await refused(odd, liveProduct({ id: '2', name: 'B' }))).toEqual(['1 labels']);
});

test('a description of several megabytes is omitted without a run of lint', async () => {
  const products = [liveProduct({ id: '1', auth: KEY_AUTH, desc: 'x\n'.repeat(1_500_000) })];
  const found = await refusedFields({ products, directory: directoryOf({}), options, verdicts: new Map() });
  expect([...found]).toEqual([
    ['1', [{ field: 'desc', mistake: '"desc" has more than 1000000 characters' }]],
  ]);
});

test('of two products with the same service, only one declares it', async () => {
  const linked_gateway_services = [{ gateway_group_id: 'g', service_id: 's', linked_hosts: [] }];
  const holders = ['A', 'B'].map((name) =>
    liveProduct({ id: name, name, desc: 'x', linked_gateway_services }),
  );
  expect(await refused(...holders)).toEqual(['B linked_gateway_services']);
});

test('omits a link to a service that the portal no longer has, with the reason', async () => {
  const linked_gateway_services = [{ gateway_group_id: 'g', service_id: 'gone', linked_hosts: [] }];
  const products = [liveProduct({ id: '1', auth: KEY_AUTH, linked_gateway_services })];
  const found = await refusedFields({ products, directory, options, verdicts: new Map() });
  const mistake = 'published service in gateway group "g" not found: no id "gone"';
  expect([...found]).toEqual([['1', [{ field: 'linked_gateway_services', mistake }]]]);
});

test('checks a document like lint', async () => {
  expect(await documentVerdict(OPENAPI)).toMatchObject({ mistake: undefined });
  expect((await documentVerdict('openapi: 3.0.3\n')).mistake).toContain('info');
  expect((await documentVerdict(`a: ${'x'.repeat(20 * 1024 * 1024)}`)).mistake).toContain('20 MiB');
});
