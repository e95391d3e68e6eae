import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Argument } from 'commander';
import { VERSION } from '../../generated/version.ts';
import { ownerName } from '../../init/owner-name.ts';
import type { LiveProduct } from '../../model/live.ts';
import { otherOwner } from '../../model/ownership.ts';
import { ignoresEnv } from '../../init/ignores-env.ts';
import { init as newRepository, PRODUCTS } from '../../init/init.ts';
import type { NewFile } from '../../init/new-file.ts';
import { printable } from '../../lib/printable.ts';
import { withAdmin } from '../../api/connection.ts';
import { dumpPortal, WHOLE_PORTAL } from '../../api/dump-portal.ts';
import { CONNECTION, connectionOf } from '../connection.ts';
import { defineReport, ONLY_READS, type ReportingCall } from '../define-command.ts';
import { dumpWarnings, schemaAddress, withoutToken } from '../dumped.ts';
import { EXIT } from '../exit-codes.ts';
import { ownerOption } from '../files.ts';
import { flag } from '../options.ts';
import { OUTPUT } from '../output.ts';
import { codeOf, writeFailure } from '../disk.ts';
import { writeFiles } from '../staged-files.ts';

const OPTIONS = {
  fromPortal: flag('--from-portal', 'start with the live products instead of an example'),
  owner: ownerOption('owner of the products', { fallback: 'from the remote "origin"', env: 'ADC_OWNER' }),
  ...OUTPUT,
  ...CONNECTION,
};

/**
 * `adc init [folder]`: starts a repository from nothing, or with `--from-portal` from what is live (contract §3). What
 * is there already stays as it is.
 */
export const init = defineReport({
  name: 'init',
  summary: 'start a repository with a product file and pipelines',
  about:
    'Starts a repository: a product file with an owner, an OpenAPI document, and pipelines that run diff for pull requests and sync after a merge. It overwrites no file.',
  arguments: [new Argument('[folder]', 'directory of the new repository (default: working directory)')],
  options: OPTIONS,
  examples: [
    ['adc init', 'start a repository with an example'],
    ['adc init portal --from-portal', 'start one in portal/ with live products'],
  ],
  exits: { done: 'files written', failed: 'failed, no file changed', ...ONLY_READS },
  run: async (call) => {
    const { options, args, io, report } = call;
    const folder = args[0] ?? '.';
    const root = resolve(io.cwd, folder);
    const { fromPortal } = options;
    const owner = options.owner ?? (await derivedOwner(root, io.cwd));
    const dumped = fromPortal ? await dumpedFiles(call, owner, schemaAddress(root, PRODUCTS)) : undefined;
    const files = newRepository({
      portal: options.portal ?? 'default',
      owner,
      version: VERSION,
      schema: schemaAddress(root, '.'),
      ...(dumped && { dumped: dumped.files }),
    });
    const there = await existing(root, files);
    const fresh = files.filter(({ path }) => !there.has(path));
    await writeFiles(root, fresh, { force: false });
    const kept = files.flatMap(({ path }) => (there.has(path) ? [path] : []));
    const written = fresh.map(({ path }) => path);
    report.end({
      exitCode: EXIT.done,
      text: answer({
        written,
        kept,
        folder,
        fromPortal,
        owner,
        elsewhere: dumped?.elsewhere ?? [],
        envIsIgnored: await isEnvIgnored(root, kept),
      }),
      more: { folder, owner, files: written, kept },
    });
    return EXIT.done;
  },
});

/** From the remote `origin` of the work tree, else from the name of the folder. */
async function derivedOwner(root: string, cwd: string): Promise<string> {
  const folder = existsSync(root) ? root : cwd;
  const asked = promisify(execFile)('git', ['-C', folder, 'config', '--get', 'remote.origin.url']);
  const remote = await asked.then(({ stdout }) => stdout).catch(() => undefined);
  return ownerName(remote, basename(root), randomBytes(2).toString('hex'));
}

/** The products of the portal, but for those of other owners, whose names are given. */
async function dumpedFiles(
  call: ReportingCall<typeof OPTIONS>,
  owner: string,
  schema: string,
): Promise<{ readonly files: readonly NewFile[]; readonly elsewhere: readonly string[] }> {
  const { io, report } = call;
  const include = (product: LiveProduct): boolean => otherOwner(product, [owner]) === undefined;
  const dump = await withAdmin(await connectionOf(call), (admin) =>
    dumpPortal(withoutToken(admin, io, report), {
      ...WHOLE_PORTAL,
      layout: 'folder',
      schema,
      owner,
      include,
    }),
  );
  for (const warning of dumpWarnings(dump)) report.tell(`warning: ${warning}`);
  return { files: dump.files, elsewhere: dump.notIncluded };
}

async function existing(root: string, files: readonly NewFile[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(files.map(async ({ path }) => isThere(join(root, path))));
  return new Set(files.flatMap(({ path }, index) => (found[index] === true ? [path] : [])));
}

/** A link is there, also one that leads nowhere. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw writeFailure(path, error);
  }
}

/** A .gitignore of ours ignores .env; one that was there may not, and one that can't be read does not. */
async function isEnvIgnored(root: string, kept: readonly string[]): Promise<boolean> {
  if (!kept.includes('.gitignore')) return true;
  return ignoresEnv(await readFile(join(root, '.gitignore'), 'utf8').catch(() => ''));
}

interface Done {
  readonly written: readonly string[];
  readonly kept: readonly string[];
  readonly folder: string;
  readonly fromPortal: boolean;
  readonly owner: string;
  /** Names of live products of other owners. */
  readonly elsewhere: readonly string[];
  readonly envIsIgnored: boolean;
}

function answer({ written, kept, folder, fromPortal, owner, elsewhere, envIsIgnored }: Done): string {
  const flags = fromPortal ? ' -f products/' : '';
  const lines = [
    ...written.map((path) => `wrote ${printable(path)}`),
    ...kept.map((path) => `kept  ${printable(path)}, which was there already`),
    `owner ${owner}: adc writes it to the label managed-by of these products, and changes no product of another owner`,
    ...(elsewhere.length === 0
      ? []
      : [
          `left out, since they have another owner: ${elsewhere.map((name) => `"${printable(name)}"`).join(', ')}`,
        ]),
    '',
    'Next:',
    ...(folder === '.' ? [] : [`  cd ${printable(folder)}`]),
    ...(envIsIgnored
      ? []
      : ['  .gitignore               add .env to it: that will hold a token, and Git does not ignore it']),
    '  cp .env.example .env     and fill in the server and a token; adc dev runs one to try things on',
    ...(fromPortal ? [] : ['  api-products.yaml        put the names of your gateway group and services in']),
    `  adc diff${flags}${' '.repeat(Math.max(1, 17 - flags.length))}shows what would change; adc sync${flags} changes it`,
    `  git push                 ${pipelineText(written)}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** What a push needs, if a pipeline was written. */
function pipelineText(written: readonly string[]): string {
  const added = [
    ['.github/workflows/api-products.yaml', 'GitHub'],
    ['.gitlab-ci.yml', 'GitLab'],
  ].flatMap(([path = '', name = '']) => (written.includes(path) ? [name] : []));
  return added.length === 0
    ? 'no pipeline was added: those that were there stayed'
    : `once ${added.join(' or ')} has ADC_SERVER and ADC_TOKEN for the pipeline`;
}
