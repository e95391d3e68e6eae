import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gatewayFiles } from '../../src/load/gateway-files.ts';
import { tempFiles } from '../support/temp-files.ts';

const EXAMPLES = join(import.meta.dirname, 'gateway-files');

async function read(cwd: string, patterns: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { value, diagnostics } = await gatewayFiles(new Map([['default', patterns]]), { cwd, env });
  return { services: value?.get('default') ?? [], diagnostics };
}

/** The errors of one file, with their places. */
async function errorsOf(text: string, name = 'adc.yaml'): Promise<readonly string[]> {
  const { diagnostics } = await read(await tempFiles({ [name]: text }), [name]);
  expect(diagnostics.map(({ code }) => code)).toEqual(diagnostics.map(() => 'not-a-gateway-file'));
  return diagnostics.map(({ message, location }) => `${location?.line}:${location?.column} ${message}`);
}

describe("files of API7's ADC", () => {
  test('of every usual form load without diagnostics', async () => {
    const { services, diagnostics } = await read(EXAMPLES, ['*.yaml', 'services.json'], { STAGE: 'dev' });
    expect(diagnostics).toEqual([]);
    const shown = services.map(({ name, id, hosts, routeHosts, plugins }) => ({
      name,
      id,
      hosts,
      routeHosts,
      plugins: plugins.map((path) => path.join('.')),
    }));
    expect(shown).toEqual([
      {
        name: 'streams',
        id: '8b1a9953c4611296a827abf8c47804d7a9f0c1de',
        hosts: [],
        routeHosts: [],
        plugins: [],
      },
      {
        name: 'orders',
        id: 'orders-1',
        hosts: ['*.example.com', 'orders.example.net'],
        routeHosts: ['list.example.com'],
        plugins: [],
      },
      { name: 'legacy', id: undefined, hosts: ['legacy.example.com'], routeHosts: [], plugins: [] },
      { name: 'echo', id: undefined, hosts: [], routeHosts: [], plugins: [] },
      {
        name: 'json-dev',
        id: undefined,
        hosts: ['dev.example.com', '${STAGE}.example.com', ''],
        routeHosts: [],
        plugins: ['plugins.openid-connect', 'routes.0.plugins.basic-auth'],
      },
    ]);
  });

  test('have places and key paths, but no lines of the file', async () => {
    const { services } = await read(EXAMPLES, ['dumped.yaml']);
    expect(services[1]?.at(['hosts'])).toEqual({
      message: 'services[1].hosts',
      location: { file: 'dumped.yaml', line: 18, column: 12 },
    });
  });

  test('count once if two patterns match them', async () => {
    const { services, diagnostics } = await read(EXAMPLES, ['earlier.yaml', '*.yaml']);
    expect(diagnostics).toEqual([]);
    expect(services.filter(({ name }) => name === 'legacy')).toHaveLength(1);
    expect(services[0]?.patterns).toEqual(['earlier.yaml', '*.yaml']);
  });
});

test('a disabled authentication plugin of a service does not count', async () => {
  const plugins = '{ key-auth: { _meta: { disable: true } }, jwt-auth: { _meta: { disable: false } } }';
  const text = `services:\n  - { name: a, plugins: ${plugins} }\n`;
  const { services } = await read(await tempFiles({ 'adc.yaml': text }), ['adc.yaml']);
  expect(services[0]?.plugins).toEqual([['plugins', 'jwt-auth']]);
});

describe('an invalid entry is an error with its place', () => {
  test.each([
    [
      'a product file',
      'api_products: []\n',
      ['1:1 "adc.yaml" is not a file of API7\'s ADC: it has no key services'],
    ],
    ['a list', '- name: x\n', ['1:1 "adc.yaml" is not a file of API7\'s ADC: it has no key services']],
    ['services that are no list', 'services: { a: {} }\n', ['1:11 services must be a list of maps']],
    ['a service without a name', 'services:\n  - hosts: []\n', ['2:5 services[0] must be a map with a name']],
    [
      'parts of another type',
      'services:\n  - { name: 1, hosts: a, plugins: [], routes: {} }\n',
      [
        '2:13 services[0].name must be a string that is not empty',
        '2:23 services[0].hosts must be a list of strings',
        '2:35 services[0].plugins must be a map',
        '2:47 services[0].routes must be a list of maps',
      ],
    ],
    [
      'a route with hosts that are no strings',
      'services:\n  - name: a\n    routes:\n      - hosts: [1]\n',
      ['4:16 services[0].routes[0].hosts must be a list of strings'],
    ],
    [
      'a duplicate name',
      'services:\n  - name: a\n  - name: a\n',
      ['3:11 services[1].name is also the name of another service'],
    ],
    ['broken YAML', 'services: [\n', ['1:12 "adc.yaml" is not valid YAML or JSON (yaml-syntax)']],
    [
      'a duplicate key',
      'services: []\nservices: []\n',
      ['2:1 "adc.yaml" is not valid YAML or JSON (duplicate-key)'],
    ],
    ['several documents', 'services: []\n---\nservices: []\n', ['3:1 "adc.yaml" has several documents']],
  ])('in %s', async (_, text, expected) => {
    expect(await errorsOf(text)).toEqual(expected);
  });

  test('in a file that is missing, and in a directory', async () => {
    const cwd = await tempFiles({ 'gateway/adc.yaml': 'services: []\n' });
    const { diagnostics } = await read(cwd, ['gone.yaml', 'gateway', 'other/*.yaml']);
    expect(diagnostics.map(({ code }) => code)).toEqual(['no-such-file', 'not-a-gateway-file', 'no-match']);
    expect(diagnostics[0]?.hint).toContain('--gateway');
  });

  test('in bytes that are not UTF-8, without the line', async () => {
    const cwd = await tempFiles({ 'adc.yaml': Buffer.from('services: [s3cr3t\xff]\n', 'latin1') });
    const { diagnostics } = await read(cwd, ['adc.yaml']);
    expect(diagnostics.map(({ code }) => code)).toEqual(['not-utf8']);
    expect(JSON.stringify(diagnostics)).not.toContain('s3cr3t');
  });
});
