import { describe, expect, test } from 'vitest';
import { BOTH, client, PORTAL } from './support/emulated.ts';

const DEFAULT_2 = '66000000-0000-4000-8000-000000000002';
const PAYMENTS = '5e000000-0000-4000-8000-000000000001';

describe.each(BOTH)('shared paths with the credential of the %s dialect', (dialect) => {
  test('portals: search is fuzzy, get is by id', async () => {
    const { call } = await client(dialect);
    const { json } = await call('GET', '/api/portals?search=default&order_by=created_at&direction=asc');
    expect(json.list.map((row: { name: string }) => row.name)).toEqual(['default', 'default-partners']);
    expect((await call('GET', `/api/portals/${PORTAL}`)).json.value).toMatchObject({ name: 'default' });
    expect((await call('GET', '/api/portals/default')).status).toBe(404);
  });

  test('portals never show their tokens', async () => {
    const { call } = await client(dialect);
    expect((await call('GET', '/api/portals')).text).not.toContain('a7prt');
  });

  test('gateway groups, DCR providers and contact points: list and get', async () => {
    const { call } = await client(dialect);
    for (const [path, total] of [
      ['/api/gateway_groups', 2],
      ['/api/dcr_providers', 1],
      ['/api/contact_points', 2],
    ] as const) {
      const { json } = await call('GET', path);
      expect(json.total).toBe(total);
      const [row] = json.list;
      expect((await call('GET', `${path}/${row.id}`)).json).toEqual({ value: row });
      expect((await call('GET', `${path}/none`)).status).toBe(404);
    }
  });

  test('services of one gateway group, with hosts, plugins and template', async () => {
    const { call } = await client(dialect);
    const services = (group: string, query = '') =>
      call('GET', `/apisix/admin/services?gateway_group_id=${group}${query}`);
    expect((await services('default')).json.total).toBe(9);
    expect((await services('default', '&search=payments')).json.total).toBe(2);
    const [first] = (await services(DEFAULT_2, '&search=payments')).json.list;
    expect(first).toMatchObject({ name: 'payments', gateway_group_id: DEFAULT_2 });
    expect(first.id).not.toBe(PAYMENTS);
    const one = await call('GET', `/apisix/admin/services/${PAYMENTS}?gateway_group_id=default`);
    expect(one.json.value).toMatchObject({
      name: 'payments',
      hosts: ['payments.example.com', 'pay.example.com'],
    });
    const [guarded] = (await services('default', '&search=protected')).json.list;
    expect(guarded.plugins).toEqual({ 'key-auth': {} });
    const users = await Promise.all(['default', DEFAULT_2].map((group) => services(group, '&search=users')));
    const templates = users.map(({ json }) => json.list[0].service_id);
    expect(templates[0]).toBe(templates[1]);
  });

  test('a posted service is listed in its gateway group, with the fields that products depend on', async () => {
    const { call } = await client(dialect);
    const path = `/apisix/admin/services?gateway_group_id=${DEFAULT_2}`;
    const body = { name: 'invoices', type: 'http', hosts: ['a.example.com'], plugins: { 'key-auth': {} } };
    const { status, json } = await call('POST', path, body);
    const shown = { name: 'invoices', hosts: body.hosts, plugins: body.plugins, gateway_group_id: DEFAULT_2 };
    expect({ status, value: json.value }).toEqual({ status: 200, value: expect.objectContaining(shown) });
    expect((await call('GET', `${path}&search=invoices`)).json.list).toEqual([json.value]);
    expect((await call('POST', path, {})).status).toBe(400);
    expect((await call('POST', '/apisix/admin/services?gateway_group_id=none', body)).status).toBe(404);
  });

  test('services need a gateway group that exists', async () => {
    const { call } = await client(dialect);
    expect((await call('GET', '/apisix/admin/services')).status).toBe(400);
    expect((await call('GET', '/apisix/admin/services?gateway_group_id=none')).status).toBe(404);
    expect(
      (await call('GET', `/apisix/admin/services/${PAYMENTS}?gateway_group_id=${DEFAULT_2}`)).status,
    ).toBe(404);
  });

  test('OpenAPI documents of services are read and stored', async () => {
    const { call, emulator } = await client(dialect);
    const bare = emulator.store.service('undocumented');
    const path = `/api/gateway_groups/default/services/${bare.id}/oas`;
    expect((await call('GET', path)).json).toEqual({ value: { raw_openapi: '' } });
    expect((await call('PUT', path, { raw_openapi: 1 })).status).toBe(400);
    expect((await call('PUT', path, { raw_openapi: 'openapi: 3.1.0' })).status).toBe(200);
    expect((await call('GET', path)).json.value.raw_openapi).toBe('openapi: 3.1.0');
    expect(emulator.journal.effects('openapi-stored')).toHaveLength(1);
  });

  test('version, me and license', async () => {
    const { call } = await client(dialect);
    expect((await call('GET', '/api/version')).json).toEqual({ value: '3.9.3' });
    expect((await call('GET', '/api/me')).status).toBe(200);
    expect((await call('GET', '/api/license')).status).toBe(200);
  });

  test('HEAD has the routes of GET; an invalid escape in a path is refused', async () => {
    const { call } = await client(dialect);
    expect(await call('HEAD', '/api/version')).toMatchObject({ status: 200, text: '' });
    expect((await call('GET', '/api/portals/%ff')).status).toBe(400);
  });
});
