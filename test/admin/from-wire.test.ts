import { describe, expect, it } from 'vitest';
import { liveProduct } from '../../src/admin/product-format.ts';
import type { JsonObject } from '../../src/model/product.ts';

const read = (raw: JsonObject) => liveProduct(raw, (text) => text);
const gateway = (more: JsonObject = {}): JsonObject => ({
  id: 'x',
  type: 'gateway',
  name: 'X',
  status: 'draft',
  ...more,
});
const external = (more: JsonObject = {}): JsonObject => ({
  id: 'x',
  type: 'external',
  name: 'X',
  status: 'draft',
  ...more,
});

describe('liveProduct', () => {
  it('fills in fields that the server omits or returns as null', () => {
    const nulls = {
      desc: null,
      labels: null,
      visibility: null,
      linked_gateway_services: null,
      notifications: null,
    };
    expect(read(gateway(nulls)).fields).toEqual(read(gateway()).fields);
    expect(read(gateway()).fields).toMatchObject({
      desc: '',
      labels: {},
      visibility: 'public',
      can_view_unsubscribed: true,
      subscription_auto_approval: false,
      linked_gateway_services: [],
    });
  });

  it.each([
    [{ server_urls: ['https://a'] }, ['https://a']],
    [{ server_url: 'https://a' }, ['https://a']],
    [{ server_url: 'https://a', server_urls: [] }, ['https://a']],
    [{ server_url: 'https://a', server_urls: ['https://b'] }, ['https://b']],
    [{ server_url: '' }, []],
  ])('reads the servers from %j', (raw, urls) => {
    expect(read(external(raw)).fields.server_urls).toEqual(urls);
  });

  it.each<[JsonObject, string, readonly string[]]>([
    [{ raw_openapi: 'a', raw_openapis: ['b'] }, 'a', []],
    [{ raw_openapi: '', raw_openapis: ['b'] }, 'b', []],
    [{ raw_openapis: [] }, '', ['raw_openapi']],
    [{ raw_openapi: '' }, '', ['raw_openapi']],
  ])('reads the document from %j', (raw, text, unreadable) => {
    expect(read(external(raw))).toMatchObject({ fields: { raw_openapi: text }, unreadable });
  });

  it('does not read the documents of linked services as the document of the product', () => {
    expect(read(gateway({ raw_openapis: ['a'], auth: { key_auth: {} } }))).toMatchObject({
      fields: { raw_openapi: '' },
      unreadable: [],
    });
  });

  it('does not report a difference if the server does not return auth', () => {
    expect(read(gateway({})).unreadable).toEqual(['auth']);
    expect(read(gateway({ auth: null })).unreadable).toEqual(['auth']);
    expect(read(gateway({ auth: {} })).unreadable).toEqual([]);
  });

  it('keeps unknown fields', () => {
    const raw = gateway({ tier: 1, auth: { mtls: {}, 'basic-auth': {}, key_auth: null } });
    expect(read(raw).raw).toBe(raw);
    expect(read(raw).fields.auth).toEqual({ basic_auth: { hide_credentials: false } });
    expect(read(gateway({ visibility: 'partners' })).fields.visibility).toBe('partners');
  });

  it('supports labels with names of inherited keys', () => {
    const labels = { constructor: 'a', toString: 'b', 'two words': 'c' };
    expect(read(gateway({ labels })).fields.labels).toEqual(labels);
  });

  it.each<[string, JsonObject]>([
    ['id', { id: 7 }],
    ['type', { type: 'GATEWAY' }],
    ['name', { name: null }],
    ['status', { status: true }],
    ['auth', { auth: [] }],
    ['auth', { auth: { key_auth: true } }],
    ['auth', { auth: { dcr: {} } }],
    ['linked_gateway_services', { linked_gateway_services: {} }],
    ['service_id', { linked_gateway_services: [{ gateway_group_id: 'g' }] }],
    [
      'linked_hosts',
      { linked_gateway_services: [{ gateway_group_id: 'g', service_id: 's', linked_hosts: 'h' }] },
    ],
    ['labels', { labels: { a: 1 } }],
    ['can_view_unsubscribed', { can_view_unsubscribed: 'yes' }],
  ])('refuses an unexpected value of %s: %j', (field, raw) => {
    expect(() => read(gateway(raw))).toThrow(
      expect.objectContaining({ name: 'AdminError', message: expect.stringContaining(field) }),
    );
  });
});
