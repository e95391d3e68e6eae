import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../src/emulator/start-emulator.ts';
import { buildProgram, said, type BuiltProgram } from '../support/built-program.ts';
import { tempFiles } from '../support/temp-files.ts';

/** 24 MB of documents, for which this heap has no room beside the program. */
const DOCUMENTS = 48;
const CHARACTERS = 500_000;
const HEAP = '--max-old-space-size=24';

const numbers = Array.from({ length: DOCUMENTS }, (_, index) => index);

function documentOf(index: number, indent?: number): string {
  const description = `All about ${index}. `.repeat(CHARACTERS / 16);
  const info = { title: `API ${index}`, version: '1', description };
  return JSON.stringify({ openapi: '3.0.3', info, paths: {} }, null, indent);
}

function productOf(index: number): string {
  return `  - name: API ${index}
    type: external
    status: draft
    server_urls: [https://${index}.example.com]
    openapi_file: ${index}.json
`;
}

const FILES = {
  'products.yaml': `api_products:\n${numbers.map(productOf).join('')}`,
  ...Object.fromEntries(numbers.map((index) => [`${index}.json`, documentOf(index)])),
};

/** The same products on a portal, with documents that are written so. */
async function portalWith(textOf: (index: number) => string): Promise<Readonly<Record<string, string>>> {
  const emulator = await startEmulator({
    token: 'a7ee-token',
    seed: {
      portals: [{ id: 'default', name: 'default' }],
      api_products: numbers.map((index) => ({
        portal: 'default',
        id: `api-${index}`,
        name: `API ${index}`,
        type: 'external',
        labels: { 'managed-by': 'adc' },
        status: 'draft',
        server_urls: [`https://${index}.example.com`],
        raw_openapi: textOf(index),
      })),
    },
  });
  onTestFinished(async () => emulator.close());
  return { ADC_SERVER: emulator.url, ADC_TOKEN: 'a7ee-token', ADC_PORTAL: 'default' };
}

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram();
});

describe('large OpenAPI documents are not in memory all at once', () => {
  const adc = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const folder = await tempFiles(FILES);
    return said(process.execPath, [HEAP, program.file, ...args, '-f', folder], env);
  };

  test('while they are checked', async () => {
    expect(await adc(['lint'])).toMatchObject({ exitCode: 0, err: '' });
  });

  test('while they are compared with the same on the portal', async () => {
    const env = await portalWith((index) => documentOf(index));
    const { exitCode, out, err } = await adc(['diff', '--exit-code'], env);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('No changes');
  });

  test('while they are compared with documents of another format on the portal', async () => {
    const env = await portalWith((index) => documentOf(index, 2));
    expect(await adc(['diff', '--exit-code'], env)).toMatchObject({ exitCode: 0, err: '' });
  });
});
