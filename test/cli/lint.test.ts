import { createHook } from 'node:async_hooks';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintReport } from '../support/lint-report.ts';
import { runAdc } from '../support/run-adc.ts';
import { tempFiles } from '../support/temp-files.ts';

const external = (...lines: readonly string[]) =>
  ['api_products:', '  - name: A', '    type: external', ...lines.map((line) => `    ${line}`), ''].join(
    '\n',
  );
const WARNING = external('server_urls: [nowhere]');
const ERROR = external('stats: draft');
const INFO = 'api_products: [{ name: A, type: gateway, auth: { key_auth: {} } }]\n';

const lint = async (text: string, ...flags: readonly string[]) => {
  const cwd = await tempFiles({ 'api-products.yaml': text });
  return runAdc(['lint', ...flags], { cwd });
};
const json = async (text: string, ...flags: readonly string[]) => {
  const { out, exitCode } = await lint(text, '--format', 'json', ...flags);
  const report = lintReport(out);
  expect(report.exit_code).toBe(exitCode);
  const codes = report.diagnostics.map(({ code, severity }) => `${severity} ${code}`);
  return { exitCode, codes, found: report.found };
};

describe('adc lint --format json', () => {
  test.each([
    ['nothing wrong', external(), 0, []],
    ['an error', ERROR, 1, ['error unknown-key']],
    ['a warning', WARNING, 0, ['warning not-a-url']],
    ['no YAML', '{', 1, ['error yaml-syntax']],
    ['a wrong YAML version', '%YAML 1.1\n---\nportal: a\n', 1, ['error yaml-version']],
  ])('prints one document for %s', async (_, text, exitCode, codes) => {
    expect(await json(text)).toMatchObject({ exitCode, codes });
  });

  test.each([
    ['an unknown option', ['--nonsense']],
    ['an unknown rule', ['--rule', 'nonsense=off']],
    ['an unknown severity', ['--severity', 'bad']],
  ])('prints one document for %s too', async (_, flags) => {
    expect(await json(external(), ...flags)).toEqual({
      exitCode: 1,
      codes: ['error usage'],
      found: undefined,
    });
  });

  test('prints one document without any file', async () => {
    const { out } = await runAdc(['lint', '--format=json'], { cwd: await tempFiles({}) });
    expect(lintReport(out).diagnostics).toMatchObject([{ code: 'no-such-file' }]);
  });
});

describe('--severity', () => {
  const both = external('server_urls: [nowhere]', 'stats: draft');
  test('limits the shown diagnostics, and all of them are counted', async () => {
    expect(await json(both, '--severity', 'error')).toEqual({
      exitCode: 1,
      codes: ['error unknown-key'],
      found: { error: 1, warning: 1, info: 0 },
    });
    expect((await json(INFO, '--severity', 'warning')).codes).toEqual([]);
    expect((await json(INFO)).codes).toEqual(['info status-left-out']);
  });

  test('does not change the exit code', async () => {
    expect((await json(WARNING, '--severity', 'error', '--strict')).exitCode).toBe(1);
  });
});

describe('--strict', () => {
  test('turns only warnings into errors', async () => {
    expect(await json(WARNING, '--strict')).toMatchObject({ exitCode: 1, codes: ['error not-a-url'] });
    expect(await json(INFO, '--strict')).toMatchObject({ exitCode: 0, codes: ['info status-left-out'] });
  });
});

describe('--rule', () => {
  const broken = external(
    'raw_openapi: |',
    '  openapi: 3.0.3',
    '  info: { title: T, version: "1" }',
    '  paths: { /a: { $ref: "#/b" } }',
  );
  test.each([
    [[], 1, ['error openapi-unknown-ref']],
    [['openapi-unknown-ref=warning'], 0, ['warning openapi-unknown-ref']],
    [['openapi-unknown-ref=info'], 0, ['info openapi-unknown-ref']],
    [['openapi-unknown-ref=off'], 0, []],
    [['not-a-url=off', 'openapi-unknown-ref=off'], 0, []],
  ])('%j', async (rules, exitCode, codes) => {
    const flags = rules.flatMap((rule) => ['--rule', rule]);
    expect(await json(broken, ...flags)).toMatchObject({ exitCode, codes });
  });

  test('comes before --strict', async () => {
    expect(await json(WARNING, '--strict', '--rule', 'not-a-url=info')).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['not-a-ur=off', 'Did you mean not-a-url?'],
    ['unknown-key=off', 'cannot be turned off'],
    ['not-a-url=error', 'Write not-a-url=off'],
    ['not-a-url', 'Write not-a-url=off'],
    ['not-a-url=off=info', 'Write not-a-url=off'],
    ['__proto__=off', 'there is no code'],
  ])('%s is refused', async (rule, words) => {
    const { exitCode, err } = await lint(external(), '--rule', rule);
    expect(exitCode).toBe(1);
    expect(err).toContain(words);
  });
});

