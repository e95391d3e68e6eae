import { isObject, itemsOf, textAt, valueAt } from '../json/value.ts';
import type { Path } from '../model/declared.ts';
import {
  type Checked,
  type Diagnostic,
  type Location,
  type Related,
  diagnostic,
  hasErrors,
} from '../model/diagnostic.ts';
import { type FileService, type Gateways, enabledPlugins, isAuthPlugin } from '../model/directory.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { parseText } from '../yaml/parse-text.ts';
import { sourceText, unixLines } from '../yaml/source-text.ts';
import { DISK, globPattern } from './files.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import type { LoadInput } from './load.ts';
import { type SearchPlace, decodeText, readBytes, startOf } from './read-text.ts';

type Input = Pick<LoadInput, 'cwd' | 'env' | 'files' | 'refuseOutside'>;

/**
 * The services that files of API7's ADC declare, by gateway group (docs/design/contract.md §17,
 * docs/design/admin-api.md §16.4). Such files contain credentials, so diagnostics show a place and a key path, never
 * text of the file.
 * @param entries files and globs by gateway group.
 */
export async function gatewayFiles(
  entries: ReadonlyMap<string, readonly string[]>,
  input: Input,
): Promise<Checked<Gateways>> {
  const { files = DISK, refuseOutside = false, env } = input;
  const place = { files, cwd: await files.realpath(input.cwd), refuseOutside };
  const groups = [...entries].map(async ([group, patterns]) => {
    const found = await foundFiles(patterns, place);
    const read = await Promise.all(found.files.map((file) => readServices(file, place, { env, patterns })));
    const services = read.flatMap(({ value = [] }) => value);
    const problems = [
      ...found.diagnostics,
      ...read.flatMap((one) => one.diagnostics),
      ...duplicateNames(services),
    ];
    return { entry: [group, services] as const, problems };
  });
  const read = await Promise.all(groups);
  const diagnostics = read.flatMap(({ problems }) => problems.map(withoutText));
  return hasErrors(diagnostics)
    ? { diagnostics }
    : { value: new Map(read.map(({ entry }) => entry)), diagnostics };
}

/**
 * The files without duplicates. A directory is an error: API7's ADC accepts none, so a message could not show a valid
 * command of it.
 */
async function foundFiles(patterns: readonly string[], place: SearchPlace) {
  const found = await Promise.all(
    patterns.map(async (pattern) => {
      const { files, diagnostics } = await findFiles([pattern], place);
      const isFolder = globPattern(pattern) === undefined && files.some(({ named }) => !named);
      return isFolder ? { files: [], diagnostics: [isDirectory(pattern)] } : { files, diagnostics };
    }),
  );
  const files = new Map(found.flatMap((one) => one.files.map((file) => [file.path, file] as const)));
  return { files: [...files.values()], diagnostics: found.flatMap((one) => one.diagnostics) };
}

function isDirectory(pattern: string): Diagnostic {
  return diagnostic('not-a-gateway-file', {
    message: `"${pattern}" is a directory`,
    hint: "API7's ADC takes files and globs: name the files after --gateway GROUP=.",
  });
}

function withoutText(one: Diagnostic): Diagnostic {
  const hint = one.code === 'no-such-file' ? 'Check the path after --gateway GROUP=.' : one.hint;
  return {
    ...one,
    ...(hint !== undefined && { hint }),
    ...(one.location && { location: placeOnly(one.location) }),
  };
}

const placeOnly = ({ file, line, column }: Location): Location => ({ file, line, column });

type Given = Pick<Input, 'env'> & Pick<FileService, 'patterns'>;

async function readServices(
  { path, file, named }: FoundFile,
  { files }: SearchPlace,
  given: Given,
): Promise<Checked<readonly FileService[]>> {
  const bytes = await readBytes(path, file, { files, mayBePipe: named });
  const text = 'mistake' in bytes ? bytes : decodeText(bytes.value, file);
  if ('mistake' in text) return { diagnostics: [text.mistake] };
  const source = sourceText(file, unixLines(text.value));
  const { documents, diagnostics } = parseText(source, 'scalar');
  if (hasErrors(diagnostics)) return { diagnostics: diagnostics.map((one) => notYaml(file, one)) };
  const [first, second] = documents;
  if (second !== undefined) {
    const location = source.at(...second.rangeOf([]));
    return { diagnostics: [notGatewayFile(`"${file}" has several documents`, location)] };
  }
  if (first === undefined || first.value === null) return { value: [], diagnostics: [] };
  const at = (place: Path): Related => ({
    message: keyPath(place),
    location: placeOnly(source.at(...first.rangeOf(place))),
  });
  const problems = shapeProblems(first.value, at);
  if (problems.length > 0) return { diagnostics: problems };
  const services = itemsOf(valueAt(first.value, ['services'])).filter(isObject);
  return { value: services.map((one, index) => service(one, index, given, at)), diagnostics: [] };
}

/** Reports only the code of a syntax error: the messages of the parser quote its input. */
function notYaml(file: string, { code, location }: Diagnostic): Diagnostic {
  return notGatewayFile(`"${file}" is not valid YAML or JSON (${code})`, location ?? startOf(file));
}

