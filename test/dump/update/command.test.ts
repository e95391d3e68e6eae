import { execFileSync } from 'node:child_process';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultSeed, type Seed } from '../../../src/emulator/seed.ts';
import { validReport } from '../../support/published-schemas.ts';
import { OPENAPI } from '../../support/product-files.ts';
import { atWorkplace, type Ran, type Workplace } from '../../support/run-adc.ts';

const external = (name: string, parts: object = {}) => ({
  portal: 'default',
  name,
  type: 'external',
  raw_openapi: OPENAPI,
  ...parts,
});
const gateway = (name: string, parts: object = {}) => ({
  portal: 'default',
  name,
  type: 'gateway',
  auth: { key_auth: {} },
  ...parts,
});
const seedOf = (...api_products: NonNullable<Seed['api_products']>): Seed => ({
  ...defaultSeed(),
  api_products,
});

const read = async (...steps: readonly string[]): Promise<string> => readFile(join(...steps), 'utf8');
const update = async ({ adc }: Workplace, ...words: readonly string[]): Promise<Ran> =>
  adc(['dump', '--update', ...words]);

const A = `portal: default
api_products:
  # the one that pays
  - name: A
    type: gateway
    auth: { key-auth: {} }
    desc: "old" # why
`;

/** The file `api-products.yaml` after an update. */
async function updated(
  before: string,
  seed: Seed,
  options: { readonly env?: Readonly<Record<string, string>>; readonly words?: readonly string[] } = {},
): Promise<{ readonly text: string; readonly ran: Ran }> {
  let result: { text: string; ran: Ran } | undefined;
  await atWorkplace({ seed, files: { 'api-products.yaml': before } }, async (place) => {
    const env = { ADC_SERVER: place.emulator.url, ADC_TOKEN: place.emulator.token, ...options.env };
    const ran = await place.adc(['dump', '--update', ...(options.words ?? [])], { env });
    result = { text: await read(place.folder, 'api-products.yaml'), ran };
  });
  return result!;
}

test('writes dashboard changes into the file, and keeps all other bytes', async () => {
  const live = gateway('A', {
    desc: 'new',
    auth: { key_auth: { header: 'x-key' } },
    visibility: 'logged_in',
  });
  const { text, ran } = await updated(A, seedOf(live));
  expect(ran.exitCode).toBe(0);
  expect(text).toBe(A.replace('"old"', '"new"').replace('key-auth: {}', 'key-auth: { header: x-key }'));
});

test('a field that the file does not declare stays undeclared', async () => {
  const { text, ran } = await updated(A, seedOf(gateway('A', { desc: 'old', labels: { a: 'b' } })));
  expect(text).toBe(A);
  expect(ran.out).toBe('Nothing was changed.\n');
});

describe('fields that no file declares', () => {
  const silent =
    'portal: default\napi_products:\n  - { name: A, type: gateway }\n  - { name: B, type: gateway } # b\n';
  const live = ['A', 'B', 'Undeclared'].map((name) => gateway(name, { desc: 'x' }));
  const told = /info\[fields-not-declared\]: (.*)\n/g;
  const named = ({ err }: Ran): readonly string[] => [...err.matchAll(told)].map(([, text = '']) => text);

  test.each(['diff', 'dump --update'])(
    '%s names them once unless they have their default',
    async (command) => {
      const seed = seedOf(...live, gateway('C', { visibility: 'logged_in' }));
      const files = {
        'api-products.yaml': `${silent}  - { name: C, type: gateway, auth: { key_auth: {} } }\n`,
      };
      await atWorkplace({ seed, files }, async ({ adc }) => {
        expect(named(await adc(command))).toEqual([
          'the files do not declare live values other than the default: desc of "A", "B"; auth of "A", "B"; visibility of "C"',
        ]);
        expect((await adc(`${command} --format json`)).out).toContain('fields-not-declared');
      });
    },
  );

  test('--all-fields adds them, and nothing else', async () => {
    const words = ['--all-fields'];
    const { text, ran } = await updated(silent, seedOf(...live), { words });
    const fields = 'desc: x, auth: { key_auth: {} }';
    expect(text).toBe(silent.replaceAll('type: gateway', `type: gateway, ${fields}`));
    expect(named(ran)).toEqual([]);
  });
});

