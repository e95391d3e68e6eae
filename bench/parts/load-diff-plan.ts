import { readFileSync, realpathSync } from 'node:fs';
import { liveProduct } from '../../src/admin/product-format.ts';
import { diff } from '../../src/diff/diff.ts';
import { parseSeed, type Seed } from '../../src/emulator/seed.ts';
import type { Declared } from '../../src/model/declared.ts';
import type { Directory } from '../../src/model/directory.ts';
import type { LivePortal } from '../../src/model/live.ts';
import type { JsonObject } from '../../src/model/product.ts';
import { DEFAULT_SCOPE } from '../../src/model/ownership.ts';
import { checkFiles } from '../../src/api/read-files.ts';
import { plan } from '../../src/plan/plan.ts';
import { resolve } from '../../src/resolve/resolve.ts';

/**
 * Measures load, diff and plan with the live products in memory. Prints the number of steps, and the CPU time in
 * milliseconds of reading the files and of all stages.
 */
async function measure(pattern: string, seedFile: string): Promise<void> {
  const seed = parseSeed(readFileSync(seedFile, 'utf8'));
  const live = livePortal(seed);
  const directory = directoryOf(seed);
  const start = process.cpuUsage();
  const { value: declared, diagnostics } = await checkFiles({
    patterns: [pattern],
    cwd: realpathSync(process.cwd()),
    env: {},
    readStdin: () => Promise.resolve(new Uint8Array()),
  });
  if (declared === undefined) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
  const checked = process.cpuUsage(start);
  const planned = plannedBy(resolve(declared, directory), live, declared);
  const all = process.cpuUsage(start);
  const cpu = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;
  const { products } = declared;
  console.log(
    JSON.stringify({ products: products.length, steps: planned, files: cpu(checked), all: cpu(all) }),
  );
}

function plannedBy(
  { value: resolved, diagnostics }: ReturnType<typeof resolve>,
  live: LivePortal,
  { managesProducts, owners, allowances }: Declared,
): number {
  if (resolved === undefined) throw new Error(JSON.stringify(diagnostics.slice(0, 3)));
  const { products: desired, names, services } = resolved;
  const compared = diff({ desired, managesProducts, owners, allowances, live, names, scope: DEFAULT_SCOPE });
  if (compared.value === undefined) throw new Error(JSON.stringify(compared.diagnostics.slice(0, 3)));
  const target = {
    server: 'http://bench',
    portal: { id: 'default', name: 'default' },
    dialect: 'path',
  } as const;
  const planned = plan({
    target,
    difference: compared.value,
    names,
    services,
    scope: DEFAULT_SCOPE,
    subscriptions: new Map(),
    live: live.products,
    owners,
  });
  return planned.steps.length;
}

function livePortal({ api_products: products = [] }: Seed): LivePortal {
  return {
    products: products.map((row) => liveProduct(row satisfies JsonObject, (text) => text)),
    keepsExternalLabels: true,
  };
}

function directoryOf(seed: Seed): Directory {
  const services = (seed.services ?? []).map((one) => ({
    id: one.id ?? '',
    name: one.name,
    gateway_group_id: one.gateway_group,
    hosts: one.hosts ?? [],
    plugins: [],
  }));
  const groups = named(seed.gateway_groups);
  return {
    gatewayGroups: groups,
    services: new Map(groups.map(({ id }) => [id, services.filter((one) => one.gateway_group_id === id)])),
    dcrProviders: [],
    contactPoints: named(seed.contact_points),
  };
}

function named(items: readonly { readonly id?: string; readonly name: string }[] = []) {
  return items.map(({ id = '', name }) => ({ id, name }));
}

const [pattern = '', seedFile = ''] = process.argv.slice(2);
void measure(pattern, seedFile);