describe('a comment', () => {
  const twice = (comment: string) =>
    external('server_urls:', `  # ${comment}`, '  - nowhere', '  - elsewhere');
  test.each([
    ['turns off the next line', twice('adc-lint-disable-next-line not-a-url -- known'), 1],
    ['turns off a whole file', twice('adc-lint-disable not-a-url'), 0],
    ['may name several codes', twice('adc-lint-disable not-a-url, servers-unknown'), 0],
    [
      'has no special meaning after other text',
      twice('x').replace('# x', '').replace('nowhere', 'nowhere # adc-lint-disable not-a-url'),
      2,
    ],
  ])('%s', async (_, text, left) => {
    const { codes, exitCode } = await json(text);
    expect(codes.filter((code) => code.endsWith('not-a-url'))).toHaveLength(left);
    expect(exitCode).toBe(0);
  });

  test.each([
    ['an unknown code', 'adc-lint-disable not-a-ur', 'warning unknown-code'],
    ['a code that protects the portal', 'adc-lint-disable unknown-key', 'warning code-not-adjustable'],
    ['no code', 'adc-lint-disable -- because', 'warning bad-lint-comment'],
    ['an unknown word', 'adc-lint-disable-line not-a-url', 'warning bad-lint-comment'],
    ['a code without a diagnostic', 'adc-lint-disable servers-unknown', 'info unused-lint-comment'],
  ])('that names %s is reported', async (_, comment, expected) => {
    expect((await json(twice(comment))).codes).toContain(expected);
  });

  test('cannot turn off a rule that protects the portal', async () => {
    const text = `# adc-lint-disable unknown-key\n${ERROR}`;
    expect(await json(text)).toMatchObject({
      exitCode: 1,
      codes: ['warning code-not-adjustable', 'error unknown-key'],
    });
  });

  test('in an OpenAPI file applies only to that file', async () => {
    const raw =
      '# adc-lint-disable openapi-unknown-key\nopenapi: 3.0.3\ninfo: { title: T, version: "1" }\npaths: { a: {} }\n';
    const product = (name: string) => `  - { name: ${name}, type: external, openapi_file: ${name}.yaml }\n`;
    const cwd = await tempFiles({
      'a.yaml': raw,
      'b.yaml': raw.replace(/^.*\n/, ''),
      'api-products.yaml': `api_products:\n${product('a')}${product('b')}`,
    });
    const { out } = await runAdc(['lint', '--format', 'json'], { cwd });
    expect(lintReport(out).diagnostics).toMatchObject([
      { code: 'openapi-unknown-key', location: { file: 'b.yaml' } },
    ]);
  });
});

describe('network access', () => {
  const SOCKETS = /^(TCP|UDP|TLS|GETADDRINFO|GETNAMEINFO|QUERYWRAP|HTTP)/;

  /** The types of network resources that are created during the call. */
  async function touched(act: () => Promise<unknown>): Promise<readonly string[]> {
    const seen: string[] = [];
    const hook = createHook({ init: (_, type) => void (SOCKETS.test(type) && seen.push(type)) }).enable();
    try {
      await act();
    } finally {
      hook.disable();
    }
    return seen;
  }

  test('lint opens no socket and needs no token', async () => {
    const remote = external(
      'raw_openapi: |',
      '  openapi: 3.0.3',
      '  info: { title: T, version: "1" }',
      '  paths: { /a: { $ref: "http://127.0.0.1:9/a.json" } }',
      'server_urls: ["http://127.0.0.1:9/"]',
    );
    const env = { ADC_SERVER: 'http://127.0.0.1:9' };
    const cwd = await tempFiles({ 'api-products.yaml': remote, '.env': 'ADC_SERVER=http://127.0.0.1:9\n' });
    let exitCode: number | undefined;
    const seen = await touched(async () => {
      exitCode = (await runAdc(['lint'], { cwd, env })).exitCode;
    });
    expect({ seen, exitCode }).toEqual({ seen: [], exitCode: 0 });
  });

  test('the check itself detects a socket', async () => {
    const seen = await touched(
      () =>
        new Promise<void>((resolve) => {
          connect(9, '127.0.0.1').on('error', () => resolve());
        }),
    );
    expect(seen).not.toEqual([]);
  });
});