function service(
  value: JsonObject,
  index: number,
  { env, patterns }: Given,
  at: (path: Path) => Related,
): FileService {
  const fill = (text: string): string => filled(text, env);
  const routes = itemsOf(value['routes']);
  return {
    name: fill(textAt(value, 'name') ?? ''),
    id: textAt(value, 'id'),
    hosts: textsAt(value, 'hosts').map(fill),
    routeHosts: routes.flatMap((route) => textsAt(route, 'hosts')).map(fill),
    plugins: [
      ...authPlugins(value, ['plugins']),
      ...routes.flatMap((route, place) => authPlugins(route, ['routes', place, 'plugins'])),
    ],
    patterns,
    at: (path = []) => at(['services', index, ...path]),
  };
}

function authPlugins(value: Json, path: Path): readonly Path[] {
  const names = enabledPlugins(valueAt(value, ['plugins']));
  return names.filter(isAuthPlugin).map((name) => [...path, name]);
}

const textsAt = (value: Json, key: string): readonly string[] =>
  itemsOf(valueAt(value, [key])).filter((one) => typeof one === 'string');

/** Fills in variables like API7's ADC: an unset one is empty, and the gateway itself fills in names with dots. */
function filled(text: string, env: LoadInput['env']): string {
  return text.replaceAll(/(\\?)\$\{(\w+)\}/g, (_, escape: string, name: string) =>
    escape === '' ? ((Object.hasOwn(env, name) ? env[name] : undefined) ?? '') : `\${${name}}`,
  );
}

/** The top-level keys of files of API7's ADC, including those of earlier versions. */
const KEYS = [
  'services',
  'consumers',
  'consumer_groups',
  'global_rules',
  'plugin_configs',
  'plugin_metadata',
  'routes',
  'ssls',
  'stream_routes',
  'upstreams',
];

/** The name of a type in messages, and its check. */
type Shape = readonly [name: string, matches: (value: Json) => boolean];

const TEXT: Shape = ['a string that is not empty', (value) => typeof value === 'string' && value !== ''];
const TEXTS: Shape = [
  'a list of strings',
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
];
const MAP: Shape = ['a map', isObject];
const MAPS: Shape = [
  'a list of maps',
  (value) => Array.isArray(value) && value.every((one) => isObject(one)),
];
const SERVICE = { name: TEXT, id: TEXT, hosts: TEXTS, plugins: MAP, routes: MAPS };
const ROUTE = { hosts: TEXTS, plugins: MAP };

/** Errors in the parts of a file of API7's ADC that adc reads; adc ignores unknown keys. */
function shapeProblems(value: Json, at: (path: Path) => Related): readonly Diagnostic[] {
  const { location } = at([]);
  const [first] = isObject(value) ? Object.keys(value) : ['none'];
  if (first !== undefined && !KEYS.some((key) => isObject(value) && Object.hasOwn(value, key)))
    return [
      notGatewayFile(`"${location.file}" is not a file of API7's ADC: it has no key services`, location),
    ];
  const found = wrongTypes(value, [], { services: MAPS }, at);
  if (found.length > 0) return found;
  return itemsOf(valueAt(value, ['services'])).flatMap((one, index) => {
    const path = ['services', index];
    const own = wrongTypes(one, path, SERVICE, at);
    const isNamed = (valueAt(one, ['name']) ?? null) !== null;
    const name = isNamed ? [] : [wrongType(at(path), 'a map with a name')];
    if (own.length + name.length > 0) return [...name, ...own];
    return itemsOf(valueAt(one, ['routes'])).flatMap((route, place) =>
      wrongTypes(route, [...path, 'routes', place], ROUTE, at),
    );
  });
}

/** Errors for members of the wrong type; a key without a value counts as missing. */
function wrongTypes(
  value: Json,
  path: Path,
  shapes: Readonly<Record<string, Shape>>,
  at: (path: Path) => Related,
): readonly Diagnostic[] {
  return Object.entries(shapes).flatMap(([key, [name, matches]]) => {
    const part = valueAt(value, [key]) ?? null;
    return part === null || matches(part) ? [] : [wrongType(at([...path, key]), name)];
  });
}

function wrongType({ message, location }: Related, name: string): Diagnostic {
  return notGatewayFile(`${message} must be ${name}`, location);
}

function notGatewayFile(message: string, location: Location): Diagnostic {
  return diagnostic('not-a-gateway-file', {
    message,
    hint: "Name files of API7's ADC after --gateway GROUP=. `lint` of API7's ADC shows more about them.",
    location,
  });
}

/** Errors for duplicate names: API7's ADC merges its files, so names must be unique across them. */
function duplicateNames(services: readonly FileService[]): readonly Diagnostic[] {
  const first = new Map<string, FileService>();
  return services.flatMap((one) => {
    const other = first.get(one.name);
    first.set(one.name, other ?? one);
    if (other === undefined) return [];
    const { message, location } = one.at(['name']);
    const problem = notGatewayFile(`${message} is also the name of another service`, location);
    return [{ ...problem, related: [other.at(['name'])] }];
  });
}

/** A path as text: `services[2].plugins.key-auth`. */
function keyPath(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}
