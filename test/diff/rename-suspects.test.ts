import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameOpenapi } from '../../src/openapi/document.ts';
import { renameSuspects } from '../../src/diff/rename-suspects.ts';
import { unpackedFields, type DesiredProduct } from '../../src/model/desired.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { liveProduct } from '../support/live-product.ts';

/** Some documents are equal in another form, some differ only beyond the precision of a double, some are not OpenAPI. */
const DOCUMENTS = [
  '{"openapi":"3.0.3","info":{"title":"A","version":"1"},"paths":{}}',
  'openapi: 3.0.3\npaths: {}\ninfo: { version: "1", title: A } # the same\n',
  'x-limit: 9007199254740993\n',
  '{"x-limit": 9007199254740993}',
  'x-limit: 9007199254740992\n',
  'x-limit: "9007199254740993"\n',
  'x-limit: { "": "9007199254740993" }\n',
  'a: [\r\n',
  'a: [\n',
  'a: [',
];

const external = fc.record({
  type: fc.constant('external' as const),
  raw_openapi: fc.constantFrom(...DOCUMENTS),
  server_urls: fc.subarray(['https://a', 'https://b']),
});
const gateway = fc.record({
  type: fc.constant('gateway' as const),
  linked_gateway_services: fc.subarray(['s', 't', 'u']).map((names) => links(...names)),
});
const parts = fc.array(fc.oneof(external, gateway), { maxLength: 5 });

/** docs/design/contract.md §6: an equal, non-empty set of services, an equal document, or equal servers. */
function looksLike(from: LiveProduct, to: DesiredProduct): string | undefined {
  if (from.type !== to.type) return undefined;
  const same = (one: readonly unknown[], other: readonly unknown[] = []): boolean =>
    one.length > 0 && JSON.stringify(one) === JSON.stringify(other);
  const [a, b] = [from.fields, to.fields];
  if (to.type === 'gateway')
    return same(a.linked_gateway_services, b.linked_gateway_services) ? 'services' : undefined;
  if (sameOpenapi(a.raw_openapi, b.raw_openapi ?? '')) return 'openapi';
  return same(a.server_urls, b.server_urls) ? 'servers' : undefined;
}

test('pairs every undeclared product with the first similar creation, and no other', () => {
  fc.assert(
    fc.property(parts, parts, parts, (deletedParts, keptParts, createdParts) => {
      const gone = [...deletedParts, ...keptParts].map((one, place) =>
        liveProduct({ name: `old ${place}`, ...one }),
      );
      const [deleted, kept] = [gone.slice(0, deletedParts.length), gone.slice(deletedParts.length)];
      const created = createdParts.map((one, place) => desiredProduct({ name: `new ${place}`, ...one }));
      const suspected = renameSuspects(
        [
          ...created.map(
            (desired) =>
              ({ kind: 'create', desired, fields: unpackedFields(desired.fields), changes: [] }) as const,
          ),
          ...deleted.map((live) => ({ kind: 'delete', because: 'not-declared', live, changes: [] }) as const),
        ],
        kept,
      );
      const expected = gone.flatMap((from) => {
        const to = created.find((one) => looksLike(from, one) !== undefined);
        return to ? [[from.id, to.name, looksLike(from, to)]] : [];
      });
      expect(suspected.map(({ from, to, because }) => [from.id, to.name, because])).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
