import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { atWorkplace, type Ran } from '../../support/run-adc.ts';
import { runs } from '../../support/runs.ts';
import { arbitraryProducts, seedWith, type DrawnPortal } from '../support/arbitrary-seed.ts';
import { arbitraryStyle, restyled } from '../support/restyled.ts';

const FILE = 'all.yaml';
const UPDATE = ['dump', '--update', '-f', FILE, '--portal', 'default'];

async function done(ran: Promise<Ran>): Promise<Ran> {
  const { exitCode, out, err } = await ran;
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${out}${err}`);
  return { exitCode, out, err };
}

/** The dump of a portal, as somebody might have written it by hand. */
async function fileOf(drawn: DrawnPortal, style: Parameters<typeof restyled>[1]): Promise<string> {
  let text = '';
  await atWorkplace({ seed: seedWith(drawn) }, async ({ adc }) => {
    text = restyled((await done(adc(['dump', '--portal', 'default']))).out, style);
  });
  return text;
}

test('on a portal that has not changed, no byte changes', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryProducts, arbitraryStyle, async (drawn, style) => {
      const before = await fileOf(drawn, style);
      await atWorkplace({ seed: seedWith(drawn), files: { [FILE]: before } }, async ({ adc, folder }) => {
        expect((await done(adc(UPDATE))).out).toBe('Nothing was changed.\n');
        expect(await readFile(join(folder, FILE), 'utf8')).toBe(before);
      });
    }),
    runs(10),
  );
});

type Gateway = DrawnPortal['gateways'][number];
type External = DrawnPortal['externals'][number];

/** Field in the seed, and the field in a file that it becomes. */
const GATEWAY_FIELDS = {
  desc: 'desc',
  labels: 'labels',
  visibility: 'visibility',
  subscription_auto_approval: 'subscription_auto_approval',
  can_view_unsubscribed: 'can_view_unsubscribed',
  auth: 'auth',
  allHosts: 'linked_gateway_services',
  notifications: 'notifications',
} as const satisfies Partial<Record<keyof Gateway, string>>;
const EXTERNAL_FIELDS = {
  desc: 'desc',
  labels: 'labels',
  published: 'status',
  raw_openapi: 'raw_openapi',
  server_urls: 'server_urls',
} as const satisfies Partial<Record<keyof External, string>>;

/** The same portal, of which one product has one field of the other portal's. */
function changed(
  drawn: DrawnPortal,
  other: DrawnPortal,
  choice: number,
): readonly [DrawnPortal, string, string] {
  const [gateway, ...gateways] = drawn.gateways;
  const [external, ...externals] = drawn.externals;
  const [donor, donated] = [other.gateways[0], other.externals[0]];
  if (gateway !== undefined && donor !== undefined && (choice % 2 === 0 || external === undefined)) {
    const [key, field] = pick(GATEWAY_FIELDS, choice);
    return [
      { gateways: [{ ...gateway, [key]: donor[key] }, ...gateways], externals: drawn.externals },
      gateway.name,
      field,
    ];
  }
  if (external === undefined || donated === undefined) return [drawn, '', ''];
  const [key, field] = pick(EXTERNAL_FIELDS, choice);
  return [
    { gateways: drawn.gateways, externals: [{ ...external, [key]: donated[key] }, ...externals] },
    external.name,
    field,
  ];
}

function pick<Key extends string>(
  fields: Readonly<Record<Key, string>>,
  choice: number,
): readonly [Key, string] {
  const entries = Object.entries(fields) as [Key, string][];
  return entries[Math.floor(choice / 2) % entries.length] ?? entries[0]!;
}

/** The offsets between which a field of a product stands in a file, with its line ends; undefined if it is not declared. */
function rangeOfField(text: string, name: string, field: string): readonly [number, number] | undefined {
  const document = parseDocument(text, { version: '1.2' });
  const list = document.toJS() as { readonly api_products: readonly { readonly name: string }[] };
  const index = list.api_products.findIndex((one) => one.name === name.replaceAll('${', '\\${'));
  const product = document.getIn(['api_products', index]) as {
    items: { key: { value: string; range: number[] }; value: { range: number[] } }[];
  };
  const pair = product.items.find(({ key }) => key.value === field);
  if (pair === undefined) return undefined;
  const start = text.lastIndexOf('\n', pair.key.range[0]! - 1) + 1;
  const end = pair.value.range[2]!;
  const lineEnd = text[end - 1] === '\n' ? end : text.indexOf('\n', end) + 1;
  return [start, lineEnd === 0 ? text.length : lineEnd];
}

test('what changed on the portal is brought in, and nothing else changes', async () => {
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(
      arbitraryProducts,
      arbitraryProducts,
      fc.nat({ max: 99 }),
      arbitraryStyle,
      async (drawn, other, choice, style) => {
        const [now, name, field] = changed(drawn, other, choice);
        const before = await fileOf(drawn, style);
        const range = name === '' ? undefined : rangeOfField(before, name, field);
        await atWorkplace({ seed: seedWith(now), files: { [FILE]: before } }, async ({ adc, folder }) => {
          await done(adc(UPDATE));
          const after = await readFile(join(folder, FILE), 'utf8');
          const connection = ['-f', FILE, '--portal', 'default'];
          if (range === undefined) {
            expect(after).toBe(before);
            return;
          }
          tried += 1;
          expect(after.startsWith(before.slice(0, range[0]))).toBe(true);
          expect(after.endsWith(before.slice(range[1]))).toBe(true);
          await done(adc(['lint', '-f', FILE]));
          const { out } = await done(adc(['diff', ...connection, '--format', 'json']));
          const { steps } = JSON.parse(out) as {
            readonly steps: readonly { readonly changes: readonly { readonly path: string }[] }[];
          };
          const paths = steps.flatMap(({ changes }) => changes.map(({ path }) => path));
          expect(paths.filter((path) => path !== 'labels.managed-by')).toEqual([]);
          await done(adc(UPDATE));
          expect(await readFile(join(folder, FILE), 'utf8')).toBe(after);
        });
      },
    ),
    runs(22),
  );
  expect(tried).toBeGreaterThan(0);
});
