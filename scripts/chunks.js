import { fileURLToPath } from 'node:url';

const fileOf = (path) => fileURLToPath(new URL(`../src/${path}.ts`, import.meta.url));

/** Modules that each run of a command loads. Modules that they import statically are not listed. */
const COMMANDS = {
  lint: ['cli/main', 'cli/commands/lint'],
  ping: ['cli/main', 'cli/commands/ping', 'admin/session'],
  diff: [
    'cli/main',
    'cli/commands/diff',
    'cli/commands/sync',
    'admin/session',
    'admin/connect',
    'admin/subscriptions',
    'report/text-report',
  ],
  library: ['index', 'admin/session', 'admin/connect', 'admin/subscriptions'],
};

/** Modules that few runs need, although others import them statically. Their chunks are loaded when first used. */
const RARE = { 'exact-yaml': 'yaml/exact-yaml', 'openapi-changes': 'diff/openapi/openapi-changes' };
const RARE_FILES = new Set(Object.values(RARE).map(fileOf));

/**
 * Puts modules that the same of these commands need into one chunk, so `adc diff` loads 11 chunks. By default, rolldown
 * makes a chunk for each combination of dynamic imports, and `adc diff` loads 50. Other modules keep the default.
 * @returns the `codeSplitting` of rolldown for one bundle.
 */
export function commandChunks() {
  let names;
  const name = (id, bundle) => (names ??= chunkNames((file) => bundle.getModuleInfo(file))).get(id);
  // Chunks cannot import each other: the commands that need a module also need all that it imports.
  return { includeDependenciesRecursively: false, groups: [{ debugName: 'commands', name }] };
}

/** The name of the chunk of each module that has one, such as `lint-diff`. */
function chunkNames(infoOf) {
  const names = new Map();
  for (const [command, paths] of Object.entries(COMMANDS)) {
    for (const id of withImports(paths, infoOf))
      names.set(id, names.has(id) ? `${names.get(id)}-${command}` : command);
  }
  for (const [name, path] of Object.entries(RARE)) {
    for (const id of withImports([path], infoOf)) names.set(id, names.get(id) ?? name);
  }
  // They stay in the entry, so that `adc --version` loads no other chunk.
  for (const id of withImports(['cli/run'], infoOf)) names.delete(id);
  return names;
}

/** The ids of modules and of all that they import statically, except rare modules. */
function withImports(paths, infoOf) {
  const found = new Set(paths.map(fileOf));
  for (const id of found) {
    for (const imported of infoOf(id)?.importedIds ?? []) if (!RARE_FILES.has(imported)) found.add(imported);
  }
  return found;
}

const REQUIRE = new RegExp(
  `^(const \\w+ = )(require\\("[^"]*/(?:${Object.keys(RARE).join('|')})-[^"/]*"\\));$`,
  'gm',
);

/** Loads rare chunks when first used. They have no side effects, so the time does not matter. */
export const loadRareLate = {
  name: 'load-rare-late',
  renderChunk: (code) => code.replace(REQUIRE, '$1new Proxy({}, { get: (_, name) => $2[name] });'),
};
