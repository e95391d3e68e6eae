import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Argument } from 'commander';
import { chooseCi, CI_SYSTEMS, PIPELINE_PATHS, type CiChoice } from '../../init/ci-system.ts';
import { ownerName } from '../../init/owner-name.ts';
import { gatewayFiles } from '../../load/gateway-files.ts';
import { isError } from '../../model/diagnostic.ts';
import type { Io } from '../io.ts';
import type { LiveProduct } from '../../model/live.ts';
import { isEnvironmentName } from '../../model/config.ts';
import { UsageError } from '../../model/errors.ts';
import { otherOwner } from '../../model/ownership.ts';
import { ignoresEnv } from '../../init/ignores-env.ts';
import { init as newRepository, initFlags, PRODUCTS } from '../../init/init.ts';
import type { NewFile } from '../../init/new-file.ts';
import { printable } from '../../lib/printable.ts';
import { withAdmin } from '../../api/connection.ts';
import { dumpPortal, WHOLE_PORTAL } from '../../api/dump-portal.ts';
import { CONNECTION, connectionOf } from '../connection.ts';
import { defineReport, ONLY_READS, type ReportingCall } from '../define-command.ts';
import { dumpWarnings, schemaAddress, withoutToken } from '../dumped.ts';
import { EXIT } from '../exit-codes.ts';
import { gatewaysOf, ownerOption } from '../files.ts';
import { choice, flag, list, optional, text } from '../options.ts';
import { OUTPUT } from '../output.ts';
import { ownTarball, TARBALL } from '../own-package.ts';
import { codeOf, writeFailure } from '../disk.ts';
import { writeFiles } from '../staged-files.ts';

/** Without `--env` of other commands: here it names the environments of the new config. */
const { config: _config, environment: _environment, ...CONNECTED } = CONNECTION;

const OPTIONS = {
  fromPortal: flag(
    '--from-portal',
    'start with the live products, of the first --env if given, instead of an example',
  ),
  ci: optional(
    choice('--ci <system>', 'pipeline to write', CI_SYSTEMS, { fallback: 'none' }),
    'by the host of the remote "origin"',
  ),
  install: text('--install <command>', 'command that installs adc in the pipelines', {
    fallback: 'npm installs vendor/adc-products-<version>.tgz, made by npm pack',
  }),
  gateway: list('--gateway <group=file>', "file of API7's ADC that the pipeline syncs first"),
  environments: text('--env <names>', 'write a config with these environments, such as staging,production'),
  owner: ownerOption('owner of the products', { fallback: 'from the remote "origin"', env: 'ADC_OWNER' }),
  ...OUTPUT,
  ...CONNECTED,
};

const VENDORED = `vendor/${TARBALL}`;

/**
 * `adc init [folder]`: starts a repository with an example, or with the live products (docs/design/contract.md §3).
 * Changes no existing files.
 */
