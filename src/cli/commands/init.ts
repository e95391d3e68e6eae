import { exec, execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { isSea } from 'node:sea';
import { promisify } from 'node:util';
import { Argument } from 'commander';
import { withAdmin } from '../../api/connection.ts';
import { dumpPortal, dumpWarnings, FULL_DUMP, withoutToken } from '../../api/dump-portal.ts';
import { VERSION } from '../../generated/version.ts';
import { ignoresEnv, init as newRepository, initFlags, ownerName, PRODUCTS } from '../../init/init.ts';
import { chooseCi, CI_SYSTEMS, type CiChoice } from '../../init/pipeline-setting.ts';
import { initText, type NewFile } from '../../init/starting-files.ts';
import { printable } from '../../lib/printable.ts';
import { gatewayFiles } from '../../load/gateway-files.ts';
import { CONFIG_FILE } from '../../load/load-config.ts';
import { isEnvironmentName, type Config } from '../../model/config.ts';
import { isError } from '../../model/diagnostic.ts';
import { OperationalError, UsageError } from '../../model/errors.ts';
import type { LiveProduct } from '../../model/live.ts';
import { otherOwner } from '../../model/ownership.ts';
import { CONNECTION, connectionOf } from '../connection.ts';
import { defineReport, ONLY_READS, type ReportingCall } from '../define-command.ts';
import { exists } from '../disk.ts';
import { EXIT, ioWith, type Io } from '../io.ts';
import { choice, flag, list, optional, text } from '../options.ts';
import { OUTPUT } from '../output.ts';
import { configOf, gatewaysOf, ownerOption, schemaAddress } from '../project.ts';
import { writeFiles } from '../staged-files.ts';

/** Omits `--env` of the other commands: in this command, it names the environments of the new config. */
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

/** The file name of the package of this version, from npm. */
export const TARBALL = `adc-products-${VERSION}.tgz`;
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
    const config = await existingConfig(root, io);
    const environments = environmentsOf(options.environments, config);
    const install = installCommand(options.install);
    const gateways = gatewaysOf(options.gateway);
    await checkGateways(gateways, root, io);
    const { system, owner } = await ownerAndSystem(call, root, config);
    if (fromPortal) await settings.choose(environments[0]);
    const layout = {
      owner,
      schema: schemaAddress(root, PRODUCTS),
      // The environments of the config name their portals.
      portable: environments.length > 0,
    };
    const dumped = fromPortal ? await dumpedFiles(call, layout) : undefined;
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
    const found = await Promise.all(paths.map(async (path) => exists(join(root, path))));
    const written = paths.filter((_, index) => found[index] === false);
    const kept = paths.filter((_, index) => found[index] === true);
    const tarball = written.includes(VENDORED) ? [{ path: VENDORED, content: await ownTarball(io.env) }] : [];
    const newFiles = [...files, ...tarball].filter(({ path }) => written.includes(path));
    await writeFiles(root, newFiles, { force: false });
    const newOwner = declaredOwner(newFiles, owner);
    report.end({
      exitCode: EXIT.done,
      text: initText({
        written,
        kept,
        folder,
        fromPortal,
        flags: initFlags(fromPortal && environments.length === 0, gateways),
        ...newOwner,
        ci: system,
        environments,
        ofOtherOwners: dumped?.ofOtherOwners ?? [],
        envIsIgnored: await isEnvIgnored(root, kept),
        ignoredTarball: install === undefined ? await git(root, 'check-ignore', VENDORED) : undefined,
      }),
      more: { folder, ...newOwner, ci: system.system, files: written, kept },
    });
    return EXIT.done;
  },
});

/** The owner, if one of the files declares it. */
function declaredOwner(files: readonly NewFile[], owner: string): { readonly owner?: string } {
  return files.some(({ content }) => String(content).includes(`\nowner: ${owner}`)) ? { owner } : {};
}

/** The config of the directory, which adc keeps. @throws InvalidConfig for an invalid one. */
async function existingConfig(root: string, io: Io): Promise<Config | undefined> {
  return (await exists(join(root, CONFIG_FILE))) ? configOf(undefined, ioWith(io, { cwd: root })) : undefined;
}

