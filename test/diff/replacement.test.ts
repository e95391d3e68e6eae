import { expect, it } from 'vitest';
import type { PartialFields } from '../../src/model/desired.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { published } from '../support/live-product.ts';
import { OPENAPI } from '../support/openapi.ts';
import { differenceOf } from '../support/plan-of.ts';

/** The replacement of a published gateway product by an external product with these fields. */
function replaced(declared: PartialFields) {
  const live = published({ desc: 'old', visibility: 'logged_in', linked_gateway_services: links('s') });
  const desired = desiredProduct({ type: 'external', raw_openapi: OPENAPI, ...declared });
  const [change] = differenceOf({ live: [live], desired: [desired] }).changes;
  if (change?.kind !== 'replace') throw new Error(`it is a ${change?.kind ?? 'nothing'}`);
  return change;
}

it('a replacement keeps undeclared fields that the new type has', () => {
  const { fields } = replaced({ desc: 'new' });
  expect(fields).toMatchObject({ desc: 'new', visibility: 'logged_in' });
  expect(fields).not.toHaveProperty('linked_gateway_services');
  expect(fields).not.toHaveProperty('auth');
});

it('a replacement is published only if its file declares it', () => {
  expect(replaced({}).fields).not.toHaveProperty('status');
  expect(replaced({ status: 'published' }).fields.status).toBe('published');
});

it('shows fields that the new type lacks as lost', () => {
  const lost = replaced({}).changes.filter(({ after }) => after === undefined);
  expect(lost.map(({ path }) => path)).toEqual(['auth.key_auth', 'linked_gateway_services[default/s]']);
});
