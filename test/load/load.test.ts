import { execFileSync, spawn } from 'node:child_process';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { load } from '../../src/load/load.ts';
import { checkedFiles } from '../support/checked-files.ts';
import { tempFiles } from '../support/temp-files.ts';

const product = (name: string) => `api_products:\n  - { name: ${name}, type: gateway, status: draft }\n`;
const OPENAPI = 'openapi: 3.0.3\ninfo: { title: T, version: 1.0.0 }\npaths: {}\n';
const external = (file: string) =>
  `api_products:\n  - { name: A, type: external, status: draft, openapi_file: ${file} }\n`;

const namesIn = async (cwd: string, patterns: readonly string[]) => {
  const { declared, codes } = await checkedFiles({ cwd, patterns });
  return codes.length > 0 ? codes : declared?.products.map(({ body }) => body.name);
};

test('every error of every file is shown in one run', async () => {
  const cwd = await tempFiles({
    'a.yaml': 'api_products:\n  - { name: A, type: gateway, stats: x }\n',
    'b.yaml': 'api_products: [\n',
    'c.yaml': 'portal: ${UNSET}\n',
    'd.yaml': product('A'),
  });
  const { codes } = await checkedFiles({ cwd, patterns: ['missing.yaml', '.'] });
  expect(codes.toSorted()).toEqual([
    'duplicate-product@d.yaml:2:13',
    'no-such-file',
    'unknown-key@a.yaml:2:31',
    'unset-variable@c.yaml:1:9',
    'yaml-syntax@b.yaml:1:16',
  ]);
});

test('a missing directory of a config is an error at its place, with a remedy for the config', async () => {
  const cwd = await tempFiles({});
  const place = { file: 'adc.config.yaml', line: 3, column: 11 };
  const places = new Map([['consents/', place]]);
  const { diagnostics } = await checkedFiles({ cwd, patterns: ['consents/'], places });
  expect(diagnostics).toMatchObject([{ code: 'no-such-file', location: place }]);
  expect(diagnostics[0]?.hint).toContain('Git keeps no empty directories');
});

test('an empty variable is set, the default replaces an unset one, and the escape is literal', async () => {
  const cwd = await tempFiles({
    'a.yaml':
      'api_products:\n  - name: "${NAME:-default}"\n    type: gateway\n    status: draft\n    desc: \'${EMPTY:-default}|${UNSET:-}|\\${NAME}|$NAME|${UNSET:-a:-b}\'\n',
  });
  const { declared } = await checkedFiles({ cwd, env: { NAME: 'Set', EMPTY: '' } });
  expect(declared?.products[0]?.body).toMatchObject({ name: 'Set', desc: '||${NAME}|$NAME|a:-b' });
});

test('names that every object inherits are not set', async () => {
  const cwd = await tempFiles({ 'a.yaml': 'portal: ${constructor} ${__proto__}\n' });
  const { codes } = await checkedFiles({ cwd });
  expect(codes).toEqual(['unset-variable@a.yaml:1:9', 'unset-variable@a.yaml:1:24']);
});

test('a variable that the guard refuses is filled into no file, set or not, nor one that holds the token', async () => {
  const guard = { refuses: (name: string) => name === 'NO', holdsToken: (value: string) => value === 'abc' };
  const cwd = await tempFiles({ 'a.yaml': 'portal: "${NO} ${NO:-nothing} ${YES} ${TOO}"\n' });
  for (const env of [
    { YES: 'a', TOO: 'abc' },
    { NO: 'x', YES: 'a', TOO: 'abc' },
  ]) {
    const { codes } = await checkedFiles({ cwd, env, guard });
    expect(codes).toEqual([10, 16, 38].map((column) => `secret-variable@a.yaml:1:${column}`));
  }
});

