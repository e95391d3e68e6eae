import { createServer } from 'node:http';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ADC, inTurn, run } from '../node-process.js';

/** Enough products for the garbage collector to run. */
const SOME = 500;
const MANY = 2_000;
const DOCUMENT = 60_000;
/** The heap limit of both sides: less than half of the documents, so that a program that keeps them runs out of memory. */
const HEAP = '--max-old-space-size=48';

/** Reads the same responses and writes the same documents, and keeps none. */
const FLOOR = `
const { mkdirSync, openSync, writeSync, fsyncSync, closeSync } = require('node:fs');
const [url, count, folder] = [process.argv[1], Number(process.argv[2]), process.argv[3]];
mkdirSync(folder);
let next = 0;
async function take() {
  for (let id = next++; id < count; id = next++) {
    const answer = await (await fetch(url + id)).json();
    const file = openSync(folder + '/' + id, 'w');
    writeSync(file, answer.value.raw_openapi);
    fsyncSync(file);
    closeSync(file);
  }
}
Promise.all([take(), take(), take(), take(), take()]);
`;

/** An OpenAPI document of about DOCUMENT characters. */
function openapi(index) {
  const paths = Array.from({ length: Math.ceil(DOCUMENT / 100) }, (_, path) => [
    `/product-${index}/path-${path}`,
    { get: { responses: { 200: { description: `Everything about ${path}` } } } },
  ]);
  return JSON.stringify({
    openapi: '3.0.3',
    info: { title: `Product ${index}`, version: '1' },
    paths: Object.fromEntries(paths),
  });
}

function product(index) {
  const id = `id-${index}`;
  const name = `Product ${index}`;
  return { id, name, type: 'external', status: 'draft', labels: {}, raw_openapi: openapi(index) };
}

function answerTo(path, count) {
  const { pathname, searchParams } = new URL(path, 'http://bench');
  if (pathname === '/api/portals') return { list: [{ id: 'portal-1', name: 'default' }], total: 1 };
  const [, index] = /\/id-(\d+)$/.exec(pathname) ?? [];
  if (index !== undefined) return { value: product(Number(index)) };
  if (!pathname.endsWith('/api_products')) return undefined;
  const [page, rows] = [Number(searchParams.get('page') ?? 1), Number(searchParams.get('page_size') ?? 100)];
  const length = Math.max(0, Math.min(rows, count - (page - 1) * rows));
  const row = (_, place) => (page - 1) * rows + place;
  const list = Array.from({ length }, row).map((one) => ({ id: `id-${one}`, name: `Product ${one}` }));
  return { list, total: count };
}

/** Creates each document for its request, so that the server keeps none. */
async function serve(count) {
  const server = createServer((request, response) => {
    const answer = answerTo(request.url, count);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error_msg: 'not found' }));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function dump(count, { runs, folder }) {
  const server = await serve(count);
  const [made, floorMade] = [join(folder, 'dump/'), join(folder, 'floor')];
  const connection = ['--server', server.url, '--token', 't', '--portal', 'default', '--dialect', 'path'];
  const url = `${server.url}/api/portals/portal-1/api_products/id-`;
  const afterRemoving = async (path, args) => {
    await rm(path, { recursive: true, force: true });
    return run([HEAP, ...args]);
  };
  try {
    return await inTurn(
      runs,
      () => afterRemoving(made, [ADC, 'dump', '-o', made, ...connection]),
      () => afterRemoving(floorMade, ['-e', FLOOR, url, String(count), floorMade]),
    );
  } finally {
    server.close();
  }
}

export const dumpRow = {
  name: 'dump',
  work: '`adc dump` of 2,000 products with OpenAPI documents of 60 kB into a folder',
  runs: 3,
  measure: async (tools) => {
    const some = await dump(SOME, tools);
    const many = await dump(MANY, tools);
    const added = ((MANY - SOME) * openapi(1).length) / 1024 / 1024;
    const grown = many.subject.mib - some.subject.mib;
    const time = { value: many.subject.ms, floor: many.floor.ms, unit: 'ms', most: { times: 4 } };
    return [
      { measure: 'time', ...time },
      { measure: 'peak memory', value: many.subject.mib, floor: many.floor.mib, unit: 'MiB' },
      {
        measure: 'memory more than for 500 products, beside the documents that are more',
        value: grown,
        floor: added,
        unit: 'MiB',
        most: { times: 0.25 },
      },
    ];
  },
};
