// `npm run bench:lint`: how long `adc lint` takes, each time in a process of its own, as a multiple of something that
// takes its time on the same machine. Prints the ratios of medians, and whether they are within their aims.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'adc-bench-'));

const PARSE = `
const { parseAllDocuments } = require(${JSON.stringify(join(root, 'node_modules/yaml'))});
parseAllDocuments(require('node:fs').readFileSync(process.argv[1], 'utf8'), { uniqueKeys: false });
`;

function product(index) {
  return `  - name: Product ${index}
    type: gateway
    desc: What product ${index} is for, in a sentence that developers read on the portal
    labels: { team: team-${index % 20}, tier: gold }
    status: published
    visibility: public
    auth:
      key_auth: { header: X-Key-${index} }
    linked_gateway_services:
      - gateway_group: default
        service: service-${index}
        linked_hosts: [api-${index}.example.com]
    notifications:
      - { event: subscription_approval_created, type: email, contact_points: [team-${index % 20}] }
`;
}

function openapi(paths) {
  const operation = (index) => ({
    operationId: `operation-${index}`,
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
    responses: {
      200: {
        description: 'ok',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
      },
    },
  });
  const entries = Array.from({ length: paths }, (_, index) => [`/p${index}/{id}`, { get: operation(index) }]);
  const schemas = { Thing: { type: 'object', properties: { id: { type: 'string' } } } };
  const info = { title: 'Things', version: '1' };
  return { openapi: '3.0.3', info, paths: Object.fromEntries(entries), components: { schemas } };
}

const EXTERNAL = `  - name: External
    type: external
    status: draft
    server_urls: [https://a.example.com]
    openapi_file: `;

/** Milliseconds of one run; NODE_EXTRA_CA_CERTS alone would slow down every start of Node.js 20. */
function timed(args) {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args[0]} ended with ${status}\n${stderr}`);
  return performance.now() - start;
}

const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];

/** In turn, so that a busy moment of the machine slows down both. */
function compare(title, aim, runs, subject, measure) {
  const pairs = Array.from({ length: runs }, () => [timed(subject), timed(measure)]);
  const [one, other] = [median(pairs.map(([time]) => time)), median(pairs.map(([, time]) => time))];
  const ratio = one / other;
  const verdict = ratio > aim ? 'missed' : 'met';
  const times = `${Math.round(one)} ms, measure ${Math.round(other)} ms`;
  console.log(`${ratio.toFixed(2)} times (aim ${aim.toFixed(1)} ${verdict})  ${title}: ${times}`);
}

const file = (name, text) => {
  writeFileSync(join(folder, name), text);
  return name;
};
const products = (count) =>
  `api_products:\n${Array.from({ length: count }, (_, index) => product(index)).join('')}`;
const lint = (name) => [join(root, 'bin/adc.js'), 'lint', '-f', name];

try {
  const large = file('large.yaml', products(10_000));
  compare('10,000 products, against parsing them', 1.5, 5, lint(large), ['-e', PARSE, large]);
  file('small-openapi.yaml', JSON.stringify(openapi(20)));
  const small = file('small.yaml', `${products(20)}${EXTERNAL}small-openapi.yaml\n`);
  compare('20 products with an OpenAPI file, against node -e 0', 2.5, 21, lint(small), ['-e', '0']);
  file('openapi.json', JSON.stringify(openapi(4_000)));
  const one = file('one.yaml', `api_products:\n${EXTERNAL}openapi.json\n`);
  compare('an OpenAPI document of 1 MB in JSON, against node -e 0', 20, 11, lint(one), ['-e', '0']);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