test('after adoption, diff shows each changed field and dump --update writes it into the files', async () => {
  const drift = {
    subscription_auto_approval: true,
    visibility: 'logged_in',
    can_view_unsubscribed: false,
    notifications: [
      {
        event: 'subscription_approval_created',
        type: 'email',
        contact_point_ids: ['c0000000-0000-4000-8000-000000000001'],
      },
    ],
  };
  await atWorkplace({ seed: seedOf(gateway('A')) }, async ({ adc, emulator, folder }) => {
    const diff = async (): Promise<Ran> => adc('diff --exit-code --no-managed-by-label');
    await adc('dump --portal default -o api-products.yaml');
    expect((await diff()).exitCode).toBe(0);
    for (const [field, value] of Object.entries(drift)) {
      emulator.store.alterProduct('A', { [field]: value });
      const ran = await diff();
      expect(ran.exitCode).toBe(2);
      expect(ran.out).toContain(field);
      await adc('dump --update');
      expect((await diff()).exitCode).toBe(0);
    }
    const text = await read(folder, 'api-products.yaml');
    expect(text).toContain('visibility: logged_in');
    expect(text).toContain('can_view_unsubscribed: false');
  });
});

describe('variables', () => {
  const file = A.replace('"old"', '"${DESC}"');

  test('keeps a variable whose value equals the live one', async () => {
    const { text, ran } = await updated(file, seedOf(gateway('A', { desc: 'live' })), {
      env: { DESC: 'live' },
    });
    expect(text).toBe(file);
    expect(ran.err).toBe('');
  });

  test('reports a variable whose value differs, and does not change it', async () => {
    const { text, ran } = await updated(file, seedOf(gateway('A', { desc: 'live' })), {
      env: { DESC: 'other' },
      words: ['--format', 'json'],
    });
    expect(text).toBe(file);
    expect(validReport(ran.out)).toMatchObject({
      exit_code: 0,
      changed: [],
      left_alone: [{ file: 'api-products.yaml', product: 'A', field: 'desc', why: 'variable' }],
    });
    expect(ran.err).toContain('desc of "A"');
  });

  test('escapes a live text that looks like a variable', async () => {
    const { text } = await updated(A, seedOf(gateway('A', { desc: '${X}' })));
    expect(text).toContain('desc: "\\\\${X}" # why');
  });
});

describe('anchors', () => {
  const file = `portal: default
api_products:
  - { name: A, type: gateway, auth: &auth { key_auth: {} }, labels: &l { team: x } }
  - { name: B, type: gateway, auth: *auth, labels: *l }
`;

  test('replaces an alias by a different live value, and keeps its anchor', async () => {
    const labels = { team: 'x' };
    const seed = seedOf(gateway('A', { labels }), gateway('B', { labels: { team: 'z' } }));
    const { text } = await updated(file, seed);
    expect(text).toBe(file.replace('labels: *l', 'labels: { team: z }'));
  });

  test('does not change a value that other places share', async () => {
    const labels = { team: 'x' };
    const seed = seedOf(gateway('A', { labels: { team: 'z' } }), gateway('B', { labels }));
    const { text, ran } = await updated(file, seed, { words: ['--format', 'json'] });
    expect(text).toBe(file);
    expect(validReport(ran.out)).toMatchObject({
      left_alone: [{ product: 'A', field: 'labels', why: 'shared' }],
    });
  });

  test('changes a shared value if all its places have the same new value', async () => {
    const labels = { team: 'z' };
    const { text } = await updated(file, seedOf(gateway('A', { labels }), gateway('B', { labels })));
    expect(text).toContain('team: z');
  });
});

test('--prune keeps a product with a shared anchor, and reports the reason', async () => {
  const file = `portal: default
api_products:
  - { name: A, type: gateway, auth: &auth { key_auth: {} } }
  - { name: B, type: gateway, auth: *auth }
`;
  const { text, ran } = await updated(file, seedOf(gateway('B')), { words: ['--prune'] });
  expect(text).toBe(file);
  expect(ran).toMatchObject({ exitCode: 0 });
  expect(ran.out).toContain(
    '"A": no longer on the portal; not removed: an anchor shares a part of it with other places',
  );
});

