import { writeFile } from 'node:fs/promises';
import { createServer as createHttp1 } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import module from 'node:module';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ADC, inTurn, run } from '../node-process.js';
import { declared } from '../portal-files.js';

/** Options of V8 that a run would need at its start. */
const FLAGS = ['--max-lazy', '--single-threaded', '--single-threaded-gc', '--always-sparkplug', '--no-opt'];

export const flagsRow = {
  name: 'left-out-flags',
  work: '`adc lint` of 1,000 products with V8 flags, beside none',
  runs: 9,
  measure: async ({ runs, folder }) => {
    await writeFile(join(folder, 'thousand.yaml'), declared(1_000));
    const lines = [];
    const compare = async (name, flags, env) => {
      const lint = (before, more) => () =>
        run([...before, ADC, 'lint', '-f', 'thousand.yaml'], { cwd: folder, env: more });
      lines.push(...timeAndCpu(`with ${name}`, await inTurn(runs, lint(flags, env), lint([], {}))));
    };
    for (const flag of FLAGS) await compare(`\`node ${flag}\``, [flag], {});
    // Since Node.js 22.
    if ('enableCompileCache' in module) {
      const cache = { NODE_COMPILE_CACHE: join(folder, 'compile-cache') };
      await run([ADC, 'lint', '-f', 'thousand.yaml'], { cwd: folder, env: cache });
      await compare('`NODE_COMPILE_CACHE`', [], cache);
    }
    return lines;
  },
};

const LATENCY = 20;
const REQUESTS = 1_000;
const BODY = JSON.stringify({ value: { text: 'x'.repeat(1_000) } });

/** Sends REQUESTS requests, some at a time, and parses the responses. */
const ASK = `
const { H2CClient, Pool } = require(${JSON.stringify(fileURLToPath(new URL('../../node_modules/undici', import.meta.url)))});
const [origin, protocol, inFlight] = process.argv.slice(1);
const client = protocol === '2'
  ? new H2CClient(origin, { maxConcurrentStreams: Number(inFlight), pipelining: Number(inFlight) })
  : new Pool(origin, { connections: Number(inFlight) });
let asked = 0;
async function ask() {
  while (asked++ < ${REQUESTS}) {
    const { body } = await client.request({ method: 'GET', path: '/' });
    await body.json();
  }
}
Promise.all(Array.from({ length: Number(inFlight) }, ask)).then(() => client.close());
`;

export const http2Row = {
  name: 'left-out-http2',
  work: `${REQUESTS.toLocaleString('en')} requests at ${LATENCY} ms over one connection of HTTP/2, beside HTTP/1.1`,
  runs: 5,
  measure: async ({ runs }) => {
    const answer = (_, response) => setTimeout(() => response.end(BODY), LATENCY);
    const [http1, http2] = [await listening(createHttp1(answer)), await listening(createHttp2(answer))];
    const lines = [];
    for (const inFlight of ['5', '50']) {
      const sides = await inTurn(
        runs,
        () => run(['-e', ASK, http2.origin, '2', inFlight]),
        () => run(['-e', ASK, http1.origin, '1', inFlight]),
      );
      lines.push(...timeAndCpu(`with ${inFlight} at a time`, sides));
    }
    for (const { server } of [http1, http2]) server.close();
    return lines;
  },
};

function timeAndCpu(how, { subject, floor }) {
  return [
    { measure: `time ${how}`, value: subject.ms, floor: floor.ms, unit: 'ms' },
    { measure: `CPU ${how}`, value: subject.cpu, floor: floor.cpu, unit: 'ms' },
  ];
}

async function listening(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}
