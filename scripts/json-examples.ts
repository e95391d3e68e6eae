import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OPENAPI, PAYMENTS } from '../test/support/product-files.ts';
import { atWorkplace, type Workplace } from '../test/support/run-adc.ts';

/** A command and its output. */
export interface JsonExample {
  readonly command: string;
  readonly json: string;
}

const INVALID = PAYMENTS.replace('status: published', 'status: publised');
const EDITED = PAYMENTS.replace('    status:', '    desc: Take payments\n    status:');

/** For each argument of `adc schema`: the product file, and the command whose output is the example. */
const CALLS: Readonly<Record<string, readonly [file: string, command: string]>> = {
  lint: [INVALID, 'lint --format json'],
  validate: [PAYMENTS, 'validate --format json'],
  diff: [EDITED, 'diff --format json'],
  plan: [EDITED, 'diff -o plan.json'],
  'check-openapi': [EDITED, 'check-openapi openapi.yaml --service default/payments --format json'],
  sync: [EDITED, 'sync --record record.jsonl --format json'],
  undo: [EDITED, 'undo record.jsonl --dry-run --format json'],
  restore: [EDITED, 'restore lost.jsonl --format json'],
  dump: [EDITED, 'dump --portal default -o live/ --format json'],
  list: [EDITED, 'list --portal default --format json'],
  subscribers: [EDITED, 'subscribers --portal default --format json'],
  init: [EDITED, 'init portal --owner acme.payments --ci github --install ./install-adc --format json'],
  ping: [EDITED, 'ping --portal default --format json'],
  render: [EDITED, 'render --format json'],
  failure: [EDITED, 'snyc --format json'],
  // The last command, because it adds a config.
  environments: [EDITED, 'lint --env all --format json'],
};

const CONFIG = 'environments:\n  staging: {}\n  production: {}\n';

/** Runs a command for each schema on the embedded Admin API. Addresses and times are replaced by fixed ones. */
export async function jsonExamples(): Promise<Readonly<Record<string, JsonExample>>> {
  const examples: Record<string, JsonExample> = {};
  const files = { 'api-products.yaml': PAYMENTS, 'openapi.yaml': OPENAPI };
  await atWorkplace({ files, backend: true }, async (place) => {
    await place.adc('sync');
    for (const [name, [file, command]] of Object.entries(CALLS)) {
      const config = name === 'environments' ? { 'adc.config.yaml': CONFIG } : {};
      await place.write({ 'api-products.yaml': file, ...config });
      if (name === 'restore') await loseSubscription(place);
      const { out } = await place.adc(command, { env: portalEnv(place) });
      const text = name === 'plan' ? await readFile(join(place.folder, 'plan.json'), 'utf8') : out;
      examples[name] = {
        command: `adc ${command}`,
        json: compact(JSON.parse(stable(text, place.emulator.url))),
      };
    }
  });
  return examples;
}

/** A change of auth ends the only subscription. */
async function loseSubscription(place: Workplace): Promise<void> {
  place.emulator.store.subscribeActively('shop', 'Payments API');
  await place.write({ 'api-products.yaml': EDITED.replace('key_auth: {}', 'key_auth: { header: x-key }') });
  await place.adc('sync --record lost.jsonl --allow-subscription-loss');
  await place.write({ 'api-products.yaml': EDITED });
}

function portalEnv({ emulator: { url, token, backendUrl = '', portalToken } }: Workplace) {
  const portal = { ADC_PORTAL_SERVER: backendUrl, ADC_PORTAL_TOKEN: portalToken };
  return { ADC_SERVER: url, ADC_TOKEN: token, ...portal };
}

/** The text with fixed values for parts that differ in each run or version. */
function stable(text: string, url: string): string {
  return text
    .replaceAll(url, 'https://dashboard.example.com:7443')
    .replaceAll(/"ms": ?\d+/g, '"ms": 12')
    .replaceAll(/"seconds": ?[\d.]+/g, '"seconds": 1.2')
    .replaceAll(/"lost_at": ?"[^"]*"/g, '"lost_at": "2026-12-07T10:15:00.000Z"')
    .replace(/"program_version": ?"[^"]*"/, '"program_version": "0.1.0"')
    .replace(/"digest": ?"[^"]*"/, `"digest": "${'5e8d'.repeat(16)}"`);
}

const WIDTH = 100;

/** Formats JSON: a value that fits into one line is on one line. */
function compact(value: unknown, indent = ''): string {
  const line = JSON.stringify(value, undefined, 1)
    .replaceAll(/\n */g, ' ')
    .replaceAll(/([[{]) (?=[\]}])/g, '$1');
  if (typeof value !== 'object' || value === null || indent.length + line.length <= WIDTH) return line;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item: unknown) => compact(item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${compact(item, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}
