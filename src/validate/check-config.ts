import { isAbsolute, join, relative, sep } from 'node:path';
import { validate as isConfig } from '../generated/validate-config.mjs';
import { isObject, itemsOf, textAt } from '../json/value.ts';
import {
  type Config,
  type ConfigPath,
  type Environment,
  type GivenVariable,
  connectionVariables,
  isEnvironmentName,
  sameAddress,
} from '../model/config.ts';
import type { Path } from '../model/declared.ts';
import { type Checked, type Diagnostic, type Location, diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { suspiciousReference } from './rules/identity.ts';
import { checkShape } from './written-document.ts';

/**
 * Checks a config (docs/design/contract.md §13).
 * @param folder base of the paths in the config; `cwd` is the base of the paths of a run. Both are absolute.
 */
export async function checkConfig(
  document: ConfigDocument,
  { folder, cwd }: { readonly folder: string; readonly cwd: string },
): Promise<Checked<Config>> {
  const { value } = document;
  if (!isObject(value)) return { diagnostics: [notAMapping(document)] };
  const shape = await checkShape({ ...document, filled: new Set(), unfilled: new Set() }, isConfig);
  const environments = membersAt(value, 'environments').map(([name, one]) => [name, objectOf(one)] as const);
  const diagnostics = [
    ...shape.diagnostics.map(withoutSecret),
    ...environments.flatMap(([name, one]) => environmentProblems(document, name, one)),
    ...sharedVariables(
      document,
      environments.map(([name]) => name),
    ),
    ...sharedPortals(document, environments),
  ];
  if (hasErrors(diagnostics)) return { diagnostics };
  const { owner, consents } = value;
  const pathOf = (item: Json, path: Path): ConfigPath => ({
    pattern: fromDirectory(scalarText(item), folder, cwd),
    at: document.locate(path),
  });
  const paths: Paths = (list, path) =>
    list === undefined ? undefined : itemsOf(list).map((item, index) => pathOf(item, [...path, index]));
  const config: Config = {
    file: document.file,
    owner: typeof owner === 'string' ? { name: owner, at: document.locate(['owner']) } : undefined,
    files: paths(value['files'], ['files']),
    consents: consents === undefined ? undefined : pathOf(consents, ['consents']),
    gateways: new Map(
      membersAt(value, 'gateways').map(([group, list]) => [group, paths(list, ['gateways', group]) ?? []]),
    ),
    environments: new Map(
      environments.map(([name, one]) => [name, environmentOf(document, name, one, paths)]),
    ),
  };
  return { value: config, diagnostics };
}

/** A config as read, with the places of its values. */
type ConfigDocument = Pick<SourceDocument, 'file' | 'value' | 'locate'>;

/** Removes text of the file from a diagnostic about a key that may be a token: it must not get into the log. */
function withoutSecret(one: Diagnostic): Diagnostic {
  const { code, location } = one;
  if (code !== 'unknown-key' || !/token|secret|password/i.test(location?.text ?? '')) return one;
  return {
    ...one,
    hint: 'Set tokens in environment variables, such as ADC_TOKEN_STAGING, never in a config.',
    ...(location && { location: withoutText(location) }),
  };
}

function withoutText(location: Location): Location {
  const { text: _, ...place } = location;
  return place;
}

function notAMapping({ locate }: ConfigDocument): Diagnostic {
  return diagnostic('wrong-type', {
    message: 'a config must be a mapping of keys to values',
    hint: 'Start it with a key, such as "files: [products/]".',
    location: locate([]),
  });
}

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
/** The text of a scalar, which the schema has checked. */
const scalarText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
const membersAt = (value: JsonObject, key: string): readonly (readonly [string, Json])[] =>
  Object.entries(objectOf(value[key]));

/** The paths in a list; undefined if there is no list. */
type Paths = (list: Json | undefined, path: Path) => readonly ConfigPath[] | undefined;

/** A path of the config relative to the working directory, like a value of `-f`; `-` is a file here. */
function fromDirectory(path: string, folder: string, cwd: string): string {
  if (isAbsolute(path)) return path;
  const prefix = relative(cwd, folder).split(sep).join('/');
  const pattern = prefix === '' ? path : join(prefix, path);
  return pattern === '-' ? './-' : pattern;
}

function environmentOf(document: ConfigDocument, name: string, value: JsonObject, paths: Paths): Environment {
  const at: Environment['at'] = (path, part) => document.locate(['environments', name, ...path], part);
  const variables = membersAt(value, 'variables').map(
    ([variable, given]): readonly [string, GivenVariable] => [
      variable,
      { value: scalarText(given), at: at(['variables', variable]) },
    ],
  );
  return {
    name,
    server: textAt(value, 'server'),
    portal: textAt(value, 'portal'),
    variables: new Map(variables),
    files: paths(value['files'], ['environments', name, 'files']),
    at,
  };
}

function environmentProblems(
  { locate }: ConfigDocument,
  name: string,
  value: JsonObject,
): readonly Diagnostic[] {
  const path = ['environments', name];
  const server = textAt(value, 'server');
  const at = locate([...path, 'server']);
  const names = membersAt(value, 'variables').flatMap(([key]) => (/^[A-Za-z_]\w*$/.test(key) ? [] : [key]));
  return [
    ...(isEnvironmentName(name)
      ? []
      : [
          diagnostic('bad-environment-name', {
            message: `"${name}" cannot be the name of an environment`,
            hint: 'Use lowercase letters, digits and dashes, with a letter first. "all", "file" and names that end in "-file" are reserved.',
            location: locate(path, 'key'),
          }),
        ]),
    ...(server === undefined || server === '' || isAddress(server)
      ? []
      : [
          diagnostic('bad-format', {
            message: `"server" is not an address`,
            hint: 'Write a URL without user and password, such as https://dashboard.example.com:7443.',
            location: server.includes('@') ? withoutText(at) : at,
          }),
        ]),
    ...suspiciousReference(textAt(value, 'portal') ?? '', () => locate([...path, 'portal'])),
    ...names.map((variable) =>
      diagnostic('bad-format', {
        message: `"${variable}" cannot be the name of a variable`,
        hint: 'Use letters, digits and underscores, with no digit first.',
        location: locate([...path, 'variables', variable], 'key'),
      }),
    ),
  ];
}

function isAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username + url.password === '';
}