test('a value cannot change the structure, and keys and OpenAPI text stay unchanged', async () => {
  const raw =
    'openapi: 3.0.3\ninfo: { title: "${T}", version: "1" }\npaths: { "/{id}": { $ref: "#/paths/~1b" }, /b: {} }\n';
  const inline = raw.replaceAll(/^/gm, '      ').trimEnd();
  const cwd = await tempFiles({
    'a.yaml': `api_products:\n  - name: A\n    desc: \${EVIL}\n    type: external\n    labels: { "\${KEY}": x }\n    raw_openapi: |\n${inline}\n  - name: B\n    type: external\n    openapi_file: o.yml\n`,
    'o.yml': raw,
  });
  const evil = 'x"}\n  - name: [y]: &z # {';
  const { declared, codes } = await checkedFiles({ cwd, patterns: ['a.yaml'], env: { EVIL: evil } });
  expect(codes).toEqual([]);
  const [first, second] = declared?.products ?? [];
  expect(first?.body).toMatchObject({ desc: evil, labels: { '${KEY}': 'x' }, raw_openapi: raw });
  expect(second?.body).toMatchObject({ raw_openapi: raw });
});

describe('aliases and large mappings', () => {
  test('500 aliases of one anchor are fine', async () => {
    const products = Array.from({ length: 500 }, (_, index) => `  - { name: P${index}, <<: *base }\n`).join(
      '',
    );
    const base =
      'api_products:\n  - &base { name: Base, type: gateway, status: draft, auth: &a { key_auth: {} } }\n';
    const cwd = await tempFiles({ 'a.yaml': base + products });
    const { declared, codes } = await checkedFiles({ cwd });
    expect(codes).toEqual([]);
    expect(declared?.products).toHaveLength(501);
    expect(declared?.products[500]?.body).toMatchObject({ name: 'P499', auth: { key_auth: {} } });
  });

  const bomb = (levels: number) =>
    Array.from({ length: levels }, (_, level) => {
      const inner = level === 0 ? 'x' : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array.from({ length: 10 }, () => inner).join(', ')}]\n`;
    }).join('');
  const chain = Array.from({ length: 1000 }, (_, index) =>
    index === 0 ? 'k0: &k0 [x]\n' : `k${index}: &k${index} [*k${index - 1}]\n`,
  ).join('');

  test.each([
    ['an alias bomb', bomb(9), 'alias-bomb'],
    ['aliases nested by aliases', chain, 'alias-bomb'],
    ['100,000 brackets', 'a: ' + '['.repeat(100_000), 'too-deep'],
    ['10,000 levels of maps', 'a: ' + '{a: '.repeat(10_000), 'too-deep'],
    ['10,000 compact lists', '- '.repeat(10_000), 'too-deep'],
    ['10,000 explicit keys', '? '.repeat(10_000), 'too-deep'],
    ['10,000 levels of JSON', '['.repeat(10_000) + ']'.repeat(10_000), 'too-deep'],
    ['21 MiB', '#'.repeat(21 * 1024 * 1024), 'file-too-large'],
  ])('%s is refused', async (_, text, code) => {
    const cwd = await tempFiles({ 'a.yaml': text });
    const { diagnostics } = await checkedFiles({ cwd });
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
  });

  test('10,000 keys in one mapping are distinguished', async () => {
    const labels = Array.from({ length: 10_000 }, (_, index) => `      k${index}: v\n`).join('');
    const head = 'api_products:\n  - name: A\n    type: gateway\n    status: draft\n    labels:\n';
    const cwd = await tempFiles({ 'a.yaml': `${head}${labels}      k7: again\n` });
    const { codes } = await checkedFiles({ cwd });
    expect(codes).toEqual(['duplicate-key@a.yaml:10006:7']);
  });
});

describe('byte order marks and line endings', () => {
  const text =
    'api_products:\n  - name: A\n    type: gateway\n    status: draft\n    desc: |-\n      two\n      lines\n';
  test.each([
    ['a byte order mark', `\ufeff${text}`],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['CR', text.replaceAll('\n', '\r')],
    ['a missing last newline', text.trimEnd()],
  ])('%s changes nothing', async (_, variant) => {
    const seen = async (one: string) => {
      const { declared, codes } = await checkedFiles({ cwd: await tempFiles({ 'a.yaml': one }) });
      const [product] = declared?.products ?? [];
      return { codes, body: product?.body, place: product?.at(['desc']) };
    };
    const plain = await seen(text);
    expect(plain.body).toMatchObject({ desc: 'two\nlines' });
    expect(await seen(variant)).toEqual(plain);
  });

  test('the lines of an OpenAPI document are sent unchanged, except for a byte order mark', async () => {
    const raw = OPENAPI.replaceAll('\n', '\r\n');
    const cwd = await tempFiles({ 'a.yaml': external('o.yml'), 'o.yml': `\ufeff${raw}` });
    const { declared } = await checkedFiles({ cwd, patterns: ['a.yaml'] });
    expect(declared?.products[0]?.body).toMatchObject({ raw_openapi: raw });
  });
});

describe('the same products come', () => {
  const json = JSON.stringify({ api_products: [{ name: 'C', type: 'gateway', status: 'draft' }] });
  const files = {
    'p/a.yaml': product('A'),
    'p/deep/er/b.yml': `${product('B')}---\n${product('D')}`,
    'p/c.json': json,
    'p/openapi/o.yaml': OPENAPI,
    'p/openapi/o.json': JSON.stringify({ openapi: '3.0.3', info: {}, paths: {} }),
    'p/openapi/broken.yaml': 'openapi: 3.0.3\npaths: [\n',
    'p/node_modules/n.yaml': product('N'),
    'p/.hidden/h.yaml': product('H'),
    'p/readme.md': 'text',
    'all.yaml': ['A', 'C', 'B', 'D'].map(product).join('---\n'),
  };
  test.each([
    ['from a folder', ['p']],
    ['from a folder with a slash', ['./p/']],
    ['from a glob', ['p/**/*.{yaml,yml,json}']],
    ['from several patterns', ['p/deep', 'p/c.json', 'p/*.yaml']],
    ['files that are named twice', ['p', 'p/a.yaml', './p/../p/a.yaml', 'p/*']],
    ['from one file', ['all.yaml']],
  ])('%s', async (_, patterns) => {
    const cwd = await tempFiles(files);
    expect(await namesIn(cwd, patterns)).toEqual(['A', 'C', 'B', 'D']);
    expect(await namesIn(cwd, patterns.toReversed())).toEqual(['A', 'C', 'B', 'D']);
  });

  test.each([
    ['as YAML', product('A')],
    ['as JSON', JSON.stringify({ api_products: [{ name: 'A', type: 'gateway', status: 'draft' }] })],
  ])('from standard input %s', async (_, text) => {
    const cwd = await tempFiles({ 'o.yaml': OPENAPI });
    const readStdin = async () => Buffer.from(text);
    const { declared, codes } = await checkedFiles({ cwd, patterns: ['-', '-'], readStdin });
    expect(codes).toEqual([]);
    expect(declared?.products.map(({ body }) => body.name)).toEqual(['A']);
  });

  test('standard input includes from the working directory', async () => {
    const cwd = await tempFiles({ 'o.yaml': OPENAPI });
    const readStdin = async () => Buffer.from(external('o.yaml'));
    const { declared } = await checkedFiles({ cwd, patterns: ['-'], readStdin });
    expect(declared?.products[0]?.body).toMatchObject({ raw_openapi: OPENAPI });
  });
});

describe('named in an error is', () => {
  test.each([
    ['a file that is not there', ['no.yaml'], ['no-such-file']],
    ['a glob without a match', ['*.yml'], ['no-match']],
    ['a glob in a folder that is not there', ['no/*.yaml'], ['no-match']],
    ['a folder without product files', ['empty'], ['no-match']],
    ['a folder of OpenAPI documents alone', ['openapi'], ['no-match']],
    ['an empty file', ['void.yaml'], ['empty-file@void.yaml:1:1']],
    ['a link in a ring', ['ring.yaml'], ['unreadable-file@ring.yaml:1:1']],
    ['an OpenAPI document', ['openapi.yaml'], ['not-a-product-file@openapi.yaml:1:1']],
  ])('%s', async (_, patterns, codes) => {
    const cwd = await tempFiles({
      'void.yaml': '',
      'empty/readme.md': '',
      'openapi/o.yaml': OPENAPI,
      'openapi.yaml': OPENAPI.replace('paths: {}', 'paths: { /: { get: { responses: { 200: {} } } } }'),
    });
    await symlink('ring.yaml', join(cwd, 'ring.yaml'));
    const checked = await checkedFiles({ cwd, patterns });
    expect(checked.codes).toEqual(codes);
    const [pattern = ''] = patterns;
    expect(checked.diagnostics[0]?.message).toContain(pattern);
  });

  test.each(['p/[ab].yaml', 'p/[ab]*.yaml', 'p/!(a).yaml'])(
    '%s, whose syntax a pattern lacks',
    async (pattern) => {
      const cwd = await tempFiles({ 'p/a.yaml': product('A') });
      const { diagnostics } = await checkedFiles({ cwd, patterns: [pattern] });
      expect(diagnostics).toMatchObject([{ hint: expect.stringContaining('*, ?, ** and {a,b}') as string }]);
    },
  );

  test('a link to a missing file in a folder is named as such', async () => {
    const cwd = await tempFiles({ 'p/a.yaml': product('A') });
    await symlink('gone.yaml', join(cwd, 'p/b.yaml'));
    const { diagnostics } = await checkedFiles({ cwd, patterns: ['p'] });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      '"p/b.yaml" cannot be read: it is a symlink to a missing file',
    ]);
  });

  test('a link out of a folder that was given', async () => {
    const outside = await tempFiles({ 'secret.yaml': 'token: a7ee-secret\n' });
    const cwd = await tempFiles({ 'p/a.yaml': product('A') });
    await symlink(join(outside, 'secret.yaml'), join(cwd, 'p/link.yaml'));
    await symlink('a.yaml', join(cwd, 'p/inside.yaml'));
    expect(await namesIn(cwd, ['p'])).toEqual(['file-outside@p/link.yaml:1:1']);
    expect(await namesIn(cwd, ['p/*.yaml'])).toEqual(['file-outside@p/link.yaml:1:1']);
  });

  test('a folder that became a link out of the one that was given is reported: its products would count as gone', async () => {
    const outside = await tempFiles({ 'b.yaml': product('B') });
    const cwd = await tempFiles({ 'p/a.yaml': product('A'), 'p/real/c.yaml': product('C') });
    await symlink(outside, join(cwd, 'p/linked'));
    await symlink('real', join(cwd, 'p/again'));
    await symlink('..', join(cwd, 'p/real/circle'));
    await symlink(outside, join(cwd, 'p/.hidden'));
    for (const pattern of ['p', 'p/**/*.yaml']) {
      const { codes } = await checkedFiles({ cwd, patterns: [pattern] });
      expect(codes).toEqual(['file-outside@p/linked:1:1']);
    }
    expect(await namesIn(cwd, ['p/*.yaml'])).toEqual(['A']);
    await rm(join(cwd, 'p/linked'));
    expect(await namesIn(cwd, ['p'])).toEqual(['A', 'C']);
  });

  test.each(['', ' ', '\t'])(
    'a pattern that is empty means no folder, least of all this one: "%s"',
    async (pattern) => {
      const cwd = await tempFiles({ 'api-products.yaml': product('A') });
      const { declared, diagnostics } = await checkedFiles({ cwd, patterns: [pattern] });
      expect(declared).toBeUndefined();
      expect(diagnostics).toMatchObject([
        { code: 'no-such-file', hint: expect.stringContaining('variable') as string },
      ]);
    },
  );

  test('but a pipe is read like a file', async () => {
    const cwd = await tempFiles({});
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    const [names] = await Promise.all([namesIn(cwd, ['pipe']), writeFile(join(cwd, 'pipe'), product('A'))]);
    expect(names).toEqual(['A']);
  });
});

describe('included paths', () => {
  test('start at their own file, and share what they include', async () => {
    const cwd = await tempFiles({
      'p/a/x.yaml': external('../o.yml').replace('A,', 'A, logo_file: l.png,'),
      'p/a/l.png': Buffer.from('GIF89'),
      'p/b/y.yaml': external('../o.yml').replace('A,', 'B,'),
      'p/o.yml': OPENAPI,
    });
    const { declared, codes } = await checkedFiles({ cwd, patterns: ['p/a', 'p/b'] });
    expect(codes).toEqual([]);
    const [first, second] = declared?.products ?? [];
    expect(first?.body).toMatchObject({ raw_openapi: OPENAPI, logo: 'R0lGODk=' });
    expect(first?.body).not.toHaveProperty('openapi_file');
    expect(first?.body).not.toHaveProperty('logo_file');
    expect(second?.body).toMatchObject({ raw_openapi: OPENAPI });
    expect(first?.at(['raw_openapi'])).toMatchObject({ file: 'p/a/x.yaml', line: 2 });
  });

  test.each(['../out.yaml', '/etc/hostname', 'link.yaml', 'folder/out.yaml', '.env', '../../nothing'])(
    '%s is refused outside of the root',
    async (path) => {
      const outside = await tempFiles({ 'out.yaml': OPENAPI });
      const cwd = await tempFiles({
        'repo/p/a.yaml': external(path),
        'repo/p/.env': 'X=1',
        'out.yaml': OPENAPI,
      });
      await symlink(join(outside, 'out.yaml'), join(cwd, 'repo/p/link.yaml'));
      await symlink(outside, join(cwd, 'repo/p/folder'));
      const { codes } = await checkedFiles({ cwd: join(cwd, 'repo/p'), patterns: ['a.yaml'] });
      expect(codes).toEqual(['file-outside@a.yaml:2:61']);
    },
  );

  test('a file given beside a deeper one widens the root', async () => {
    const cwd = await tempFiles({
      'r/a.yaml': product('B'),
      'r/deep/b.yaml': external('../o.yml'),
      'r/o.yml': OPENAPI,
    });
    const elsewhere = await tempFiles({});
    const paths = ['r/a.yaml', 'r/deep/b.yaml'].map((path) => join(cwd, path));
    expect(await namesIn(elsewhere, paths)).toEqual(['B', 'A']);
    expect(await namesIn(elsewhere, paths.slice(1))).toEqual([`file-outside@${paths[1]}:2:61`]);
  });
});

test('standard input is read only where a pattern names it', async () => {
  const cwd = await tempFiles({ 'a.yaml': product('A') });
  const readStdin = () => Promise.reject(new Error('read'));
  const loaded = load({ patterns: ['a.yaml'], cwd, env: {}, readStdin });
  await expect(loaded).resolves.toHaveProperty('value');
});

test('returns readable documents despite errors elsewhere', async () => {
  const cwd = await tempFiles({ 'a.yaml': product('A'), 'b.yaml': 'x: [' });
  const readStdin = async () => new Uint8Array();
  const loaded = await load({ patterns: ['.'], cwd, env: {}, readStdin });
  expect(loaded.value).toBeUndefined();
  expect(loaded.readable.map(({ file }) => file)).toEqual(['a.yaml']);
});

describe('bounds', () => {
  test('an unset variable is one error across all files, with its places counted', async () => {
    const cwd = await tempFiles({
      'a.yaml': `${product('A')}    desc: "\${U} \${U} \${V}"\n`
        .replace(' }\n    desc: ', ', desc: ')
        .replace(/\n$/, ' }\n'),
      'b.yaml': 'portal: ${U}\n---\nportal: ${U}\n',
    });
    const { diagnostics } = await checkedFiles({ cwd, patterns: ['a.yaml', 'b.yaml'] });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'environment variable U is not set (used in 4 places)',
      'environment variable V is not set',
    ]);
  });

  test('variables add at most the size limit of a file, and the error is reported once', async () => {
    const cwd = await tempFiles({
      'a.yaml': `api_products:\n  - name: A\n    type: external\n    status: draft\n    desc: "${'${BIG}'.repeat(2000)}"\n`,
    });
    const { diagnostics } = await checkedFiles({ cwd, env: { BIG: 'x'.repeat(100_000) } });
    expect(diagnostics).toMatchObject([
      { code: 'file-too-large', message: 'variables add more than 20 MiB to the product files' },
    ]);
  });

  test('the documents of a file share the limit for aliases, and a long text counts as several values', async () => {
    const nested = (name: string, from: string) =>
      `${name}: &${name} [${Array(100).fill(`*${from}`).join(', ')}]\n`;
    const document = `---\na: &a [${Array(100).fill('x').join(', ')}]\n${nested('b', 'a')}${nested('c', 'b')}`;
    const long = `a: &a "${'x'.repeat(1_000_000)}"\nb: [${Array(200).fill('*a').join(', ')}]\n`;
    const cwd = await tempFiles({ 'a.yaml': document.repeat(3), 'b.yaml': long });
    for (const [file, bombs] of [
      ['a.yaml', 3],
      ['b.yaml', 1],
    ] as const) {
      const { diagnostics } = await checkedFiles({ cwd, patterns: [file] });
      const found = diagnostics.filter(({ code }) => code === 'alias-bomb');
      expect(found).toHaveLength(bombs);
      expect(found[0]?.message).toBe('aliases add more than 1000000 values to this file');
    }
  });

  test('comments are read once for all documents of a file', async () => {
    const cwd = await tempFiles({
      'a.yaml': '# adc-lint-disable servers-unknown\n---\nportal: a\n---\nportal: a\n',
    });
    const input = { patterns: ['a.yaml'], cwd, env: {}, readStdin: async () => new Uint8Array() };
    const { readable } = await load(input);
    expect(readable).toHaveLength(2);
    expect(readable[0]?.comments).toHaveLength(1);
    expect(readable[1]?.comments).toBe(readable[0]?.comments);
  });

  test.skipIf(process.platform === 'win32')(
    'refuses an included pipe and a pipe in a directory without waiting',
    async () => {
      const cwd = await tempFiles({
        'a.yaml': external('pipe'),
        'b.yaml': 'api_products:\n  - { name: B, type: external, status: draft, logo_file: pipe }\n',
        'folder/c.yaml': product('C'),
      });
      for (const name of ['pipe', 'folder/d.yaml']) execFileSync('mkfifo', [join(cwd, name)]);
      const { codes } = await checkedFiles({
        cwd,
        patterns: ['a.yaml', 'b.yaml', 'folder', 'folder/*.yaml'],
      });
      expect(codes.toSorted()).toEqual([
        'unreadable-file@a.yaml:2:61',
        'unreadable-file@b.yaml:2:58',
        'unreadable-file@folder/d.yaml:1:1',
      ]);
    },
  );

  test.skipIf(process.platform === 'win32')('an endless pipe is too large', async () => {
    const cwd = await tempFiles({});
    const pipe = join(cwd, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('sh', ['-c', 'exec yes > "$0"', pipe]);
    const { codes } = await checkedFiles({ cwd, patterns: ['pipe'] });
    writer.kill();
    expect(codes).toEqual(['file-too-large@pipe:1:1']);
  });
});
