import { isAbsolute, join, relative, sep } from 'node:path';
import { validate as isConfig } from '../generated/validate-config.mjs';
import { isObject, itemsOf } from '../json/value.ts';
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
import { checkShape } from './written-document.ts';

/**
 * A config, or all its diagnostics (docs/design/contract.md §13).
 * @param folder base of its paths; `cwd` is the base of the paths of a run. Both are absolute.
 */
export async function checkConfig(
  document: SourceDocument,
  { folder, cwd }: { readonly folder: string; readonly cwd: string },
): Promise<Checked<Config>> {
  if (!isObject(document.value)) return { diagnostics: [noMapping(document)] };
  const shape = await checkShape(document, isConfig);
  const ofShape = shape.diagnostics.map(withoutSecret);
  const { value } = document;
  const environments = Object.entries(objectOf(value['environments']));
  const diagnostics = [
    ...ofShape,
    ...environments.flatMap(([name, one]) => mistakesIn(document, name, objectOf(one))),
    ...sharedNames(
      document,
      environments.map(([name]) => name),
    ),
    ...sharedPortals(
      document,
      environments.map(([name, one]) => [name, objectOf(one)]),
    ),
  ];
  if (hasErrors(diagnostics)) return { diagnostics };
  const paths = pathsOf(document, (path) => fromDirectory(path, folder, cwd));
  const owner = value['owner'];
  const config: Config = {
    file: document.file,
    owner: typeof owner === 'string' ? { name: owner, at: document.locate(['owner']) } : undefined,
    files: paths(value['files'], ['files']),
    consents: paths(value['consents'] === undefined ? undefined : [value['consents']], ['consents'])?.[0],
    gateways: new Map(
      Object.entries(objectOf(value['gateways'])).map(([group, list]) => [
        group,
        paths(list, ['gateways', group]) ?? [],
      ]),
    ),
    environments: new Map(
      environments.map(([name, one]) => [name, environmentOf(document, name, objectOf(one), paths)]),
    ),
  };
  return { value: config, diagnostics };
}

/** Removes the text of the file: a token in the config must not get into the log. */
function withoutSecret(one: Diagnostic): Diagnostic {
  const { code, location } = one;
  if (code !== 'unknown-key' || !/token|secret|password/i.test(location?.text ?? '')) return one;
  return {
    ...one,
    hint: 'Tokens are in variables of the process, such as ADC_TOKEN_STAGING, never in a config.',
    ...(location && { location: hiddenLine(location) }),
  };
}

function hiddenLine(location: Location): Location {
  const { text: _, ...place } = location;
  return place;
}

function noMapping({ locate }: SourceDocument): Diagnostic {
  return diagnostic('wrong-type', {
    message: 'a config must be a mapping of keys to values',
    hint: 'Start it with a key, such as "files: [products/]".',
    location: locate([]),
  });
}

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
/** The schema has checked that it is a scalar. */
const scalarText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

type Paths = (list: Json | undefined, path: Path) => readonly ConfigPath[] | undefined;

function pathsOf({ locate }: SourceDocument, patternOf: (path: string) => string): Paths {
  return (list, path) => {
    if (list === undefined) return undefined;
    return itemsOf(list).map((item, index) => {
      const place = path[0] === 'consents' ? path : [...path, index];
      return { pattern: patternOf(scalarText(item)), at: locate(place) };
    });
  };
}

/** A path of the config relative to the working directory, like a value of `-f`. */
function fromDirectory(path: string, folder: string, cwd: string): string {
  if (isAbsolute(path)) return path;
  const way = relative(cwd, folder).split(sep).join('/');
  const named = way === '' ? path : join(way, path);
  return named === '-' ? './-' : named;
}

function environmentOf(document: SourceDocument, name: string, value: JsonObject, paths: Paths): Environment {
  const at: Environment['at'] = (path, part) => document.locate(['environments', name, ...path], part);
  const variables = Object.entries(objectOf(value['variables'])).map(
    ([variable, given]): readonly [string, GivenVariable] => [
      variable,
      { value: scalarText(given), at: at(['variables', variable]) },
    ],
  );
  return {
    name,
    server: textOf(value['server']),
    portal: textOf(value['portal']),
    variables: new Map(variables),
    files: paths(value['files'], ['environments', name, 'files']),
    at,
  };
}

function mistakesIn({ locate }: SourceDocument, name: string, value: JsonObject): readonly Diagnostic[] {
  const path = ['environments', name];
  const server = textOf(value['server']);
  const at = locate([...path, 'server']);
  const names = Object.keys(objectOf(value['variables'])).filter((one) => !/^[A-Za-z_]\w*$/.test(one));
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
            location: server.includes('@') ? hiddenLine(at) : at,
          }),
        ]),
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
 * Errors for environments with the same variables: the token of `file-x` would be in the variable for the token file
 * of `x`.
 */
function sharedNames({ locate }: SourceDocument, names: readonly string[]): readonly Diagnostic[] {
  const firsts = new Map<string, string>();
  return names.flatMap((name) => {
    const variables = Object.values(connectionVariables(name));
    const variable = variables.find((one) => firsts.has(one));
    const first = firsts.get(variable ?? '');
    for (const one of variables) firsts.set(one, name);
    if (variable === undefined || first === undefined) return [];
    return [
      diagnostic('bad-environment-name', {
        message: `the environments "${first}" and "${name}" both have the variable ${variable}`,
        hint: 'Rename one of them.',
        location: locate(['environments', name], 'key'),
        related: [{ message: 'the other one', location: locate(['environments', first], 'key') }],
      }),
    ];
  });
}

function sharedPortals(
  { locate }: SourceDocument,
  environments: readonly (readonly [string, JsonObject])[],
): readonly Diagnostic[] {
  const known = environments.flatMap(([name, value]) => {
    const [server, portal] = [textOf(value['server']), textOf(value['portal'])];
    const isKnown = server !== undefined && isAddress(server) && portal !== undefined;
    return isKnown ? [{ name, server, portal }] : [];
  });
  return known.flatMap((one, index) => {
    const first = known
      .slice(0, index)
      .find(({ server, portal }) => portal === one.portal && sameAddress(server, one.server));
    if (first === undefined) return [];
    return [
      diagnostic('environments-share-a-portal', {
        message: `the environments "${first.name}" and "${one.name}" are the same portal of the same server`,
        hint: 'Give each environment its own portal.',
        location: locate(['environments', one.name, 'portal']),
        related: [{ message: 'the other one', location: locate(['environments', first.name, 'portal']) }],
      }),
    ];
  });
}
