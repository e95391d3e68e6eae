import * as fc from 'fast-check';
import type { DesiredProduct } from '../../src/model/desired.ts';
import { completeFields } from '../../src/fields/field-table.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import { arbitrarySituation } from './arbitrary-situation.ts';
import type { Situation } from './plan-of.ts';

interface Sides {
  readonly live: readonly LiveProduct[];
  readonly desired: readonly DesiredProduct[];
}

/** May introduce one contradiction: `a` and `b` are declared products, `c` is a live product. */
type Mistake = (sides: Sides, a: DesiredProduct, b: DesiredProduct, c: LiveProduct) => Sides;

/** Errors in files, and changes by other clients of the portal. */
const MISTAKES: readonly Mistake[] = [
  (sides, a, b) => changed(sides, a, { fields: { ...a.fields, ...linksOf(b) } }),
  (sides, a, b) => changed(sides, a, { fields: { ...a.fields, ...linksOf(b), status: 'published' } }),
  (sides, a, _, c) => changed(sides, a, { fields: { ...a.fields, ...linksOf(c) } }),
  (sides, a, _, c) => changed(sides, a, { id: c.id }),
  (sides, a) => changed(sides, a, { id: 'missing' }),
  (sides, a, _, c) => changed(sides, a, { previous_name: c.fields.name }),
  (sides, a, _, c) => renamed(sides, a, c.fields.name),
  (sides, a) => changed(sides, a, { fields: { ...a.fields, status: 'published' } }),
  (sides, a) => changed(sides, a, { fields: { name: a.name } }),
  (sides, a, _, c) => live(sides, c, { name: a.name }),
  (sides, _, b, c) => live(sides, c, { name: b.previous_name ?? b.name }),
  (sides, _, __, c) => live(sides, c, { labels: {} }),
];

/** Portals and files that may contradict each other. Declared names are unique: a check of the files ensures that. */
export function arbitraryContradictions(): fc.Arbitrary<Situation> {
  const place = fc.nat(5);
  const mistakes = fc.array(fc.tuple(fc.constantFrom(...MISTAKES), place, place, place), { maxLength: 3 });
  return fc.tuple(arbitrarySituation(), mistakes).map(([situation, made]) => {
    const start: Sides = { live: situation.live ?? [], desired: situation.desired ?? [] };
    const sides = made.reduce((all, [mistake, a, b, c]) => applied(all, mistake, [a, b, c]), start);
    return { ...situation, ...sides };
  });
}

function applied(sides: Sides, mistake: Mistake, [a, b, c]: readonly [number, number, number]): Sides {
  const one = sides.desired[a % Math.max(1, sides.desired.length)];
  const other = sides.desired[b % Math.max(1, sides.desired.length)];
  const product = sides.live[c % Math.max(1, sides.live.length)];
  return one && other && product ? mistake(sides, one, other, product) : sides;
}

function linksOf({
  fields,
}: DesiredProduct | LiveProduct): Pick<DesiredProduct['fields'], 'linked_gateway_services'> {
  const { linked_gateway_services: links } = fields;
  return links === undefined ? {} : { linked_gateway_services: links };
}

function changed(sides: Sides, product: DesiredProduct, parts: Partial<DesiredProduct>): Sides {
  const isValid = product.type === 'gateway' || parts.fields?.linked_gateway_services === undefined;
  if (!isValid) return sides;
  return { ...sides, desired: sides.desired.map((one) => (one === product ? { ...one, ...parts } : one)) };
}

function renamed(sides: Sides, product: DesiredProduct, name: string): Sides {
  if (sides.desired.some((one) => one.name === name)) return sides;
  return changed(sides, product, { name, fields: { ...product.fields, name } });
}

function live(sides: Sides, product: LiveProduct, fields: Partial<LiveProduct['fields']>): Sides {
  const other = { ...product, fields: completeFields({ ...product.fields, ...fields }) };
  return { ...sides, live: sides.live.map((one) => (one === product ? other : one)) };
}
