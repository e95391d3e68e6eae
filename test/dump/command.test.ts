import { chmod, mkdir, readdir, readFile, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Seed } from '../../src/emulator/seed.ts';
import { defaultSeed } from '../../src/emulator/seed.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { validReport } from '../support/published-schemas.ts';
import { OPENAPI } from '../support/product-files.ts';

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

const PORTAL = ['--portal', 'default'];
const dump = async ({ adc }: Workplace, ...words: readonly string[]) => adc(['dump', ...PORTAL, ...words]);
const entries = async (...steps: readonly string[]): Promise<readonly string[]> =>
  (await readdir(join(...steps), { recursive: true })).toSorted();
const read = async (...steps: readonly string[]): Promise<string> => readFile(join(...steps), 'utf8');

describe('--name', () => {
  const seed = seedOf(
    gateway('Payments API'),
    gateway('Payouts API'),
    external('a/b.c'),
    external('Billing'),
  );
  const namesIn = (text: string): readonly string[] =>
    [...text.matchAll(/^ {2}- name: (.*)$/gm)].map(([, name = '']) => name);

  test.each([
    [['Pay*'], ['Payments API', 'Payouts API']],
    [['?illing'], ['Billing']],
    [
      ['*/*.c', 'Billing'],
      ['Billing', 'a/b.c'],
    ],
    [['*'], ['Billing', 'Payments API', 'Payouts API', 'a/b.c']],
  ])('%j', async (patterns, names) => {
    await atWorkplace({ seed }, async (place) => {
      const options = patterns.flatMap((pattern) => ['--name', pattern]);
      const { exitCode, out } = await dump(place, ...options);
      expect(exitCode).toBe(0);
      expect(namesIn(out)).toEqual(names);
    });
  });

  test('a pattern without a match is an error, and nothing is written', async () => {
    await atWorkplace({ seed }, async (place) => {
      const ran = await dump(place, '--name', 'Pay*', '--name', 'Biling', '-o', 'out/');
      expect(ran).toMatchObject({ exitCode: 1, out: '' });
      expect(ran.err).toContain('"Biling"');
      expect(ran.err).toContain('"Billing"');
      expect(await entries(place.folder)).toEqual([]);
    });
  });
});

describe('--format json is one document', () => {
  const seed = seedOf(external('Billing'), gateway('Twin'), gateway('Twin'));

  test('without -o, it has the text instead of printing it', async () => {
    await atWorkplace({ seed }, async (place) => {
      const { out: text } = await dump(place);
      const { out, exitCode } = await dump(place, '--format', 'json');
      expect(exitCode).toBe(0);
      expect(validReport(out)).toMatchObject({
        format: 'adc/dump',
        exit_code: 0,
        target: { portal: { name: 'default' }, server: place.emulator.url },
        output: null,
        products: 3,
        files: [{ path: 'api-products.yaml', content: text }],
        left_out: [],
        openapi_not_given_back: [],
        diagnostics: [],
      });
    });
  });

  test('with -o it names the files', async () => {
    await atWorkplace({ seed: seedOf(external('Billing')) }, async (place) => {
      const { out } = await dump(place, '--format', 'json', '-o', 'out/');
      const report = validReport(out);
      expect(report).toMatchObject({
        output: 'out/',
        files: [{ path: 'billing.yaml' }, { path: 'openapi/billing.yaml' }],
      });
      expect(await entries(place.folder, 'out')).toEqual(['billing.yaml', 'openapi', 'openapi/billing.yaml']);
    });
  });

  test('even if it fails', async () => {
    await atWorkplace({ seed, files: { 'a.yaml': 'old' } }, async (place) => {
      const { out, exitCode } = await dump(place, '--format', 'json', '-o', 'a.yaml');
      expect(exitCode).toBe(1);
      expect(validReport(out)).toMatchObject({ format: 'adc/dump', exit_code: 1, diagnostics: [{}] });
      expect(await read(place.folder, 'a.yaml')).toBe('old');
    });
  });
});

test('dump writes every field, --skip-defaults the short form, and --portable no portal', async () => {
  await atWorkplace({ seed: seedOf(gateway('A')) }, async (place) => {
    const [plain, synonym, short, portable, refused] = await Promise.all([
      dump(place),
      dump(place, '--with-defaults'),
      dump(place, '--skip-defaults'),
      dump(place, '--portable'),
      dump(place, '--all-fields'),
    ]);
    expect(synonym).toEqual(plain);
    expect(plain.out).toContain('    visibility: public\n');
    expect(short.out).toMatch(/type: gateway\n {4}status: draft\n {4}auth:\n {6}key_auth: \{\}\n$/);
    expect(portable.out).toBe(plain.out.replace('portal: default\n', ''));
    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('needs --update') as string });
  });
});

