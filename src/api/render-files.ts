import { isMap, isNode, isPair, isScalar, type Node } from 'yaml';
import { yamlDocument, yamlText } from '../dump/yaml-text.ts';
import { escapeVariables } from '../fields/edits.ts';
import { isObject, itemsOf, jsonPointer, pointerPath, textAt } from '../json/value.ts';
import { groupBy } from '../lib/lists.ts';
import { printable } from '../lib/printable.ts';
import type { Config, Environment } from '../model/config.ts';
import type { Path } from '../model/declared.ts';
import type { Location } from '../model/diagnostic.ts';
import type { SourceDocument, UsedVariable } from '../model/document.ts';
import type { Owner } from '../model/ownership.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { checkShape } from '../validate/written-document.ts';

export interface RenderedFile {
  readonly file: string;
  readonly content: string;
}

interface Rendering {
  readonly config: Config | undefined;
  readonly environment: Environment | undefined;
  /** The owner from the options, which overrides the owner of the config. */
  readonly owner: Owner;
}

/**
 * Product files as adc reads them in an environment (docs/design/contract.md §13), with a comment at each value from an
 * exception, a variable or the config. Paths of included files are relative to the working directory, so that you can
 * pipe the text to adc.
 */
export async function renderFiles(
  documents: readonly SourceDocument[],
  rendering: Rendering,
): Promise<readonly RenderedFile[]> {
  const shapes = await Promise.all(documents.map((document) => checkShape(document)));
  const converted = shapes.map(({ document }) => document);
  return [...groupBy(converted, ({ file }) => file)].map(([file, ofFile]) => {
    const declared = ofFile.map(({ value }) => textAt(value, 'owner')).find((one) => one !== undefined);
    const texts = ofFile.map((document) => rendered(document, rendering, declared));
    return { file, content: texts.join('---\n') };
  });
}

type Comments = Map<string, string[]>;

function rendered(source: SourceDocument, rendering: Rendering, declared: Owner): string {
  const { environment } = rendering;
  const comments: Comments = new Map();
  const note: Note = (path, words) => {
    const pointer = jsonPointer(path);
    comments.set(pointer, [...(comments.get(pointer) ?? []), words]);
  };
  const value = isObject(source.value) ? source.value : {};
  const entries = itemsOf(value['allow'])
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry }) => isFor(environment, entry));
  noteSources(source, environment, (path, words) => {
    const place = path[0] === 'allow' ? entries.findIndex(({ index }) => String(index) === path[1]) : 0;
    if (place >= 0) note(path[0] === 'allow' ? ['allow', place, ...path.slice(2)] : path, words);
  });
  const document = yamlDocument({
    ...portalOf(value, rendering, note),
    ...ownerOf(declared, rendering, note),
    ...('api_products' in value && { api_products: withPaths(value['api_products'] ?? null, source) }),
    ...(entries.length > 0 && { allow: escapeVariables(entries.map(({ entry }) => withoutLimit(entry))) }),
  });
  for (const [pointer, words] of comments) {
    const node: unknown = document.getIn(pointerPath(pointer), true);
    if (isNode(node)) comment(node, words);
  }
  document.commentBefore = ` ${printable(source.file)}`;
  return yamlText(document);
}

type Note = (path: Path, words: string) => void;

/** Notes the source of each value from an exception or a variable, with the path of the value. */
function noteSources(source: SourceDocument, environment: Environment | undefined, note: Note): void {
  for (const [index, fields] of source.exceptions)
    for (const field of fields) {
      const path = ['api_products', index, field];
      note(path, `environments.${environment?.name ?? ''} in ${shown(source.locate(path))}`);
    }
  for (const [pointer, variables] of source.variables)
    for (const one of variables) note(pointerPath(pointer), variableWords(one));
}

const shown = ({ file, line }: Location): string => `${printable(file)}:${line}`;

function variableWords({ name, from, at }: UsedVariable): string {
  const words = {
    config: at === undefined ? 'the config' : shown(at),
    '--var': '--var',
    environment: 'the environment',
    default: 'its default',
  };
  return `\${${name}} from ${words[from]}`;
}

/** Adds a comment at the end of the line of a scalar, or above the first line of a mapping or list. */
function comment(node: Node, words: readonly string[]): void {
  const text = ` ${words.join('; ')}`;
  const isInLine =
    isScalar(node) || ('items' in node && Array.isArray(node.items) && node.items.length === 0);
  if (isInLine) node.comment = text;
  else if (isMap(node) && isPair(node.items[0]) && isNode(node.items[0].key))
    node.items[0].key.commentBefore = text;
  else node.commentBefore = text;
}

function portalOf(value: JsonObject, { environment }: Rendering, note: Note): JsonObject {
  const written = value['portal'];
  if (written !== undefined) return { portal: escapeVariables(written) };
  if (environment?.portal === undefined) return {};
  note(['portal'], shown(environment.at(['portal'])));
  return { portal: escapeVariables(environment.portal) };
}

function ownerOf(declared: Owner, { config, owner: given }: Rendering, note: Note): JsonObject {
  const owner = declared ?? given;
  if (owner !== undefined) return { owner };
  if (config?.owner === undefined) return {};
  note(['owner'], shown(config.owner.at));
  return { owner: config.owner.name };
}

/** The products with paths instead of included files. adc fills no variables into OpenAPI documents, and escapes none. */
function withPaths(products: Json, { includes }: SourceDocument): Json {
  return itemsOf(products).map((product, index) => {
    if (!isObject(product)) return escapeVariables(product);
    return Object.fromEntries(
      Object.entries(product).map(([key, value]) => {
        const file = includes.get(jsonPointer(['api_products', index, key]))?.file;
        return [key, key === 'raw_openapi' ? value : escapeVariables(file ?? value)];
      }),
    );
  });
}

function isFor(environment: Environment | undefined, entry: Json): boolean {
  const limits = isObject(entry) ? entry['environments'] : undefined;
  return limits === undefined || (environment !== undefined && itemsOf(limits).includes(environment.name));
}

function withoutLimit(entry: Json): Json {
  if (!isObject(entry)) return entry;
  const { environments: _, ...others } = entry;
  return others;
}
