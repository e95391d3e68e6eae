import { isMap, isNode, isPair, isScalar, type Node } from 'yaml';
import { yamlDocument, yamlText } from '../dump/yaml-text.ts';
import { escapeVariables } from '../fields/edits.ts';
import { jsonPointer, pointerPath } from '../json/pointer.ts';
import { isObject, itemsOf, textAt } from '../json/value.ts';
import { groupBy } from '../lib/group-by.ts';
import { printable } from '../lib/printable.ts';
import type { Config, Environment } from '../model/config.ts';
import type { Path } from '../model/declared.ts';
import type { Location } from '../model/diagnostic.ts';
import type { SourceDocument, UsedVariable } from '../model/document.ts';
import type { Owner } from '../model/ownership.ts';
import type { Json, JsonObject } from '../model/product.ts';

export interface RenderedFile {
  readonly file: string;
  readonly content: string;
}

interface Rendering {
  readonly config: Config | undefined;
  readonly environment: Environment | undefined;
  /** Given to the run; goes before that of the config. */
  readonly owner: Owner;
}

/**
 * Product files as they are in an environment (docs/design/contract.md §13), with a comment at each value that an exception, a
 * variable or the config gave. Paths of included files start at the working directory, so that the text can be piped to adc.
 */
export function renderFiles(
  documents: readonly SourceDocument[],
  rendering: Rendering,
): readonly RenderedFile[] {
  return [...groupBy(documents, ({ file }) => file)].map(([file, ofFile]) => {
    const declared = ofFile.map(({ value }) => textAt(value, 'owner')).find((one) => one !== undefined);
    const texts = ofFile.map((document) => rendered(document, rendering, declared));
    return { file, content: texts.join('---\n') };
  });
}

type Comments = Map<string, string[]>;

function rendered(source: SourceDocument, rendering: Rendering, declared: Owner): string {
  const { environment } = rendering;
  const comments: Comments = new Map();
  const note = (path: Path, words: string): void => {
    const pointer = jsonPointer(path);
    comments.set(pointer, [...(comments.get(pointer) ?? []), words]);
  };
  const value = isObject(source.value) ? source.value : {};
  const entries = itemsOf(value['allow'])
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry }) => isFor(environment, entry));
  const placeOf = (path: Path): Path | undefined => {
    if (path[0] !== 'allow' || path.length < 2) return path;
    const place = entries.findIndex(({ index }) => String(index) === String(path[1]));
    return place < 0 ? undefined : ['allow', place, ...path.slice(2)];
  };
  for (const [index, fields] of source.exceptions)
    for (const field of fields) {
      const path = ['api_products', index, field];
      note(path, `environments.${environment?.name ?? ''} in ${shown(source.locate(path))}`);
    }
  for (const [pointer, variables] of source.variables) {
    const place = placeOf(pointerPath(pointer));
    if (place !== undefined) for (const one of variables) note(place, variableWords(one));
  }
  const head = headOf(value, rendering, declared, note);
  const { portal: _portal, owner: _owner, allow: _allow, api_products: products, ...others } = value;
  const document = yamlDocument({
    ...head,
    ...(escapeVariables(others) as JsonObject),
    ...(products !== undefined && { api_products: withPaths(products, source) }),
    ...(entries.length > 0 && { allow: escapeVariables(entries.map(({ entry }) => withoutLimit(entry))) }),
  });
  for (const [pointer, words] of comments) {
    const node: unknown = document.getIn(pointerPath(pointer), true);
    if (isNode(node)) comment(node, words);
  }
  document.commentBefore = ` ${printable(source.file)}`;
  return yamlText(document);
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

/** A comment at the end of the line of a scalar, or above the first line of a mapping or list. */
function comment(node: Node, words: readonly string[]): void {
  const text = ` ${words.join('; ')}`;
  const isInLine =
    isScalar(node) || ('items' in node && Array.isArray(node.items) && node.items.length === 0);
  if (isInLine) node.comment = text;
  else if (isMap(node) && isPair(node.items[0]) && isNode(node.items[0].key))
    node.items[0].key.commentBefore = text;
  else node.commentBefore = text;
}

function headOf(
  value: JsonObject,
  { environment, config, owner: given }: Rendering,
  declared: Owner,
  note: (path: Path, words: string) => void,
): JsonObject {
  const portal = value['portal'] ?? environment?.portal;
  if (environment?.portal !== undefined && value['portal'] === undefined)
    note(['portal'], shown(environment.at(['portal'])));
  const owner = declared ?? given ?? config?.owner?.name;
  if (config?.owner !== undefined && declared === undefined && given === undefined)
    note(['owner'], shown(config.owner.at));
  return {
    ...(portal !== undefined && { portal: escapeVariables(portal) }),
    ...(owner !== undefined && { owner }),
  };
}

/** OpenAPI documents are never filled with variables, so nothing in them is escaped. */
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