test('on standard output, an omitted document has a comment without a file name', async () => {
  await atWorkplace({ seed: seedOf(external('A', { raw_openapi: '<html/>' })) }, async (place) => {
    const { out } = await dump(place);
    expect(out).toContain('OpenAPI document is left out');
    expect(out).not.toContain('openapi/a');
    expect((await dump(place, '-o', 'out.yaml')).exitCode).toBe(0);
    expect(await read(place.folder, 'out.yaml')).toContain('Correct openapi/a.txt');
  });
});

test('--label-selector dumps products with the labels', async () => {
  const seed = seedOf(gateway('A', { labels: { team: 'a' } }), gateway('B'));
  await atWorkplace({ seed }, async (place) => {
    const { out } = await dump(place, '--label-selector', 'team=a');
    expect(out).toContain('- name: A');
    expect(out).not.toContain('- name: B');
  });
});

const HOSTILE = ['../x', 'CON', 'a/b', '\u{1f600}'.repeat(50), '..', 'nul.yaml', '-', 'a\u0000b'];

test.each(HOSTILE)('a product called %j gets a file inside the folder, and lint reads it', async (name) => {
  await atWorkplace({ seed: seedOf(external(name)) }, async (place) => {
    expect(await dump(place, '-o', 'out/')).toMatchObject({ exitCode: 0 });
    expect(await entries(place.folder)).toContain('out/openapi');
    const found = await readdir(join(place.folder, 'out'));
    const first = found.find((file) => file.endsWith('.yaml'));
    expect(first).toMatch(/^[a-z0-9][a-z0-9-]*\.yaml$/);
    expect(first).not.toMatch(/^(?:con|nul)\./);
    expect(await place.adc('lint -f out/')).toMatchObject({ exitCode: 0 });
    expect((await place.adc(['diff', '-f', 'out/', '--exit-code', '--no-managed-by-label'])).exitCode).toBe(
      0,
    );
  });
});

describe('a failed dump changes no file', () => {
  const seed = seedOf(external('A'), external('B'));

  test('a part of the path that is a file', async () => {
    await atWorkplace({ seed, files: { out: 'a file' } }, async (place) => {
      const ran = await dump(place, '-o', 'out/');
      expect(ran).toMatchObject({ exitCode: 1, out: '' });
      expect(ran.err).toContain('is a file, not a folder');
      expect(await entries(place.folder)).toEqual(['out']);
    });
  });

  test.each(['--owner acme.nope', '--label-selector team=nope'])(
    'warns of %s without a product',
    async (words) => {
      await atWorkplace({ seed }, async (place) => {
        const { err, exitCode } = await dump(place, ...words.split(' '));
        expect(exitCode).toBe(0);
        expect(err).toContain('warning: no product has the owner or the labels of the options');
        expect((await dump(place)).err).not.toContain('no product has');
      });
    },
  );

  test.each([
    ['-', 'adc dump without -o writes to standard output'],
    ['null', 'Name a regular file, or leave out the option.'],
  ])('-o %s, with a hint', async (output, hint) => {
    await atWorkplace({ seed }, async (place) => {
      await symlink('/dev/null', join(place.folder, 'null'));
      const ran = await dump(place, '-o', output, '--force');
      expect(ran).toMatchObject({ exitCode: 1, out: '' });
      expect(ran.err).toContain(hint);
      expect(await entries(place.folder)).toEqual(['null']);
      expect(await readlink(join(place.folder, 'null'))).toBe('/dev/null');
    });
  });

  test.each(['out/', 'out/sub/', 'out/all.yaml', 'real/'])(
    '-o %s does not write through a symlink',
    async (output) => {
      await atWorkplace({ seed }, async (place) => {
        for (const folder of ['elsewhere', 'real']) await mkdir(join(place.folder, folder));
        await symlink('elsewhere', join(place.folder, 'out'));
        await symlink('../elsewhere', join(place.folder, 'real', 'openapi'));
        const ran = await dump(place, '-o', output, '--force');
        expect(ran).toMatchObject({ exitCode: 1, out: '' });
        expect(ran.err).toContain(' is a link, and adc does not write through links\nhint: ');
        expect(await readdir(join(place.folder, 'elsewhere'))).toEqual([]);
        expect(await readdir(join(place.folder, 'real'))).toEqual(['openapi']);
      });
    },
  );

  test.skipIf(process.getuid?.() === 0)('a folder that cannot be written', async () => {
    await atWorkplace({ seed }, async (place) => {
      await mkdir(join(place.folder, 'out'));
      await chmod(join(place.folder, 'out'), 0o500);
      const ran = await dump(place, '-o', 'out/');
      await chmod(join(place.folder, 'out'), 0o700);
      expect(ran).toMatchObject({ exitCode: 1, out: '' });
      expect(ran.err).toContain('permission denied');
      expect(await entries(place.folder, 'out')).toEqual([]);
    });
  });

  test('a server that fails during the read', async () => {
    await atWorkplace({ seed, files: { 'out/a.yaml': 'old' } }, async (place) => {
      const path = `*${place.emulator.store.product('B').id}*`;
      place.emulator.faults.add({ on: { method: 'GET', path }, do: { kind: 'status', status: 403 } });
      const ran = await dump(place, '-o', 'out/', '--force');
      expect(ran).toMatchObject({ exitCode: 1, out: '' });
      expect(await entries(place.folder)).toEqual(['out', 'out/a.yaml']);
      expect(await read(place.folder, 'out', 'a.yaml')).toBe('old');
    });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s while the portal is read', async (signal, exitCode) => {
    await atWorkplace({ seed, files: { 'out/a.yaml': 'old' } }, async (place) => {
      const controller = new AbortController();
      const { id } = place.emulator.store.product('B');
      place.emulator.onRequest(({ path }) => {
        if (path.includes(id)) controller.abort(signal);
      });
      place.emulator.faults.add({ on: { path: `*${id}*` }, do: { kind: 'delay', ms: 5000 } });
      const words = ['dump', ...PORTAL, '-o', 'out/', '--force', '--format', 'json'];
      const ran = await place.adc(words, { signal: controller.signal });
      expect(ran).toMatchObject({ exitCode, err: 'interrupted: nothing was written\n' });
      expect(validReport(ran.out)).toMatchObject({ format: 'adc/dump', exit_code: exitCode });
      expect(await entries(place.folder)).toEqual(['out', 'out/a.yaml']);
      expect(await read(place.folder, 'out', 'a.yaml')).toBe('old');
    });
  });
});