describe('products only in the files or only on the portal', () => {
  const seed = seedOf(gateway('B', { desc: 'b' }));

  test('are listed, and no file is written', async () => {
    const { text, ran } = await updated(A, seed, { words: ['--format', 'json'] });
    expect(text).toBe(A);
    expect(validReport(ran.out)).toMatchObject({
      gone: [{ file: 'api-products.yaml', product: 'A', removed: false }],
      undeclared: ['B'],
      files: [],
    });
  });

  test('--prune removes deleted products, with the comment above them', async () => {
    const both = `${A}\n  # the other one\n  - { name: B, type: gateway }\n`;
    const { text } = await updated(both, seed, { words: ['--prune'] });
    expect(text).toBe(
      'portal: default\napi_products:\n\n  # the other one\n  - { name: B, type: gateway }\n',
    );
  });

  test('--prune of the last product leaves an empty list', async () => {
    const { text } = await updated(A, seedOf(), { words: ['--prune'] });
    expect(text).toMatch(/^portal: default\napi_products: \[\]\n/);
  });

  test('-o writes undeclared products to a directory', async () => {
    await atWorkplace({ seed, files: { 'api-products.yaml': A } }, async (place) => {
      expect(await update(place, '-o', 'new/')).toMatchObject({ exitCode: 0 });
      expect(await readdir(join(place.folder, 'new'))).toEqual(['b.yaml']);
      expect((await place.adc('lint -f new -f api-products.yaml')).exitCode).toBe(0);
    });
  });

  test('-o never overwrites an updated file', async () => {
    const { text, ran } = await updated(A, seed, { words: ['-o', 'api-products.yaml', '--force'] });
    expect(ran.exitCode).toBe(1);
    expect(text).toBe(A);
  });
});

describe('included files', () => {
  const file = `portal: default
api_products:
  - { name: E, type: external, openapi_file: openapi/e.yaml }
`;
  const JSON_TEXT = JSON.stringify({ openapi: '3.0.3', info: { version: '2', title: 'E' }, paths: {} });
  const YAML_TEXT = "# mine\nopenapi: 3.0.3\npaths: {}\ninfo: { title: E, version: '2' }\n";

  test('keeps an included file with an equivalent document', async () => {
    const files = { 'api-products.yaml': file, 'openapi/e.yaml': YAML_TEXT };
    await atWorkplace({ seed: seedOf(external('E', { raw_openapi: JSON_TEXT })), files }, async (place) => {
      expect((await update(place)).out).toBe('Nothing was changed.\n');
      expect(await read(place.folder, 'openapi', 'e.yaml')).toBe(YAML_TEXT);
    });
  });

  test('does not write an included file through a symlink', async () => {
    const files = { 'api-products.yaml': file, 'openapi/real.yaml': YAML_TEXT };
    await atWorkplace({ seed: seedOf(external('E')), files }, async (place) => {
      await symlink('real.yaml', join(place.folder, 'openapi', 'e.yaml'));
      const { exitCode, err } = await update(place);
      expect(exitCode).toBe(1);
      expect(err).toContain('error: "openapi/e.yaml" is a link, and adc does not write through links\n');
      expect(await read(place.folder, 'openapi', 'real.yaml')).toBe(YAML_TEXT);
      await place.write({ 'api-products.yaml': file.replace('e.yaml', 'real.yaml') });
      expect(await update(place)).toMatchObject({ exitCode: 0 });
      expect(await read(place.folder, 'openapi', 'real.yaml')).toBe(OPENAPI);
    });
  });

  test('changes a file of several products only if they have the same live value', async () => {
    const two = file + file.split('\n')[2]?.replace('name: E', 'name: F') + '\n';
    const files = { 'api-products.yaml': two, 'openapi/e.yaml': YAML_TEXT };
    const seed = seedOf(external('E'), external('F', { raw_openapi: YAML_TEXT }));
    await atWorkplace({ seed, files }, async (place) => {
      const { out } = await update(place, '--format', 'json');
      expect(validReport(out)).toMatchObject({ left_alone: [{ product: 'E', why: 'shared-file' }] });
      expect(await read(place.folder, 'openapi', 'e.yaml')).toBe(YAML_TEXT);
    });
  });
});

