import { expect, it } from 'vitest';
import type { PartialFields } from '../../src/model/desired.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { published } from '../support/live-product.ts';
import { OPENAPI } from '../support/openapi.ts';
import { differenceOf } from '../support/plan-of.ts';

/** A published gateway product, of which the files make an external one that declares these fields. */
function replaced(declared: PartialFields) {
  const live = published({ desc: 'old', visibility: 'logged_in', linked_gateway_services: links('s') });
  const desired = desiredProduct({ type: 'external', raw_openapi: OPENAPI, ...declared });
  const [change] = differenceOf({ live: [live], desired: [desired] }).changes;
  if (change?.kind !== 'replace') throw new Error(`it is a ${change?.kind ?? 'nothing'}`);
  return change;
}

it('what no file declares stays in a replacement, where the new type has it too', () => {
  const { fields } = replaced({ desc: 'new' });
  expect(fields).toMatchObject({ desc: 'new', visibility: 'logged_in' });
  expect(fields).not.toHaveProperty('linked_gateway_services');
  expect(fields).not.toHaveProperty('auth');
});

it('a replacement is not published unless its file says so', () => {
  expect(replaced({}).fields).not.toHaveProperty('status');
  expect(replaced({ status: 'published' }).fields.status).toBe('published');
});

it('what the new type does not have is shown as lost', () => {
  const lost = replaced({}).changes.filter(({ after }) => after === undefined);
  expect(lost.map(({ path }) => path)).toEqual(['auth.key_auth', 'linked_gateway_services[default/s]']);
});