export const init = defineReport({
  name: 'init',
  summary: 'start a repository with a product file and a pipeline',
  about:
    'Starts a repository: a product file with an owner, an OpenAPI document, this version of adc in vendor/, and a pipeline that runs diff for pull requests and sync after a merge. It overwrites no file.',
  arguments: [new Argument('[folder]', 'directory of the new repository (default: working directory)')],
  options: OPTIONS,
  examples: [
    ['adc init', 'start a repository with an example'],
    ['adc init portal --from-portal', 'start one in portal/ with live products'],
    ['adc init --env staging,production', 'write a config with two environments'],
    ['adc init --ci gitlab', 'write the pipeline for GitLab'],
  ],
  exits: { done: 'files written', failed: 'failed, no file changed', ...ONLY_READS },
  run: async (call) => {
    const { options, args, settings, io, report } = call;
    const folder = args[0] ?? '.';
    const root = resolve(io.cwd, folder);
    const { fromPortal } = options;
    const environments = environmentsOf(options.environments);
    const install = installCommand(options.install);
    const gateways = gatewaysOf(options.gateway);
    await checkGateways(gateways, root, io);
    const { system, owner } = await ownerAndSystem(call, root);
    if (fromPortal) await settings.choose(environments[0]);
    const dumped = fromPortal ? await dumpedFiles(call, owner, schemaAddress(root, PRODUCTS)) : undefined;
    const files = newRepository({
      portal: options.portal ?? 'default',
      owner,
      install,
      tarball: VENDORED,
      ci: system.system,
      gateways,
      schema: schemaAddress(root, '.'),
      environments,
      ...(dumped && { dumped: dumped.files }),
    });
    const paths = [...files.map(({ path }) => path), ...(install === undefined ? [VENDORED] : [])];
    const there = await existing(root, paths);
    const written = paths.filter((path) => !there.has(path));
    const kept = paths.filter((path) => there.has(path));
    const tarball = written.includes(VENDORED) ? [{ path: VENDORED, content: await ownTarball() }] : [];
    const fresh = [...files, ...tarball].filter(({ path }) => written.includes(path));
    await writeFiles(root, fresh, { force: false });
    report.end({
      exitCode: EXIT.done,
      text: answer({
        written,
        kept,
        folder,
        fromPortal,
        flags: initFlags(fromPortal && environments.length === 0, gateways),
        owner,
        ci: system,
        environments,
        elsewhere: dumped?.elsewhere ?? [],
        envIsIgnored: await isEnvIgnored(root, kept),
        tarballIsIgnored: install === undefined && (await git(root, 'check-ignore', VENDORED)) !== undefined,
      }),
      more: { folder, owner, ci: system.system, files: written, kept },
    });
    return EXIT.done;
  },
});

/** Owner and CI system, by default from the remote. */
async function ownerAndSystem(
  { options, io }: Pick<ReportingCall<typeof OPTIONS>, 'options' | 'io'>,
  root: string,
): Promise<{ readonly system: CiChoice; readonly owner: string }> {
  const remote = await git(existsSync(root) ? root : io.cwd, 'config', '--get', 'remote.origin.url');
  return { system: chooseCi(options.ci, remote), owner: options.owner ?? derivedOwner(remote, root) };
}

/** @throws UsageError for names that a config cannot have. */
function environmentsOf(given: string | undefined): readonly string[] {
  const names = given === undefined ? [] : given.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !isEnvironmentName(name));
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (wrong !== undefined || twice !== undefined)
    throw new UsageError(
      wrong === undefined
        ? `--env names ${JSON.stringify(twice)} twice`
        : `--env: ${JSON.stringify(wrong)} cannot be the name of an environment`,
      {
        hint: 'Use lowercase letters, digits and dashes, and commas between names: --env staging,production.',
      },
    );
  return names;
}

/** @throws UsageError if the command is empty or has several lines. */
function installCommand(given: string | undefined): string | undefined {
  const command = given?.trim();
  if (command === '' || /[\n\r]/.test(command ?? ''))
    throw new UsageError('--install must be a command in one line', {
      hint: "Pass the command that installs adc in the pipelines, e.g. --install 'npm install --global adc-products'.",
    });
  return command;
}

/** @throws UsageError for missing or invalid files of API7's ADC: the first job would fail. */
async function checkGateways(
  gateways: ReadonlyMap<string, readonly string[]>,
  root: string,
  { cwd, env }: Pick<Io, 'cwd' | 'env'>,
): Promise<void> {
  if (gateways.size === 0) return;
  const { diagnostics } = await gatewayFiles(gateways, { cwd: existsSync(root) ? root : cwd, env });
  const first = diagnostics.find(isError);
  if (first === undefined) return;
  const place = first.location === undefined ? '' : `${first.location.file}:${first.location.line}: `;
  throw new UsageError(`--gateway: ${place}${first.message}`, { hint: first.hint });
}

/** The output of git in a directory; undefined if git fails or is not installed. */
async function git(folder: string, ...args: readonly string[]): Promise<string | undefined> {
  const asked = promisify(execFile)('git', ['-C', folder, ...args]);
  return asked.then(({ stdout }) => stdout.trim()).catch(() => undefined);
}

