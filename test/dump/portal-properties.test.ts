import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultSeed } from '../../src/emulator/seed.ts';
import { atWorkplace, type Ran, type Workplace } from '../support/run-adc.ts';
import { runs } from '../support/runs.ts';
import {
  arbitraryProducts,
  arbitrarySwitches,
  seedWith,
  type DrawnPortal,
} from './support/arbitrary-seed.ts';

const PORTAL = ['--portal', 'default'];

async function done(ran: Promise<Ran>): Promise<Ran> {
  const { exitCode, out, err } = await ran;
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${out}${err}`);
  return { exitCode, out, err };
}

async function filesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const contents = await Promise.all(paths.map(async (path) => readFile(path, 'latin1')));
  return Object.fromEntries(paths.map((path, index) => [path.slice(folder.length), contents[index] ?? '']));
}

interface Step {
  readonly action: string;
  readonly reason: string;
  readonly changes: readonly { readonly path: string }[];
}

async function stepsOf({ adc }: Workplace, words: readonly string[]): Promise<readonly Step[]> {
  const { out } = await done(adc(['diff', '-f', 'out', '--format', 'json', ...words]));
  return (JSON.parse(out) as { readonly steps: readonly Step[] }).steps;
}

const isAdoption = ({ action, changes }: Step): boolean =>
  action === 'update' && changes.every(({ path }) => path === 'labels.managed-by');

/** Adds an unmanaged product with the name of the first gateway product. */
function withTwin({ gateways, externals }: DrawnPortal): DrawnPortal {
  const twins = gateways.slice(0, 1).map((one) => ({ ...one, owned: false, services: 0 }));
  return { gateways: [...gateways, ...twins], externals };
}

const layout = fc.constantFrom('out/', 'out/all.yaml');
const extra = fc.subarray(['--with-id', '--skip-defaults']);

describe.each(['path', 'query'] as const)(
  'for any portal, in the %s dialect, under every switch',
  (dialect) => {
    const connection = [...PORTAL, '--dialect', dialect];

    test('dump, then diff, is empty except for adoptions', async () => {
      await fc.assert(
        fc.asyncProperty(
          arbitraryProducts,
          arbitrarySwitches,
          layout,
          extra,
          async (drawn, switches, output, options) => {
            await atWorkplace({ seed: seedWith(withTwin(drawn)), switches }, async (place) => {
              await done(place.adc(['dump', '-o', output, ...connection, ...options]));
              const steps = await stepsOf(place, connection);
              expect(steps.filter((step) => !isAdoption(step))).toEqual([]);
            });
          },
        ),
        runs(30),
      );
    });

    test('dump, sync to an empty portal, dump: the same files', async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryProducts, arbitrarySwitches, layout, async (drawn, switches, output) => {
          // A document that the server does not return cannot be created on another portal (docs/design/contract.md §8).
          const blind = switches.getReturnsOpenapi === 'none';
          const products = blind ? { ...drawn, externals: [] } : drawn;
          await atWorkplace({ seed: seedWith(products), switches }, async (full) => {
            await done(full.adc(['dump', '-o', output, ...connection]));
            const files = await filesIn(join(full.folder, 'out'));
            await atWorkplace({ seed: defaultSeed(), switches }, async (empty) => {
              await done(empty.adc(['sync', '-f', join(full.folder, 'out'), ...connection]));
              await done(empty.adc(['dump', '-o', output, ...connection]));
              expect(await filesIn(join(empty.folder, 'out'))).toEqual(files);
            });
          });
        }),
        runs(20),
      );
    });
  },
);
