import { expect, test } from 'vitest';
import { fieldOf } from '../../src/fields/field-table.ts';
import type { Directory } from '../../src/model/directory.ts';
import type { Json, Notification } from '../../src/model/product.ts';
import { link } from '../support/links.ts';

const directory: Directory = {
  gatewayGroups: [],
  services: new Map(),
  dcrProviders: [],
  contactPoints: undefined,
};
const edits = (
  name: 'linked_gateway_services' | 'notifications',
  written: readonly Json[],
  wanted: unknown,
) =>
  fieldOf(name).edits({
    path: [name],
    written,
    declared: undefined,
    wanted: wanted as never,
    resolved: (items) => items as never,
    directory,
  });

test('a link that changes its hosts keeps its place in the file', () => {
  const written = [{ ...link('b') }, { ...link('a') }, { ...link('old') }] as unknown as readonly Json[];
  const wanted = [link('a', { linked_hosts: ['a.example'] }), link('b'), link('new')];
  expect(edits('linked_gateway_services', written, wanted)).toMatchObject([
    { op: 'append', path: ['linked_gateway_services', 1, 'linked_hosts'], value: 'a.example' },
    { op: 'remove', path: ['linked_gateway_services', 2] },
    { op: 'append', path: ['linked_gateway_services'], value: { service_id: 'new' } },
  ]);
});

test('pairs equal notifications before notifications of the same event', () => {
  const of = (...ids: readonly string[]): Notification => ({ event: 'e', type: 't', contact_point_ids: ids });
  const written = [of('one'), of('two')] as unknown as readonly Json[];
  expect(edits('notifications', written, [of('three'), of('one')])).toMatchObject([
    { op: 'remove', path: ['notifications', 1, 'contact_point_ids', 0] },
    { op: 'append', path: ['notifications', 1, 'contact_point_ids'], value: 'three' },
  ]);
});
