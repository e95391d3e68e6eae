import { dirname, join, resolve } from 'node:path';
import type { Locate } from '../model/declared.ts';
import { type Diagnostic, type Location, diagnostic } from '../model/diagnostic.ts';
import type { SourceDocument } from '../model/document.ts';
import { parseText } from '../yaml/parse-text.ts';
import { sourceText, unixLines } from '../yaml/source-text.ts';
import { type Files, DISK, shownName } from './files.ts';
import { decodeText, outsideProblem, readBytes, startOf } from './read-text.ts';

export const CONFIG_FILE = 'adc.config.yaml';

export interface ConfigInput {
  /** Absolute. */
  readonly cwd: string;
  /** The named file (default: the config in the working directory, if there is one). */
  readonly config?: string | undefined;
  readonly files?: Files | undefined;
  /** Whether a config outside of `cwd`, by a symlink, is an error; else it is a warning. */
  readonly refuseOutside?: boolean;
}

export interface LoadedConfig {
  /** Undefined if there is no config, or it cannot be read. */
  readonly document?: Pick<SourceDocument, 'file' | 'value' | 'locate'>;
  /** The directories of the config and of the run, the bases of their paths; absolute, after following symlinks. */
  readonly folder: string;
  readonly cwd: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** The unchecked config of a run (docs/design/contract.md §13). */
export async function loadConfig(input: ConfigInput): Promise<LoadedConfig> {
  const { config, files = DISK } = input;
  const cwd = await files.realpath(input.cwd).catch(() => input.cwd);
  const path = resolve(cwd, config ?? CONFIG_FILE);
  const [folder, file] = [dirname(path), shownName(path, cwd)];
  if (await exists(files, path))
    return { folder, cwd, ...(await readConfig(path, { ...input, files, cwd }, file)) };
  if (config !== undefined) return { folder, cwd, diagnostics: [noConfig(file)] };
  const above = await configAbove(files, cwd);
  return { folder, cwd, diagnostics: above === undefined ? [] : [configElsewhere(above)] };
}

async function readConfig(
  path: string,
  { files, cwd, refuseOutside = false }: ConfigInput & { readonly files: Files },
  file: string,
): Promise<Omit<LoadedConfig, 'folder' | 'cwd'>> {
  const real = await files.realpath(path);
  const outside = await outsideProblem({ path, real, isFolder: false }, { files, cwd, refuseOutside });
  const warnings = outside === undefined ? [] : [outside];
  if (outside?.severity === 'error') return { diagnostics: warnings };
  const bytes = await readBytes(path, file, { files });
  const text = 'mistake' in bytes ? bytes : decodeText(bytes.value, file);
  if ('mistake' in text) return { diagnostics: [...warnings, text.mistake] };
  const source = sourceText(file, unixLines(text.value));
  const { documents, diagnostics } = parseText(source, 'text');
  const [document, second] = documents.filter(({ value }) => value !== null);
  if (second !== undefined)
    return { diagnostics: [...warnings, secondDocument(source.at(...second.rangeOf([])))] };
  const locate: Locate = (place, part) =>
    document === undefined ? startOf(file) : source.at(...document.rangeOf(place, part));
  const config = { file, value: document?.value ?? {}, locate };
  return {
    ...(diagnostics.length === 0 && { document: config }),
    diagnostics: [...warnings, ...diagnostics],
  };
}

async function exists(files: Files, path: string): Promise<boolean> {
  return files.stat(path).then(
    () => true,
    () => false,
  );
}

/** The config in the nearest directory above, up to the top of the work tree; undefined outside of a work tree. */
async function configAbove(files: Files, cwd: string): Promise<string | undefined> {
  let found: string | undefined;
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, CONFIG_FILE);
    if (found === undefined && (await exists(files, path))) found = path;
    if (await exists(files, join(folder, '.git'))) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

function noConfig(file: string): Diagnostic {
  return diagnostic('no-such-file', {
    message: `config file not found: ${file}`,
    hint: 'Correct --config or ADC_CONFIG.',
  });
}

function configElsewhere(path: string): Diagnostic {
  return diagnostic('config-elsewhere', {
    message: `the config of this repository is ${path}, not in the working directory`,
    hint: `Run adc in ${dirname(path)}, or pass --config ${path}.`,
    location: startOf(path),
  });
}

function secondDocument(location: Location): Diagnostic {
  return diagnostic('several-documents', {
    message: 'the config has more than one YAML document',
    hint: 'Keep one.',
    location,
  });
}
