// `npm run bench:dump`: how much memory and time `adc dump -o folder/` takes for products with OpenAPI documents, some
// and many, beside a floor: a script that reads the same answers and writes the same documents, and keeps none. Ends
// with 1 if the memory grows with the documents, or the time is too many times that of the floor.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'node:http';

const SOME = 100;
const MANY = 2_000;
const DOCUMENT = 60_000;
/** MiB of heap that both get: less than half of the documents, so that whoever keeps them comes to an end. */
const HEAP = 48;
/** How much of the documents that are more may be in memory at a time; all of it and more, if they were kept. */
const MOST_GROWTH = 0.25;
const MOST_TIME = 4;

const root = fileURLToPath(new URL('../', import.meta.url));
const program = process.argv[2] ?? join(root, 'bin/adc.js');
const folder = mkdtempSync(join(tmpdir(), 'adc-bench-'));
const peak = join(folder, 'peak.cjs');
writeFileSync(
  peak,
  "process.on('exit', () => require('node:fs').writeSync(2, `\\npeak ${process.resourceUsage().maxRSS}\\n`));\n",
);

const FLOOR = `
const { mkdirSync, openSync, writeSync, fsyncSync, closeSync } = require('node:fs');
const [url, ids, folder] = [process.argv[1], JSON.parse(process.argv[2]), process.argv[3]];
mkdirSync(folder);
async function take() {
  for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
    const answer = await (await fetch(url + id)).json();
    const file = openSync(folder + '/' + id, 'w');
    writeSync(file, answer.value.raw_openapi);
    fsyncSync(file);
    closeSync(file);
  }
}
Promise.all([take(), take(), take(), take(), take()]);
`;

/** An OpenAPI document of about so many characters. */
function openapi(index, size) {
  const paths = Array.from({ length: Math.ceil(size / 100) }, (_, path) => [
    `/product-${index}/path-${path}`,
    { get: { responses: { 200: { description: `Everything about ${path}` } } } },
  ]);
  return JSON.stringify({
    openapi: '3.0.3',
    info: { title: `Product ${index}`, version: '1' },
    paths: Object.fromEntries(paths),
  });
}

const idsOf = (count) => Array.from({ length: count }, (_, index) => `id-${index}`);

function answerTo(path, ids) {
  const portal = { id: 'portal-1', name: 'default' };
  const { pathname, searchParams } = new URL(path, 'http://bench');
  if (pathname === '/api/portals') return { list: [portal], total: 1 };
  const [, id] = /\/(id-\d+)$/.exec(pathname) ?? [];
  if (id !== undefined) {
    const index = Number(id.slice(3));
    const name = `Product ${index}`;
    return {
      value: {
        id,
        name,
        type: 'external',
        status: 'draft',
        labels: {},
        raw_openapi: openapi(index, DOCUMENT),
      },
    };
  }
  if (!pathname.endsWith('/api_products')) return undefined;
  const [page, rows] = [Number(searchParams.get('page') ?? 1), Number(searchParams.get('page_size') ?? 100)];
  const list = ids.slice((page - 1) * rows, page * rows).map((one) => ({ id: one, name: one }));
  return { list, total: ids.length };
}

async function serve(ids) {
  const server = createServer((request, response) => {
    const answer = answerTo(request.url, ids);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error_msg: 'not found' }));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Milliseconds and the most MiB that a process had. */
function measured(args) {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const start = performance.now();
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP}`, '--require', peak, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  return new Promise((done, fail) => {
    child.on('close', (status) => {
      if (status !== 0) return fail(new Error(`node ${args[0]} ended with ${status}\n${said}`));
      const mib = Number(/peak (\d+)/.exec(said)?.[1]) / 1024;
      return done({ ms: performance.now() - start, mib });
    });
  });
}

async function run(count) {
  const ids = idsOf(count);
  const server = await serve(ids);
  const connection = ['--server', server.url, '--token', 't', '--portal', 'default', '--dialect', 'path'];
  try {
    const dump = await measured([program, 'dump', '-o', join(folder, `dump-${count}/`), ...connection]);
    const url = `${server.url}/api/portals/portal-1/api_products/`;
    const floor = await measured(['-e', FLOOR, url, JSON.stringify(ids), join(folder, `floor-${count}`)]);
    console.log(
      `${count} products with documents of ${Math.round(openapi(1, DOCUMENT).length / 1000)} kB: ` +
        `${Math.round(dump.mib)} MiB and ${Math.round(dump.ms)} ms; ` +
        `floor ${Math.round(floor.mib)} MiB and ${Math.round(floor.ms)} ms`,
    );
    return { dump, floor };
  } finally {
    server.close();
  }
}

try {
  const some = await run(SOME);
  const many = await run(MANY);
  const added = ((MANY - SOME) * openapi(1, DOCUMENT).length) / 1024 / 1024;
  const growth = (many.dump.mib - some.dump.mib) / added;
  const time = many.dump.ms / many.floor.ms;
  console.log(`memory grows by ${growth.toFixed(2)} of what the documents grow by (aim ${MOST_GROWTH})`);
  console.log(`time is ${time.toFixed(1)} times the floor (aim ${MOST_TIME})`);
  if (growth > MOST_GROWTH || time > MOST_TIME) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
