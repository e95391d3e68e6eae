import { stringify } from 'yaml';
import { shellWord } from '../lib/printable.ts';
import { wildcard } from '../lib/wildcard.ts';
import { connectionVariables } from '../model/config.ts';
import { isOwnerName } from '../model/ownership.ts';
import { githubWorkflow } from './github-workflow.ts';
import { gitlabPipeline } from './gitlab-pipeline.ts';
import { PIPELINE_PATHS, type CiSystem, type Setting } from './pipeline-setting.ts';
import { exampleFiles, startingNotes, type NewFile } from './starting-files.ts';

export interface InitOptions {
  /** Name or id of the portal. */
  readonly portal: string;
  /** Owner of the products (docs/design/contract.md §10). */
  readonly owner: string;
  /** The command that installs adc; omitted: npm installs the tarball. */
  readonly install?: string | undefined;
  /** The path of the tarball that pipelines install if `install` is omitted. */
  readonly tarball: string;
  /** Files and globs of API7's ADC by gateway group. */
  readonly gateways?: ReadonlyMap<string, readonly string[]> | undefined;
  /** The CI system that gets a pipeline. */
  readonly ci: CiSystem;
  /** The text after `$schema=` in the first line of a product file. */
  readonly schema: string;
  /** Names of the environments of the config; omitted or empty: no config. */
  readonly environments?: readonly string[];
  /** The product files of the portal; omitted: an example. */
  readonly dumped?: readonly NewFile[];
}

/** The directory of dumped product files. */
export const PRODUCTS = 'products';

const PIPELINES: Readonly<Record<Exclude<CiSystem, 'none'>, (setting: Setting) => string>> = {
  github: githubWorkflow,
  gitlab: gitlabPipeline,
};

/** The files of a new repository of API products, without the tarball (docs/design/contract.md §3). */
export function init({
  portal,
  owner,
  schema,
  dumped,
  ci,
  gateways = new Map(),
  environments = [],
  ...others
}: InitOptions): readonly NewFile[] {
  const files =
    dumped?.map(({ path, content }) => ({ path: `${PRODUCTS}/${path}`, content })) ??
    exampleFiles({ portal: environments.length === 0 ? portal : undefined, owner, schema });
  const setting = {
    install: others.install ?? `npm install --global --offline --ignore-scripts ./${others.tarball}`,
    flags: initFlags(dumped !== undefined && environments.length === 0, gateways),
    gatewaySyncs: new Map([...gateways].map(([group, files]) => [group, gatewaySync(group, files)])),
    environments,
  };
  const configured = dumped === undefined ? 'api-products.yaml' : `${PRODUCTS}/`;
  const config = configText({ portal, owner, schema, environments, files: configured });
  const tarball = others.install === undefined ? others.tarball : undefined;
  return [
    ...files,
    ...(environments.length === 0 ? [] : [{ path: CONFIG_FILE, content: config }]),
    { path: '.env.example', content: environmentText(environments) },
    { path: '.gitignore', content: GITIGNORE },
    ...(ci === 'none' ? [] : [{ path: PIPELINE_PATHS[ci], content: PIPELINES[ci](setting) }]),
    { path: 'README.md', content: startingNotes({ ...setting, ci, tarball }) },
  ];
}

/** The options of every command, with a leading space, or empty. */
export function initFlags(isDumped: boolean, gateways: ReadonlyMap<string, readonly string[]>): string {
  const services = [...gateways].flatMap(([group, files]) => files.map((file) => `${group}=${file}`));
  const flags = services.map((one) => ` --gateway ${shellWord(one)}`).join('');
  return isDumped ? ` -f ${PRODUCTS}/${flags}` : flags;
}