/**
 * Errors for environments that share a variable: ADC_TOKEN_FILE_X is the token of an environment `file-x` and the token
 * file of an environment `x`.
 */
function sharedVariables({ locate }: ConfigDocument, names: readonly string[]): readonly Diagnostic[] {
  const firsts = new Map<string, string>();
  return names.flatMap((name) => {
    const variables = Object.values(connectionVariables(name));
    const variable = variables.find((one) => firsts.has(one));
    const first = firsts.get(variable ?? '');
    for (const one of variables) firsts.set(one, name);
    if (variable === undefined || first === undefined) return [];
    return diagnostic('bad-environment-name', {
      message: `the environments "${first}" and "${name}" both have the variable ${variable}`,
      hint: 'Rename one of them.',
      location: locate(['environments', name], 'key'),
      related: [{ message: 'the other one', location: locate(['environments', first], 'key') }],
    });
  });
}

/** Errors for environments with the same server and portal. */
function sharedPortals(
  { locate }: ConfigDocument,
  environments: readonly (readonly [string, JsonObject])[],
): readonly Diagnostic[] {
  const known = environments.flatMap(([name, value]) => {
    const [server, portal] = [textAt(value, 'server'), textAt(value, 'portal')];
    const isKnown = server !== undefined && isAddress(server) && portal !== undefined;
    return isKnown ? [{ name, server, portal }] : [];
  });
  return known.flatMap((one, index) => {
    const first = known
      .slice(0, index)
      .find(({ server, portal }) => portal === one.portal && sameAddress(server, one.server));
    if (first === undefined) return [];
    return diagnostic('environments-share-a-portal', {
      message: `the environments "${first.name}" and "${one.name}" are the same portal of the same server`,
      hint: 'Give each environment its own portal.',
      location: locate(['environments', one.name, 'portal']),
      related: [{ message: 'the other one', location: locate(['environments', first.name, 'portal']) }],
    });
  });
}
