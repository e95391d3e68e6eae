import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Directory } from '../../src/model/directory.ts';
import type { LivePortal, LiveProduct } from '../../src/model/live.ts';
import { runs } from '../support/runs.ts';
import { arbitraryDirectory, arbitraryPortal } from './support/arbitrary-portal.ts';
import { dumpOf } from './support/dumped.ts';
import { readBack } from './support/read-back.ts';

const layout = fc.constantFrom('one-file', 'folder');
const ways = fc.record({ layout, withId: fc.boolean(), withDefaults: fc.boolean() });

/** The expected product in files: without the label that sync adds. */
function expected({ id, type, fields }: LiveProduct, withId: boolean): unknown {
  const labels = Object.entries(fields.labels).filter(
    ([key, value]) => key !== 'managed-by' || value !== 'adc',
  );
  return { type, fields: { ...fields, labels: Object.fromEntries(labels) }, ...(withId && { id }) };
}

const named = (one: unknown): string => (one as LiveProduct).fields.name;
const byName = (a: unknown, b: unknown): number => (named(a) < named(b) ? -1 : 1);

describe('for any portal', () => {
  test('a dump equals the live products', () => {
    fc.assert(
      fc.property(arbitraryPortal, arbitraryDirectory, ways, (portal, directory, options) => {
        const { files } = dumpOf(portal, { ...options, directory });
        const wanted = portal.products.map((product) => expected(product, options.withId));
        expect(readBack(files, directory).toSorted(byName)).toEqual(wanted.toSorted(byName));
      }),
      runs(300),
    );
  });

  test('the output does not depend on the order of rows', () => {
    fc.assert(
      fc.property(arbitraryPortal, arbitraryDirectory, ways, (portal, directory, options) => {
        const usual = dumpOf(portal, { ...options, directory });
        const turned = dumpOf(reversedPortal(portal), { ...options, directory: reversed(directory) });
        expect(turned).toEqual(usual);
      }),
      runs(100),
    );
  });

  test('every file is text without control characters, and its path is safe', () => {
    fc.assert(
      fc.property(arbitraryPortal, arbitraryDirectory, ways, (portal, directory, options) => {
        const { files } = dumpOf(portal, { ...options, directory });
        expect(new Set(files.map(({ path }) => path.toLowerCase())).size).toBe(files.length);
        for (const { path, content } of files) {
          expect(path).toMatch(/^((openapi|logos)\/)?[a-z0-9-]+\.[a-z]+$/);
          if (typeof content !== 'string') continue;
          expect(Buffer.from(content).toString()).toBe(content);
          expect(content).not.toMatch(/[^\P{Cc}\t\n\r\u0085]/u);
        }
      }),
      runs(100),
    );
  });
});

function reversedPortal(portal: LivePortal): LivePortal {
  return { ...portal, products: portal.products.toReversed() };
}

function reversed({ gatewayGroups, services, dcrProviders, contactPoints }: Directory): Directory {
  return {
    gatewayGroups: gatewayGroups.toReversed(),
    services: new Map([...services].toReversed().map(([id, rows]) => [id, rows.toReversed()])),
    dcrProviders: dcrProviders.toReversed(),
    contactPoints: contactPoints?.toReversed(),
  };
}
