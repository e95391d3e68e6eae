import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startedEmulator } from '../emulator.js';
import { ADC, inTurn, run } from '../node-process.js';
import { onPortal } from '../on-portal.js';
import {
  declared,
  declaredExternal,
  emptySeed,
  liveExternal,
  liveSeed,
  openapiDocument,
} from '../portal-files.js';
import { bareClient } from './request-pattern.js';

const LATENCY = 20;
/** A fixed number, to compute the floor. Without the option, the number adapts to the server. */
const IN_FLIGHT = 5;
const FIXED = ['--request-concurrent', String(IN_FLIGHT)];

const diffOf = (count, tools, more = {}) =>
  onPortal(tools, {
    latencyMs: LATENCY,
    seed: liveSeed(count),
    text: declared(count),
    args: [ADC, 'diff', '--exit-code', '-f', 'products.yaml', ...FIXED],
    ...more,
  });

/** Requests each product, five at a time, and ignores the responses. */
const BARE = `
const { Pool } = require(${JSON.stringify(fileURLToPath(new URL('../../node_modules/undici', import.meta.url)))});
const pool = new Pool(process.env.ADC_SERVER, { connections: ${IN_FLIGHT} });
const headers = { 'X-API-KEY': process.env.ADC_TOKEN };
let next = 0;
async function take() {
  for (let index = next++; index < Number(process.argv[1]); index = next++) {
    const id = 'product-' + String(index).padStart(6, '0');
    const { body } = await pool.request({ method: 'GET', path: '/api/api_products/' + id + '?portal_id=portal', headers });
    await body.json();
  }
}
Promise.all(Array.from({ length: ${IN_FLIGHT} }, take)).then(() => pool.close());
`;

const floorOf = (requests) => (requests / IN_FLIGHT) * LATENCY;

/**
 * The number of necessary requests: each product; the pages of products and of services, with an empty page after a full last
 * page; and once the portal, the dialect, the version, the gateway groups and the contact points.
 */
const neededToRead = (count) => count + 2 * (Math.floor(count / 100) + 1) + 5;

function diffRow(count, runs) {
  return {
    name: `diff-${count}`,
    work: `\`adc diff\` without changes, ${count.toLocaleString('en')} products at ${LATENCY} ms, ${IN_FLIGHT} requests at a time`,
    runs,
    measure: async (tools) => {
      const none = await diffOf(1, tools);
      const some = await diffOf(count, tools);
      const full = await diffOf(count, tools, { switches: { listRows: 'full' } });
      const bare = await diffOf(count, tools, { args: ['-e', BARE, String(count)] });
      const needed = neededToRead(count);
      const perProduct = (one) => (one.cpu - none.cpu) / count;
      return [
        { measure: 'time', value: some.ms, floor: floorOf(needed), unit: 'ms', most: { times: 1.2 } },
        { measure: 'time, beside a client that only asks', value: some.ms, floor: bare.ms, unit: 'ms' },
        { measure: 'requests', value: some.requests, floor: needed, unit: '', most: { times: 1 } },
        {
          measure: 'CPU of a product, beside a client that only asks',
          value: perProduct(some),
          floor: bare.cpu / count,
          unit: 'ms',
          most: { value: 0.3 },
        },
        { measure: 'peak memory', value: some.mib, unit: 'MiB' },
        { measure: 'time where rows are whole', value: full.ms, unit: 'ms' },
        { measure: 'requests where rows are whole', value: full.requests, unit: '' },
        {
          measure: 'CPU of a product where rows are whole',
          value: perProduct(full),
          unit: 'ms',
          most: { value: 0.3 },
        },
      ];
    },
  };
}

export const diffSmall = {
  name: 'diff-20',
  work: '`adc diff` without changes, 20 products at no latency',
  runs: 11,
  measure: async ({ runs, folder }) => {
    const portal = await startedEmulator(folder, { seed: liveSeed(20), latencyMs: 0, switches: {} });
    await writeFile(join(folder, 'products.yaml'), declared(20));
    const diff = () => run([ADC, 'diff', '-f', 'products.yaml'], { cwd: folder, env: portal.env });
    try {
      const { subject, floor } = await inTurn(runs, diff, () => run(['-e', '0']));
      return [
        { measure: 'time', value: subject.ms, floor: floor.ms, unit: 'ms' },
        { measure: 'CPU', value: subject.cpu, floor: floor.cpu, unit: 'ms' },
        { measure: 'peak memory', value: subject.mib, floor: floor.mib, unit: 'MiB' },
      ];
    } finally {
      await portal.stop();
    }
  },
};