test('updates a service name that no longer exists', async () => {
  const services = (defaultSeed().services ?? []).find(({ name }) => name === 'orders');
  const links = [{ gateway_group_id: 'default', service_id: services?.id ?? '' }];
  const before = `${A}    linked_gateway_services:\n      - gateway_group: default\n        service: renamed\n`;
  const { text } = await updated(
    before,
    seedOf(gateway('A', { desc: 'old', linked_gateway_services: links })),
  );
  expect(text).toBe(before.replace('renamed', 'orders'));
});

test('a product with id gets its new name', async () => {
  const file = A.replace('- name: A', '- name: A # n\n    id: p1');
  const { text } = await updated(file, seedOf(gateway('New', { id: 'p1', desc: 'old' })));
  expect(text).toBe(file.replace('name: A', 'name: New'));
});

test('does not write references that diff would refuse', async () => {
  const before = `${A}    linked_gateway_services:\n      - gateway_group: default\n        service: orders\n`;
  const files = { 'api-products.yaml': before };
  await atWorkplace({ seed: seedOf(gateway('A', { desc: 'new' })), files }, async (place) => {
    // The store itself refuses such a link: an Admin API has it after the service was unpublished.
    const linked_gateway_services = [{ gateway_group_id: 'default', service_id: 'gone' }];
    for (const { fields } of place.emulator.store.products)
      Object.assign(fields, { linked_gateway_services });
    const { err, exitCode } = await update(place);
    expect(exitCode).toBe(0);
    expect(err).toMatch(
      /warning: linked_gateway_services of "A" in api-products\.yaml differs and was not updated: .*"gone"/,
    );
    expect(await read(place.folder, 'api-products.yaml')).toBe(before.replace('old', 'new'));
    expect((await place.adc('diff')).exitCode).toBe(0);
  });
});

describe('files that several products include', () => {
  const NEW = OPENAPI;
  const OLD = "# mine\nopenapi: 3.0.3\npaths: {}\ninfo: { title: E, version: '2' }\n";
  const product = (name: string, path: string): string =>
    `  - { name: ${name}, type: external, openapi_file: ${path} }\n`;
  const fileWith = (...products: readonly string[]): string =>
    `portal: default\napi_products:\n${products.join('')}`;
  const both = fileWith(product('E', 'openapi/e.yaml'), product('F', 'alias/../alias/e.yaml'));

  async function after(
    seed: Seed,
    files: Readonly<Record<string, string>>,
    ...words: readonly string[]
  ): Promise<{ readonly text: string; readonly report: unknown }> {
    let result: { text: string; report: unknown } | undefined;
    await atWorkplace({ seed, files: { 'openapi/e.yaml': OLD, ...files } }, async (place) => {
      await symlink('openapi', join(place.folder, 'alias'));
      const ran = await update(place, '--format', 'json', ...words);
      const report = validReport(ran.out);
      result = { text: await read(place.folder, 'openapi', 'e.yaml'), report };
    });
    return result!;
  }
  const disputed = { left_alone: [{ product: 'E', field: 'raw_openapi', why: 'shared-file' }], files: [] };

  test('two paths to one file count as one file', async () => {
    const seed = seedOf(external('E', { raw_openapi: NEW }), external('F', { raw_openapi: OLD }));
    const { text, report } = await after(seed, { 'api-products.yaml': both });
    expect(report).toMatchObject(disputed);
    expect(text).toBe(OLD);
  });

  test('a product that is not selected prevents a different content', async () => {
    const seed = seedOf(external('E', { raw_openapi: NEW }), external('F', { raw_openapi: OLD }));
    const { text, report } = await after(seed, { 'api-products.yaml': both }, '--name', 'E');
    expect(report).toMatchObject(disputed);
    expect(text).toBe(OLD);
  });

  test('a product that is not selected does not prevent an equal document', async () => {
    const seed = seedOf(external('E', { raw_openapi: NEW }), external('F', { raw_openapi: NEW }));
    const { text, report } = await after(seed, { 'api-products.yaml': both }, '--name', 'E');
    expect(report).toMatchObject({
      left_alone: [],
      changed: [{ product: 'E' }],
      files: [{ path: 'openapi/e.yaml' }],
    });
    expect(text).toBe(NEW);
  });

  test('keeps the file if one of its products is not on the portal', async () => {
    const seed = seedOf(external('E', { raw_openapi: NEW }));
    const { text, report } = await after(seed, { 'api-products.yaml': both });
    expect(report).toMatchObject(disputed);
    expect(text).toBe(OLD);
  });

  test('a product that --prune removes does not prevent a change', async () => {
    const seed = seedOf(external('E', { raw_openapi: NEW }));
    const { text } = await after(seed, { 'api-products.yaml': both }, '--prune');
    expect(text).toBe(NEW);
  });

  test('a product of another file prevents a different content', async () => {
    const files = {
      'a.yaml': fileWith(product('E', 'openapi/e.yaml')),
      'deep/b.yaml': fileWith(product('F', '../openapi/e.yaml')),
    };
    const seed = seedOf(external('E', { raw_openapi: NEW }), external('F', { raw_openapi: OLD }));
    const { text, report } = await after(seed, files, '-f', 'a.yaml', '-f', 'deep');
    expect(report).toMatchObject(disputed);
    expect(text).toBe(OLD);
  });

  test('refuses the product file itself as a logo', async () => {
    const file = fileWith(
      '  - { name: G, type: gateway, auth: { key_auth: {} }, logo_file: api-products.yaml }\n',
    );
    const seed = seedOf(gateway('G', { logo: Buffer.from('img').toString('base64') }));
    const { ran, text } = await updated(file, seed);
    expect(ran.exitCode).toBe(1);
    expect(text).toBe(file);
  });
});