/** The owner and the CI system, by default from the existing config and the remote. */
async function ownerAndSystem(
  { options, io }: Pick<ReportingCall<typeof OPTIONS>, 'options' | 'io'>,
  root: string,
  config: Config | undefined,
): Promise<{ readonly system: CiChoice; readonly owner: string }> {
  const remote = await git(existsSync(root) ? root : io.cwd, 'config', '--get', 'remote.origin.url');
  const newName = (): string => ownerName(remote, basename(root), randomBytes(2).toString('hex'));
  const owner = options.owner ?? config?.owner?.name ?? newName();
  return { system: chooseCi(options.ci, remote), owner };
}

/**
 * The environments of the existing or the new config.
 * @throws UsageError for names that a config cannot have, or that the existing one lacks.
 */
function environmentsOf(given: string | undefined, config: Config | undefined): readonly string[] {
  const declared = [...(config?.environments.keys() ?? [])];
  if (given === undefined) return declared;
  const names = given.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !isEnvironmentName(name));
  const duplicate = names.find((name, place) => names.indexOf(name) !== place);
  if (wrong !== undefined || duplicate !== undefined)
    throw new UsageError(
      wrong === undefined
        ? `--env names ${JSON.stringify(duplicate)} twice`
        : `--env: ${JSON.stringify(wrong)} cannot be the name of an environment`,
      {
        hint: 'Use lowercase letters, digits and dashes, and commas between names: --env staging,production.',
      },
    );
  const undeclared = config && names.find((name) => !declared.includes(name));
  if (undeclared !== undefined)
    throw new UsageError(`the existing ${CONFIG_FILE} does not declare the environment "${undeclared}"`, {
      hint: 'adc changes no existing file: declare it there, or run without --env.',
    });
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
  return promisify(execFile)('git', ['-C', folder, ...args])
    .then(({ stdout }) => stdout.trim())
    .catch(() => undefined);
}

/** The files of the live products, without those of other owners; and the names of these. */
async function dumpedFiles(
  call: ReportingCall<typeof OPTIONS>,
  layout: { readonly owner: string; readonly schema: string; readonly portable: boolean },
): Promise<{ readonly files: readonly NewFile[]; readonly ofOtherOwners: readonly string[] }> {
  const { io, report } = call;
  const include = (product: LiveProduct): boolean => otherOwner(product, [layout.owner]) === undefined;
  const dump = await withAdmin(await connectionOf(call), (admin) =>
    dumpPortal(withoutToken(admin, io, report), {
      ...FULL_DUMP,
      layout: 'folder',
      ...layout,
      include,
    }),
  );
  for (const warning of dumpWarnings(dump)) report.tell(`warning: ${warning}`);
  return { files: dump.files, ofOtherOwners: dump.notIncluded };
}

/** Whether Git ignores .env: the .gitignore of adc does, an existing one may not, and an unreadable one does not. */
async function isEnvIgnored(root: string, kept: readonly string[]): Promise<boolean> {
  if (!kept.includes('.gitignore')) return true;
  return ignoresEnv(await readFile(join(root, '.gitignore'), 'utf8').catch(() => ''));
}

/**
 * The package of this adc from `npm pack`: a tarball that npm installs without a registry.
 * @throws OperationalError if adc is not installed as a package, or npm fails.
 */
export async function ownTarball(env: Io['env']): Promise<Uint8Array> {
  const cwd = packageFolder();
  if (cwd === undefined) throw packFailure('it is not installed as an npm package');
  const folder = await mkdtemp(join(tmpdir(), 'adc-pack-'));
  try {
    // A constant command: npm on Windows needs a shell, which would have to quote the directory.
    const packing = { cwd, env: { ...env, npm_config_pack_destination: folder } };
    await promisify(exec)('npm pack --ignore-scripts --offline', packing);
    return await readFile(join(folder, TARBALL));
  } catch (error) {
    const [, reason = 'see whether npm is installed'] = /^npm error (.*)$/m.exec(stderrOf(error)) ?? [];
    throw packFailure(`npm pack failed (${printable(reason)})`, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The nearest npm package directory above this module; undefined in a standalone executable. */
function packageFolder(): string | undefined {
  if (isSea()) return undefined;
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) return undefined;
    folder = dirname(folder);
  }
  return folder;
}

const stderrOf = (error: unknown): string =>
  error instanceof Error && 'stderr' in error ? String(error.stderr) : '';

function packFailure(reason: string, cause?: unknown): OperationalError {
  return new OperationalError(`adc cannot pack itself for the pipelines: ${reason}`, {
    hint: "Pass the command that installs adc there, e.g. --install 'npm install --global adc-products'.",
    cause,
  });
}