export const diffThousand = diffRow(1_000, 3);
export const diffTenThousand = diffRow(10_000, 1);

const CREATED = 1_000;

export const firstSync = {
  name: 'first-sync',
  work: `first \`adc sync\` of ${CREATED.toLocaleString('en')} products, created and published, at ${LATENCY} ms, ${IN_FLIGHT} requests at a time`,
  runs: 3,
  measure: async (tools) => {
    const timed = (args) =>
      onPortal(tools, { latencyMs: LATENCY, seed: emptySeed(CREATED), text: declared(CREATED), args });
    const { ms, requests, writes, cpu } = await timed([
      ADC,
      'sync',
      '--yes',
      '-f',
      'products.yaml',
      ...FIXED,
    ]);
    const bare = await timed(bareClient('sync', CREATED));
    return [
      { measure: 'time', value: ms, floor: floorOf(requests), unit: 'ms', most: { times: 1.2 } },
      { measure: 'writes', value: writes, floor: 2 * CREATED, unit: '', most: { times: 1 } },
      { measure: 'requests', value: requests, unit: '' },
      {
        measure: 'CPU of a product, beside a client that only writes',
        value: cpu / CREATED,
        floor: bare.cpu / CREATED,
        unit: 'ms',
        most: { value: 1.5 },
      },
    ];
  },
};

const PRODUCTS = 500;

/** Compares the command without the option with five requests at a time. */
export const adaptive = {
  name: 'adaptive',
  work: `\`adc diff\` without changes and a first \`adc sync\` of ${PRODUCTS} products; the floor is ${IN_FLIGHT} requests at a time`,
  runs: 1,
  measure: async (tools) => {
    const measures = [];
    for (const latencyMs of [20, 100]) {
      for (const words of [
        ['diff', '--exit-code'],
        ['sync', '--yes'],
      ]) {
        const seed = words[0] === 'diff' ? liveSeed(PRODUCTS) : emptySeed(PRODUCTS);
        const timed = (more) =>
          onPortal(tools, {
            latencyMs,
            seed,
            text: declared(PRODUCTS),
            args: [ADC, ...words, '-f', 'products.yaml', ...more],
          });
        const [subject, floor] = [await timed([]), await timed(FIXED)];
        const measure = `time of ${words[0]} at ${latencyMs} ms`;
        measures.push({ measure, value: subject.ms, floor: floor.ms, unit: 'ms', most: { times: 1 } });
      }
    }
    return measures;
  },
};

const DOCUMENTS = 100;
/** Options of V8 for more frequent garbage collection. */
const THRIFTY = ['--heap-growing-percent=30', '--max-semi-space-size=4'];

export const memoryRow = {
  name: 'memory',
  work: '`adc diff` of 10,000 products, of which 100 have an OpenAPI document of 1 MB',
  runs: 1,
  measure: async ({ runs, folder }) => {
    const documents = Array.from({ length: DOCUMENTS }, (_, index) => openapiDocument(index, 3_250));
    const files = documents.map((_, index) => `openapi-${index}.json`);
    await mkdir(folder, { recursive: true });
    for (const [index, file] of files.entries()) await writeFile(join(folder, file), documents[index]);
    const gateway = 10_000 - DOCUMENTS;
    const seed = liveSeed(gateway);
    const diff = (flags) =>
      onPortal(
        { runs, folder },
        {
          seed: { ...seed, api_products: [...seed.api_products, ...liveExternal(documents)] },
          text: declared(gateway) + declaredExternal(files),
          args: [...flags, ADC, 'diff', '--exit-code', '-f', 'products.yaml', '--request-concurrent', '20'],
        },
      );
    const [usual, thrifty] = [await diff([]), await diff(THRIFTY)];
    return [
      { measure: 'peak memory', value: usual.mib, unit: 'MiB', most: { value: 200 } },
      { measure: 'CPU', value: usual.cpu, unit: 'ms' },
      { measure: `peak memory with \`node ${THRIFTY.join(' ')}\``, value: thrifty.mib, unit: 'MiB' },
      { measure: 'CPU so', value: thrifty.cpu, floor: usual.cpu, unit: 'ms' },
    ];
  },
};