describe('links', () => {
  const file = 'portal: default\napi_products:\n  - { name: E, type: external, openapi_file: e.yaml }\n';
  const OLD = "openapi: 3.0.3\npaths: {}\ninfo: { title: E, version: '2' }\n";

  test('refuses a symlinked product file and its included files before any request', async () => {
    const files = { 'real/p.yaml': file, 'real/e.yaml': OLD, 'e.yaml': 'not ours\n' };
    await atWorkplace({ seed: seedOf(external('E')), files }, async (place) => {
      await symlink('real/p.yaml', join(place.folder, 'api-products.yaml'));
      await symlink('real', join(place.folder, 'folder'));
      for (const [pattern, link] of [
        ['api-products.yaml', 'api-products.yaml'],
        ['folder', 'folder/p.yaml'],
        ['folder/p.yaml', 'folder/p.yaml'],
      ] as const) {
        const { exitCode, err } = await update(place, '-f', pattern);
        expect(exitCode).toBe(1);
        expect(err).toContain(`error: "${link}" is a link, and adc does not write through links\n`);
      }
      expect(place.emulator.journal.requests).toEqual([]);
      expect(await read(place.folder, 'real', 'e.yaml')).toBe(OLD);
      const { out, exitCode } = await update(place, '-f', 'real/p.yaml', '--format', 'json');
      expect(exitCode).toBe(0);
      expect(validReport(out)).toMatchObject({ files: [{ path: 'real/e.yaml' }] });
      expect(await read(place.folder, 'real', 'e.yaml')).toBe(OPENAPI);
      expect(await read(place.folder, 'e.yaml')).toBe('not ours\n');
    });
  });

  test('accepts a file through a symlink above its directory', async () => {
    const files = { 'real/x/p.yaml': file, 'real/x/e.yaml': OLD, 'work/x': '' };
    await atWorkplace({ seed: seedOf(external('E')), files }, async (place) => {
      await symlink('real', join(place.folder, 'alias'));
      const cwd = join(place.folder, 'work');
      const ran = await place.adc(['dump', '--update', '-f', join(place.folder, 'alias/x/p.yaml')], { cwd });
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(await read(place.folder, 'real', 'x', 'e.yaml')).toBe(OPENAPI);
    });
  });

  test.each(['new/', 'new/f.yaml', 'link.yaml'])('-o %s does not write through a symlink', async (output) => {
    const files = { 'api-products.yaml': file, 'e.yaml': OLD, 'elsewhere/x': '', 'other.yaml': 'not ours\n' };
    const seed = seedOf(external('E', { raw_openapi: OLD }), external('F'));
    await atWorkplace({ seed, files }, async (place) => {
      await symlink('elsewhere', join(place.folder, 'new'));
      await symlink('other.yaml', join(place.folder, 'link.yaml'));
      const { exitCode, err } = await update(place, '-o', output, '--force');
      expect(exitCode).toBe(1);
      expect(err).toContain(' is a link, and adc does not write through links\n');
      expect(await readdir(join(place.folder, 'elsewhere'))).toEqual(['x']);
      expect(await read(place.folder, 'other.yaml')).toBe('not ours\n');
    });
  });

  test('writes no other file through a symlinked product file', async () => {
    const inner = file.replace('e.yaml', '../e.yaml');
    const files = { 'work/real/deep/p.yaml': inner, 'work/real/e.yaml': OLD, 'e.yaml': 'not ours\n' };
    await atWorkplace({ seed: seedOf(external('E')), files }, async (place) => {
      const cwd = join(place.folder, 'work');
      await symlink('real/deep/p.yaml', join(cwd, 'api-products.yaml'));
      expect((await place.adc('dump --update', { cwd })).exitCode).toBe(1);
      expect((await place.adc('dump --update -f real/deep', { cwd })).exitCode).toBe(0);
      expect(await read(cwd, 'real', 'e.yaml')).toBe(OPENAPI);
      expect(await read(place.folder, 'e.yaml')).toBe('not ours\n');
    });
  });

  test('-o never overwrites an included file', async () => {
    const files = {
      'api-products.yaml': file.replace('e.yaml', 'new/openapi/f.yaml'),
      'new/openapi/f.yaml': OLD,
    };
    const seed = seedOf(external('E', { raw_openapi: OLD }), external('F'));
    await atWorkplace({ seed, files }, async (place) => {
      expect(await update(place, '-o', 'new/', '--force')).toMatchObject({ exitCode: 1 });
      expect(await read(place.folder, 'new', 'openapi', 'f.yaml')).toBe(OLD);
    });
  });
});