describe('omits fields that lint would refuse, so that a dump always lints', () => {
  const document = 'openapi: 3.0.3\ninfo: { title: T, version: "1" }\npaths: {}\n';
  const refused = {
    Tabs: 'openapi: 3.0.3\ninfo:\n\ttitle: x\n',
    Html: '<html></html>',
    Number: document.replace('"1"', '1.0'),
  };
  const seed = seedOf(
    external('Good', { raw_openapi: document }),
    external('Bare', { raw_openapi: document, status: 'published' }),
    ...Object.entries(refused).map(([name, raw_openapi]) => external(name, { raw_openapi })),
    gateway('Pay\u200b'),
  );

  test.each(['out/', 'out/all.yaml', 'out/ --with-defaults', 'out/all.yaml --with-defaults'])(
    'dump -o %s',
    async (options) => {
      await atWorkplace({ seed }, async (place) => {
        const [output = '', ...others] = options.split(' ');
        const ran = await dump(place, '-o', output, ...others);
        expect(ran.exitCode).toBe(0);
        for (const name of Object.keys(refused))
          expect(ran.err).toMatch(new RegExp(`"${name}": the OpenAPI document is left out`));
        expect(ran.err).not.toContain('Good');
        expect((await place.adc(['lint', '-f', output])).exitCode).toBe(0);
        const again = await place.adc(['diff', '-f', output, '--exit-code', '--no-managed-by-label']);
        expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining('6 unchanged') as string });
        for (const [name, text] of Object.entries(refused)) {
          const beside = (await entries(place.folder, 'out', 'openapi')).find((file) =>
            file.startsWith(name.toLowerCase()),
          );
          expect(await read(place.folder, 'out', 'openapi', beside ?? '')).toBe(text);
        }
      });
    },
  );

  test('dump --update does so for added products', async () => {
    await atWorkplace({ seed, files: { 'a.yaml': 'portal: default\n' } }, async (place) => {
      const ran = await dump(place, '--update', '-f', 'a.yaml', '-o', 'new/');
      expect(ran.err).toContain('"Html": the OpenAPI document is left out');
      expect((await place.adc('lint -f a.yaml -f new')).exitCode).toBe(0);
    });
  });
});

test('does not write a file above the maximum size of adc, but a folder with smaller files', async () => {
  const raw_openapi = OPENAPI.replace('paths:', `x-long: "${'x '.repeat(5.5 * 1024 * 1024)}"\npaths:`);
  await atWorkplace(
    { seed: seedOf(external('A', { raw_openapi }), external('B', { raw_openapi })) },
    async (place) => {
      const ran = await dump(place, '-o', 'all.yaml');
      expect(ran).toMatchObject({ exitCode: 1, out: '' });
      expect(ran.err).toContain('adc reads files of at most 20 MiB; nothing was written');
      expect(await entries(place.folder)).toEqual([]);
      expect(await dump(place, '-o', 'out/')).toMatchObject({ exitCode: 0 });
    },
  );
});