/** The command that runs API7's ADC from its image, as in its guide for pipelines. */
function gatewaySync(group: string, files: readonly string[]): string {
  const named = files.map((file) => `-f ${shellWord(file)}`).join(' ');
  const env = '--env ADC_BACKEND=api7ee --env ADC_SERVER --env ADC_TOKEN';
  const image = '--entrypoint /nodejs/bin/node api7/adc:0.29.0 /home/nonroot/main.cjs';
  return `docker run --rm --volume "$PWD:/work" --workdir /work ${env} ${image} sync ${named} --gateway-group ${shellWord(group)}`;
}

const CONFIG_FILE = 'adc.config.yaml';

interface ConfigHead extends Pick<InitOptions, 'portal' | 'owner' | 'schema'> {
  readonly environments: readonly string[];
  readonly files: string;
}

function configText({ portal, owner, environments, schema, files }: ConfigHead): string {
  const name = stringify(portal, { lineWidth: 0, compat: 'yaml-1.1' }).trimEnd();
  const each = environments.map(
    (one) => `  ${one}:
    portal: ${name}
    variables: {} # such as DOMAIN: ${one}.example.com, for \${DOMAIN} in product files
`,
  );
  return `# yaml-language-server: $schema=${schema.replace('api-products.schema', 'config.schema')}
owner: ${owner}
files: [${files}]
# A product can have different values in one environment: environments: { ${environments[0] ?? ''}: { status: draft } }
environments:
${each.join('')}`;
}

/** The variables of the environments, or of the only portal. */
function environmentText(environments: readonly string[]): string {
  const names =
    environments.length === 0
      ? [{ server: 'ADC_SERVER', token: 'ADC_TOKEN' }]
      : environments.map(connectionVariables);
  const pairs = names.map(
    ({ server, token }) => `# The address of the Admin API: that of the Dashboard of API7 Enterprise.
${server}=https://localhost:7443
# A token for it. To set it in the shell instead, set ${server} there too.
${token}=
`,
  );
  return `# Copy this file to .env, which must not get into Git. Pipelines have variables of their own.
${pairs.join('')}`;
}

const GITIGNORE = `# A token, and reports and plans that are stale after the next change.
.env
plan.json
diff.md
diff.json
node_modules/
`;

const MAX_LENGTH = 60;

/**
 * An owner for a new repository: `acme.payments-apis` from the address of its remote, else the name of the directory
 * with four hex digits, which distinguish directories of the same name (docs/design/contract.md §10).
 * @param digits four hex digits.
 */
export function ownerName(remote: string | undefined, folder: string, digits: string): string {
  const fromRemote = remote === undefined ? '' : ownerText(pathOf(remote), MAX_LENGTH);
  if (isOwnerName(fromRemote)) return fromRemote;
  const name = ownerText([folder], MAX_LENGTH - digits.length - 1);
  return `${name === '' ? 'products' : name}-${digits}`;
}

/** The path of a remote: `git@host:acme/apis.git`, `https://host/acme/apis`, `ssh://git@host:22/acme/apis.git`. */
function pathOf(remote: string): readonly string[] {
  const text = remote
    .trim()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const path = URL.canParse(text) ? new URL(text).pathname : text.replace(/^[^/]*:/, '');
  // Such as `%20`.
  const words = path.replaceAll(/%[0-9a-f]{2}/gi, '-');
  return words.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
}

/** The parts joined by dots; only the last ones if the text would be too long. */
function ownerText(parts: readonly string[], most: number): string {
  const words = parts.map((part) =>
    part
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replaceAll(/^[._-]+|[._-]+$/g, ''),
  );
  return words
    .filter((word) => word !== '')
    .join('.')
    .slice(-most)
    .replace(/^[._-]+/, '');
}

/**
 * Whether a .gitignore ignores the `.env` beside it: the last matching pattern decides, as in Git. Unsupported
 * patterns, such as `[.]env`, count as not matching.
 */
export function ignoresEnv(text: string): boolean {
  const patterns = text.split('\n').map((line) => /^(!?)(?:\*\*\/|\/)?(.*?)\s*$/.exec(line) ?? []);
  const last = patterns.findLast(([, , pattern = '']) => wildcard(pattern)('.env'));
  return last !== undefined && last[1] === '';
}