describe('changes that lint would report as errors are not written', () => {
  const service = (defaultSeed().services ?? []).find(({ name }) => name === 'orders')?.id ?? '';
  const linked_gateway_services = [{ gateway_group_id: 'default', service_id: service }];
  const link = (name: string): string =>
    `    linked_gateway_services:\n      - gateway_group: default\n        service: ${name}\n`;
  const other = '  - name: B\n    type: gateway\n    auth: { key_auth: {} }\n';

  test('a name of another declared product', async () => {
    const file = A.replace('- name: A', '- name: A\n    id: p1') + other;
    const { text, ran } = await updated(file, seedOf(gateway('B', { id: 'p1', desc: 'new' })), {
      words: ['--format', 'json'],
    });
    expect(validReport(ran.out)).toMatchObject({
      exit_code: 0,
      changed: [{ product: 'A', field: 'desc' }],
      left_alone: [{ product: 'A', field: 'name', why: 'invalid', mistake: 'duplicate product name "B"' }],
    });
    expect(ran.err).toContain('the files would have an error: duplicate product name "B"');
    expect(text).toBe(file.replace('"old"', '"new"'));
  });

  test('a service that another declared product keeps', async () => {
    const file = A + link('"${S:-orders}"') + other + '    desc: b\n' + link('payments');
    const seed = seedOf(gateway('A', { desc: 'a' }), gateway('B', { desc: 'c', linked_gateway_services }));
    const { text, ran } = await updated(file, seed, { words: ['--format', 'json'] });
    expect(validReport(ran.out)).toMatchObject({
      left_alone: [
        { product: 'A', field: 'linked_gateway_services', why: 'variable' },
        { product: 'B', field: 'linked_gateway_services', why: 'invalid' },
      ],
    });
    expect(text).toBe(file.replace('"old"', '"a"').replace('desc: b', 'desc: c'));
  });

  test('services that two products exchange are written together', async () => {
    const file = A + link('orders') + other + link('payments');
    const payments = (defaultSeed().services ?? []).find(({ name }) => name === 'payments')?.id ?? '';
    const swapped = [{ gateway_group_id: 'default', service_id: payments }];
    const seed = seedOf(
      gateway('A', { desc: 'old', linked_gateway_services: swapped }),
      gateway('B', { linked_gateway_services }),
    );
    const { text, ran } = await updated(file, seed);
    expect(ran.err).toBe('');
    expect(text).toBe(A + link('payments') + other + link('orders'));
  });

  test('adds an undeclared product without a service that a file declares', async () => {
    const files = { 'api-products.yaml': A + link('orders') };
    const seed = seedOf(gateway('New', { linked_gateway_services }), gateway('Other'));
    await atWorkplace({ seed, files }, async (place) => {
      const { out, exitCode } = await update(place, '-o', 'new/', '--format', 'json');
      expect(exitCode).toBe(0);
      expect(validReport(out)).toMatchObject({
        products: 2,
        left_out: [
          {
            product: 'New',
            field: 'linked_gateway_services',
            mistake: expect.stringContaining('"orders"') as unknown,
          },
        ],
      });
      expect((await readdir(join(place.folder, 'new'))).toSorted()).toEqual(['new.yaml', 'other.yaml']);
      expect((await place.adc('lint -f new -f api-products.yaml')).exitCode).toBe(0);
    });
  });

  test('adds a product with a declared name, with the id of both', async () => {
    const pinned = A.replace('- name: A', '- name: A\n    id: p1');
    const seed = seedOf(gateway('A', { id: 'p1', desc: 'old' }), gateway('A'));
    await atWorkplace({ seed, files: { 'api-products.yaml': pinned } }, async (place) => {
      const { err, exitCode } = await update(place, '-o', 'new.yaml');
      expect(exitCode).toBe(0);
      expect(err).toMatch(/^warning: pinned with `id:`, .*: "A"; the file fits this portal only\n$/);
      expect((await place.adc('lint -f api-products.yaml -f new.yaml')).exitCode).toBe(0);
    });
  });
});

