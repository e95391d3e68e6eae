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
import { type FileService, type Gateways, isAuthPlugin } from '../model/directory.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { parseText } from '../yaml/parse-text.ts';
import { sourceText, unixLines } from '../yaml/source-text.ts';
import { DISK, globPattern } from './files.ts';
import { type FoundFile, type SearchPlace, findFiles } from './find-files.ts';
import type { LoadInput } from './load.ts';
import { decodeText, readBytes, startOf } from './read-text.ts';

type Input = Pick<LoadInput, 'cwd' | 'env' | 'files' | 'refuseOutside'>;

/**
 * The services that files of API7's ADC declare, by gateway group (docs/design/contract.md §17,
 * docs/design/admin-api.md §16.4). Such files hold keys, so diagnostics show a place and a key path, never text of
 * the file.
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
    const mistakes = [...found.diagnostics, ...read.flatMap((one) => one.diagnostics), ...twice(services)];
    return { entry: [group, services] as const, mistakes };
  });
  const read = await Promise.all(groups);
  const diagnostics = read.flatMap(({ mistakes }) => mistakes.map(withoutText));
  return hasErrors(diagnostics)
    ? { diagnostics }
    : { value: new Map(read.map(({ entry }) => entry)), diagnostics };
}

/**
 * The files without duplicates. Refuses directories: API7's ADC accepts none, so a message could not show its
 * command.
 */
async function foundFiles(patterns: readonly string[], place: SearchPlace) {
  const found = await Promise.all(
    patterns.map(async (pattern) => {
      const { files, diagnostics } = await findFiles([pattern], place);
      const isFolder = globPattern(pattern) === undefined && files.some(({ named }) => !named);
      return isFolder ? { files: [], diagnostics: [folder(pattern)] } : { files, diagnostics };
    }),
  );
  const files = new Map(found.flatMap((one) => one.files.map((file) => [file.path, file] as const)));
  return { files: [...files.values()], diagnostics: found.flatMap((one) => one.diagnostics) };
}

function folder(pattern: string): Diagnostic {
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
  const { documents, diagnostics } = await parseText(source, 'scalar');
  if (hasErrors(diagnostics)) return { diagnostics: diagnostics.map((one) => notYaml(file, one)) };
  const [first, second] = documents;
  if (second !== undefined) {
    const location = source.at(...second.rangeOf([]));
    return { diagnostics: [wrong(`"${file}" has several documents`, location)] };
  }
  if (first === undefined || first.value === null) return { value: [], diagnostics: [] };
  const at = (place: Path): Related => ({
    message: keyPath(place),
    location: placeOnly(source.at(...first.rangeOf(place))),
  });
  const mistakes = shapeMistakes(first.value, at);
  if (mistakes.length > 0) return { diagnostics: mistakes };
  const services = itemsOf(valueAt(first.value, ['services'])).filter(isObject);
  return { value: services.map((one, index) => service(one, index, given, at)), diagnostics: [] };
}

/** The messages of a parser quote its input, so only the code is reported. */
function notYaml(file: string, { code, location }: Diagnostic): Diagnostic {
  return wrong(`"${file}" is not valid YAML or JSON (${code})`, location ?? startOf(file));
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
  const plugins = valueAt(value, ['plugins']);
  const names = isObject(plugins) ? Object.keys(plugins) : [];
  return names.filter(isAuthPlugin).map((name) => [...path, name]);
}

const textsAt = (value: Json, key: string): readonly string[] =>
  itemsOf(valueAt(value, [key])).filter((one) => typeof one === 'string');

/** Fills in variables like API7's ADC: unset ones are empty, and names with dots belong to the gateway. */
function filled(text: string, env: LoadInput['env']): string {
  return text.replaceAll(/(\\?)\$\{(\w+)\}/g, (_, escape: string, name: string) =>
    escape === '' ? ((Object.hasOwn(env, name) ? env[name] : undefined) ?? '') : `\${${name}}`,
  );
}

/** The top-level keys of files of API7's ADC, those of earlier versions too. */
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

type Shape = readonly [what: string, fits: (value: Json) => boolean];

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
const OF_SERVICE = { name: TEXT, id: TEXT, hosts: TEXTS, plugins: MAP, routes: MAPS };
const OF_ROUTE = { hosts: TEXTS, plugins: MAP };

/** Errors in the parts of a file of API7's ADC that adc reads; unknown keys are ignored. */
function shapeMistakes(value: Json, at: (path: Path) => Related): readonly Diagnostic[] {
  const { location } = at([]);
  const [first] = isObject(value) ? Object.keys(value) : ['none'];
  if (first !== undefined && !KEYS.some((key) => isObject(value) && Object.hasOwn(value, key)))
    return [wrong(`"${location.file}" is not a file of API7's ADC: it has no key services`, location)];
  const found = misshapen(value, [], { services: MAPS }, at);
  if (found.length > 0) return found;
  return itemsOf(valueAt(value, ['services'])).flatMap((one, index) => {
    const path = ['services', index];
    const own = misshapen(one, path, OF_SERVICE, at);
    const isNamed = (valueAt(one, ['name']) ?? null) !== null;
    const name = isNamed ? [] : [misfit(at(path), 'a map with a name')];
    if (own.length + name.length > 0) return [...name, ...own];
    return itemsOf(valueAt(one, ['routes'])).flatMap((route, place) =>
      misshapen(route, [...path, 'routes', place], OF_ROUTE, at),
    );
  });
}

/** The diagnostic for a wrong type; keys without a value count as missing. */
function misshapen(
  value: Json,
  path: Path,
  shapes: Readonly<Record<string, Shape>>,
  at: (path: Path) => Related,
): readonly Diagnostic[] {
  return Object.entries(shapes).flatMap(([key, [what, fits]]) => {
    const part = valueAt(value, [key]) ?? null;
    return part === null || fits(part) ? [] : [misfit(at([...path, key]), what)];
  });
}

function misfit({ message, location }: Related, what: string): Diagnostic {
  return wrong(`${message} must be ${what}`, location);
}

function wrong(message: string, location: Location): Diagnostic {
  return diagnostic('not-a-gateway-file', {
    message,
    hint: "Name files of API7's ADC after --gateway GROUP=. `lint` of API7's ADC shows more about them.",
    location,
  });
}

/** Errors for duplicate names: API7's ADC merges its files, so names must be unique. */
function twice(services: readonly FileService[]): readonly Diagnostic[] {
  const first = new Map<string, FileService>();
  return services.flatMap((one) => {
    const other = first.get(one.name);
    first.set(one.name, other ?? one);
    if (other === undefined) return [];
    const { message, location } = one.at(['name']);
    const mistake = wrong(`${message} is the name of another service too`, location);
    return [{ ...mistake, related: [other.at(['name'])] }];
  });
}

/** `services[2].plugins.key-auth` */
function keyPath(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}
