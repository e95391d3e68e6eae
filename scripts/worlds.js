// Checks by brute force that no other valid order of writes ends fewer subscriptions, unpublishes fewer products or has
// fewer writes than the plan, for all worlds of up to four products and four services: `npm run worlds`. There are
// 3,614,011,280 worlds, of which 10,727,008 differ in more than names. Takes about six minutes on two processors.
//
//   npm run worlds -- --products 3 --services 3   only smaller worlds
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) await judgeAll();
else await judgeShare(workerData);

async function judgeAll() {
  const option = { type: 'string', default: '4' };
  const { values } = parseArgs({ options: { products: option, services: option } });
  const sizes = sizesUpTo(number('--products', values.products), number('--services', values.services));
  const threads = availableParallelism();
  const start = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'adc-worlds-'));
  const { importable } = await import('./importable.js');
  const judge = await importable('test/support/judged-worlds.ts', folder);
  const shares = Array.from({ length: threads }, (_, part) => ({ judge, sizes, part, of: threads }));
  const judged = (await Promise.all(shares.map(inThread))).flat();
  await rm(folder, { recursive: true });
  for (const size of sizes) say(`${size.join(' products, ')} services: ${counts(judged.filter(isOf(size)))}`);
  const worse = judged.flatMap((one) => one.worse ?? []);
  for (const one of worse) say(`worse than it could be: ${one}`);
  const seconds = Math.round((performance.now() - start) / 1000);
  say(`all: ${counts(judged)}; ${worse.length} plans worse than they could be, after ${seconds} s`);
  process.exitCode = worse.length === 0 ? 0 : 1;
}

/** Pairs of a number of products and a number of services. */
function sizesUpTo(products, services) {
  const upTo = (from, to) => Array.from({ length: to - from + 1 }, (_, place) => from + place);
  return upTo(1, products).flatMap((some) => upTo(0, services).map((others) => [some, others]));
}

function number(option, text) {
  if (/^[1-4]$/.test(text)) return Number(text);
  throw new Error(`${option} is ${text}; it must be a number from 1 to 4`);
}

function inThread(share) {
  return new Promise((resolve, reject) => {
    const thread = new Worker(fileURLToPath(import.meta.url), { workerData: share });
    thread.on('message', resolve);
    thread.on('error', reject);
  });
}

async function judgeShare({ judge, sizes, part, of }) {
  const { judgedWorlds } = await import(judge);
  parentPort.postMessage(
    sizes.map(([products, services]) => ({
      products,
      services,
      ...judgedWorlds(products, services, { part, of }),
    })),
    [],
  );
}

function isOf([products, services]) {
  return (one) => one.products === products && one.services === services;
}

function counts(judged) {
  const sum = (key) => judged.reduce((all, one) => all + one[key], 0).toLocaleString('en');
  return `${sum('worlds')} worlds, ${sum('checked')} of them judged, which differ in more than names`;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