/** From the remote `origin` of the work tree, else from the name of the folder. */
function derivedOwner(remote: string | undefined, root: string): string {
  return ownerName(remote, basename(root), randomBytes(2).toString('hex'));
}

/** The products of the portal, except those of other owners, whose names are returned. */
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

async function existing(root: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(paths.map(async (path) => isThere(join(root, path))));
  return new Set(paths.filter((_, index) => found[index]));
}

/** Whether a file exists; a dangling symlink counts. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw writeFailure(path, error);
  }
}

/** Whether Git ignores .env: our .gitignore does, an existing one may not, and an unreadable one does not. */
async function isEnvIgnored(root: string, kept: readonly string[]): Promise<boolean> {
  if (!kept.includes('.gitignore')) return true;
  return ignoresEnv(await readFile(join(root, '.gitignore'), 'utf8').catch(() => ''));
}

interface Done {
  readonly written: readonly string[];
  readonly kept: readonly string[];
  readonly folder: string;
  readonly fromPortal: boolean;
  /** The options of every command, with a leading space, or empty. */
  readonly flags: string;
  readonly owner: string;
  /** Names of live products of other owners. */
  readonly elsewhere: readonly string[];
  readonly ci: CiChoice;
  readonly environments: readonly string[];
  readonly envIsIgnored: boolean;
  readonly tarballIsIgnored: boolean;
}

function answer(done: Done): string {
  const { written, kept, folder, fromPortal, owner, ci, elsewhere, environments } = done;
  const [first] = environments;
  const flags = done.flags + (first === undefined ? '' : ` --env ${first}`);
  const others = elsewhere.map((name) => `"${printable(name)}"`).join(', ');
  const lines = [
    ...written.map((path) => `wrote ${printable(path)}`),
    ...kept.map((path) => `kept  ${printable(path)}, which exists already`),
    `owner ${owner}: adc writes it to the label managed-by of these products, and changes no product of another owner`,
    ...(elsewhere.length === 0 ? [] : [`left out, since they have another owner: ${others}`]),
    ciText(ci),
    '',
    'Next:',
    ...(folder === '.' ? [] : [`  cd ${printable(folder)}`]),
    ...ignoreTexts(done),
    '  cp .env.example .env     and fill in the server and a token; adc dev runs a server for experiments',
    ...(fromPortal
      ? []
      : ['  api-products.yaml        replace the names of the gateway group and the services']),
    `  adc diff${flags}${' '.repeat(Math.max(1, 17 - flags.length))}shows what would change; adc sync${flags} changes it`,
    `  git push                 ${pipelineText(done)}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const NAMES = { github: 'GitHub', gitlab: 'GitLab' };

/** Which CI system was chosen, why, and how to choose another one. */
function ciText({ system, reason }: CiChoice): string {
  if (system === 'none') return `pipeline: none, because ${reason}; --ci github or --ci gitlab writes one`;
  const other = system === 'github' ? 'gitlab' : 'github';
  return `pipeline: for ${NAMES[system]}, because ${reason}; --ci ${other} writes one for ${NAMES[other]}`;
}

/** Problems of an existing .gitignore. */
function ignoreTexts({ envIsIgnored, tarballIsIgnored }: Done): readonly string[] {
  return [
    ...(envIsIgnored
      ? []
      : ['  .gitignore               add .env: it will hold a token, and Git does not ignore it']),
    ...(tarballIsIgnored
      ? [`  git add --force ${VENDORED}, which Git ignores and the pipelines install`]
      : []),
  ];
}

/** The settings that a push needs, if a pipeline was written. */
function pipelineText({ ci: { system }, written, environments }: Done): string {
  if (system === 'none' || !written.includes(PIPELINE_PATHS[system]))
    return 'shares the files; no pipeline was added';
  if (environments.length > 0)
    return `once ${NAMES[system]} has the settings that the first lines of ${PIPELINE_PATHS[system]} list`;
  return `once ${NAMES[system]} has ADC_SERVER, ADC_TOKEN_READ and ADC_TOKEN for the pipeline`;
}
