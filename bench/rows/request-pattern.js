import { fileURLToPath } from 'node:url';
import { ADC } from '../node-process.js';
import { onPortal } from '../on-portal.js';
import { declared, emptySeed, liveSeed } from '../portal-files.js';

const PRODUCTS = 1_000;

/**
 * A client that only sends the requests of API7's ADC 0.28 for the same number of services: eight lists, then two requests for
 * each product, 256 reads or 10 writes at a time.
 */
const BARE = `
const { Agent } = require(${JSON.stringify(fileURLToPath(new URL('../../node_modules/undici', import.meta.url)))});
const [kind, count] = process.argv.slice(1);
const atOnce = kind === 'diff' ? 256 : 10;
const agent = new Agent({ connections: atOnce });
const headers = { 'X-API-KEY': process.env.ADC_TOKEN, 'content-type': 'application/json' };
async function send(method, path, fields) {
  const body = fields && JSON.stringify(fields);
  const reply = await agent.request({ origin: process.env.ADC_SERVER, method, path, headers, body });
  const value = await reply.body.json();
  if (reply.statusCode !== 200) throw new Error(JSON.stringify(value));
  return value;
}
const item = (id) => '/api/api_products/' + id + '?portal_id=portal';
async function diff(index) {
  const id = 'product-' + String(index).padStart(6, '0');
  for (let time = 0; time < 2; time += 1) await send('GET', item(id));
}
async function sync(index) {
  const raw_openapi = 'openapi: 3.0.3\\ninfo: { title: Product, version: "1" }\\npaths: {}\\n';
  const fields = { type: 'external', name: 'Product ' + index, server_urls: ['https://a.example.com'], raw_openapi };
  const { value } = await send('POST', '/api/api_products?portal_id=portal', fields);
  await send('PUT', item(value.id), { ...fields, status: 'published' });
}
const work = kind === 'diff' ? diff : sync;
let next = 0;
async function takeSome() {
  for (let index = next++; index < Number(count); index = next++) await work(index);
}
async function all() {
  for (let page = 1; page <= 8; page += 1) await send('GET', '/api/api_products?portal_id=portal&page_size=10&page=' + page);
  await Promise.all(Array.from({ length: atOnce }, takeSome));
  await agent.close();
}
all();
`;

/** The arguments of Node.js to run the client for `diff` or `sync` of `count` products. */
export const bareClient = (kind, count) => ['-e', BARE, kind, String(count)];

const KINDS = [
  { kind: 'diff', words: ['diff', '--exit-code'], seed: liveSeed, most: 0.5 },
  { kind: 'sync', words: ['sync', '--yes'], seed: emptySeed, most: 0.6 },
];

export const requestPattern = {
  name: 'request-pattern',
  work: `\`adc diff\` without changes and a first \`adc sync\` of ${PRODUCTS.toLocaleString('en')} products; the floor is a client with the requests of API7's ADC`,
  runs: 1,
  measure: async (tools) => {
    const lines = [];
    for (const latencyMs of [20, 100]) {
      for (const { kind, words, seed, most } of KINDS) {
        const timed = (args) =>
          onPortal(tools, { latencyMs, seed: seed(PRODUCTS), text: declared(PRODUCTS), args });
        const subject = await timed([ADC, ...words, '-f', 'products.yaml']);
        const floor = await timed(bareClient(kind, PRODUCTS));
        const at = `${kind} at ${latencyMs} ms`;
        lines.push(
          { measure: `time of ${at}`, value: subject.ms, floor: floor.ms, unit: 'ms', most: { times: most } },
          { measure: `requests of ${at}`, value: subject.requests, floor: floor.requests, unit: '' },
        );
      }
    }
    return lines;
  },
};