describe('--name', () => {
  test('a pattern without a match is an error, and nothing is written', async () => {
    const words = ['--name', 'A', '--name', 'Biling'];
    const { text, ran } = await updated(A, seedOf(gateway('A', { desc: 'new' }), gateway('Billing')), {
      words,
    });
    expect(ran).toMatchObject({ exitCode: 1, out: '' });
    expect(ran.err).toContain('"Biling"');
    expect(ran.err).toContain('"Billing"');
    expect(text).toBe(A);
  });

  test('a product that is only in the files is not an error', async () => {
    const { ran } = await updated(A, seedOf(), { words: ['--name', 'A'] });
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(ran.out).toContain('no longer on the portal');
  });

  test('finds a product with id by its current name', async () => {
    const file = A.replace('- name: A', '- name: A\n    id: p1');
    const seed = seedOf(gateway('New', { id: 'p1', desc: 'old' }));
    const { text } = await updated(file, seed, { words: ['--name', 'New'] });
    expect(text).toBe(file.replace('name: A', 'name: New'));
  });
});

test('does not change files with errors', async () => {
  const { ran, text } = await updated(`${A}    nonsense: 1\n`, seedOf(gateway('A', { desc: 'new' })));
  expect(ran.exitCode).toBe(1);
  expect(text).toBe(`${A}    nonsense: 1\n`);
});

test.each([['-f', 'x.yaml'], ['--prune'], ['--var', 'A=b']])(
  'refuses %s without --update',
  async (...words) => {
    await atWorkplace({}, async ({ adc }) => {
      expect(await adc(['dump', '--portal', 'default', ...words])).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(
          /\nhint: -o names the file or the folder that a dump writes\.\n$/,
        ) as string,
      });
    });
  },
);

test.each(['--portable', '--with-id', '--skip-defaults'])(
  'refuses %s with --update, without -o',
  async (option) => {
    await atWorkplace({ files: { 'api-products.yaml': A } }, async (place) => {
      const { err, exitCode } = await update(place, option);
      expect(exitCode).toBe(1);
      expect(err).toContain(`error: ${option} with --update needs -o`);
    });
  },
);

test('refuses files from a pipe without waiting for input', async () => {
  await atWorkplace({ seed: seedOf(gateway('A')) }, async (place) => {
    const pipe = join(place.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [ran] = await Promise.all([update(place, '-f', 'pipe'), writeFile(pipe, A)]);
    expect(ran).toMatchObject({ exitCode: 1, out: '' });
    expect(ran.err).toContain('is a device or a pipe');
    expect(await readdir(place.folder)).toEqual(['pipe']);
    expect(await update(place, '-f', '-')).toMatchObject({ exitCode: 1 });
  });
});