describe('adc lint openapi.yaml', () => {
  const document = (head: string): string => `openapi: 3.0.3\n${head}\npaths: {}\n`;

  test.each([
    [
      'a title and a server',
      'info: { title: Orders, version: "1" }\nservers: [{ url: https://orders.example.com }]',
    ],
    ['no title and no server', 'info: { version: "1" }'],
    [
      'a title that is YAML',
      'info: { title: "a: [b] # ${HOME} \\u001b", version: "1" }\nservers: [{ url: "/v1" }]',
    ],
    [
      'a server with a variable',
      'info: { title: Orders, version: "1" }\nservers: [{ url: "https://{region}.example.com" }]',
    ],
  ])('prints a product file that lint accepts, for %s', async (_, head) => {
    const cwd = await tempFiles({ 'openapi.yaml': document(head) });
    const { exitCode, out, err } = await runAdc(['lint', 'openapi.yaml', '--format', 'json'], { cwd });
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
    const { diagnostics } = lintReport(out) as unknown as {
      readonly diagnostics: readonly { readonly code: string; readonly hint?: string }[];
    };
    expect(diagnostics.map(({ code }) => code)).toEqual(['not-a-product-file']);
    const [, file = ''] = /: (\{ .*)$/.exec(diagnostics[0]?.hint ?? '') ?? [];
    const pasted = await tempFiles({
      'openapi.yaml': document('info: { title: Orders, version: "1" }'),
      'api-products.yaml': `${file}\n`,
    });
    expect(await runAdc(['lint'], { cwd: pasted })).toMatchObject({ exitCode: 0 });
  });

  test('takes the name and the server from the document', async () => {
    const head = 'info: { title: Orders, version: "1" }\nservers: [{ url: https://orders.example.com }]';
    const cwd = await tempFiles({ 'openapi.yaml': document(head) });
    const { err } = await runAdc(['lint', 'openapi.yaml'], { cwd });
    expect(err).toContain(
      '{ portal: default, api_products: [{ name: "Orders", type: external, status: draft, openapi_file: "openapi.yaml", server_urls: ["https://orders.example.com"] }] }',
    );
  });
});

test('files that are named as arguments and with -f are checked together', async () => {
  const cwd = await tempFiles({ 'a.yaml': ERROR, 'b.yaml': ERROR.replace('name: A', 'name: B') });
  const { err } = await runAdc(['lint', 'a.yaml', '-f', 'b.yaml'], { cwd });
  expect(err).toMatch(/a\.yaml:\d+[^]*b\.yaml:\d+/);
});

test.each([
  ['GITHUB_WORKSPACE', (root: string) => join(root, 'repo'), 'repo/.git/HEAD', 'apis/a.yaml'],
  [
    'the work tree, if GITHUB_WORKSPACE is a path of the host',
    () => '/home/runner/work',
    'repo/.git/HEAD',
    'apis/a.yaml',
  ],
  ['the work tree, if GITHUB_WORKSPACE is not set', () => '', 'repo/.git/HEAD', 'apis/a.yaml'],
  ['the working directory, if there is no work tree', () => '', 'repo/HEAD', 'a.yaml'],
])('annotations name files from %s', async (_, workspaceOf, git, file) => {
  const root = await tempFiles({ 'repo/apis/a.yaml': ERROR, [git]: '' });
  const env = { GITHUB_WORKSPACE: workspaceOf(root) };
  const { out } = await runAdc(['lint', '-f', 'a.yaml', '--format', 'github'], {
    cwd: join(root, 'repo/apis'),
    env,
  });
  expect(out).toMatch(new RegExp(`^::error file=${file},`, 'm'));
});
