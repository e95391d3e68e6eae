import {
  type Alias,
  type CST,
  type Document,
  type ErrorCode,
  type Node,
  type YAMLError,
  type YAMLMap,
  Composer,
  isAlias,
  isMap,
  isSeq,
  Lexer,
  Parser,
} from 'yaml';
import { type Diagnostic, type DiagnosticCode, type Location, diagnostic } from '../model/diagnostic.ts';
import type { SourceText } from '../model/document.ts';
import { type Expansion, composeValue, isMergeKey, keyText, rangeOfNode } from './compose-value.ts';
import { type Keys, type ParsedText, type Range, type RangeOf, MAX_DEPTH } from './source-text.ts';

/** Uniqueness of keys is checked while values are built: the library's own check is quadratic. */
const OPTIONS = { version: '1.2', uniqueKeys: false, intAsBigInt: true, prettyErrors: false } as const;

/** The documents of a YAML 1.2 text without the directive of another version, and all its syntax errors. */
export function parseYaml(source: SourceText, keys: Keys): ParsedText {
  const { composed, tooDeepAt } = composedDocuments(source.text);
  if (tooDeepAt !== undefined) return { documents: [], diagnostics: [tooDeep(source, tooDeepAt)] };
  const reading = { source, keys, end: source.text.trimEnd().length, expansion: { nodes: 0 } };
  const read = composed.map((document) => readDocument(reading, document));
  return {
    documents: read.flatMap(({ documents }) => documents),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** The tokens of a large file need the most memory, so they are released first. */
function composedDocuments(text: string): {
  readonly composed: readonly Document.Parsed[];
  readonly tooDeepAt?: number;
} {
  const read = yamlTokens(text, MAX_DEPTH);
  if ('tooDeepAt' in read) return { composed: [], tooDeepAt: read.tooDeepAt };
  return { composed: [...new Composer(OPTIONS).compose(read.tokens)] };
}

function tooDeep(source: SourceText, offset: number): Diagnostic {
  return diagnostic('too-deep', {
    message: `the document is nested more than ${MAX_DEPTH} levels deep`,
    hint: 'Reduce the nesting: check for a missing bracket or wrong indentation.',
    location: source.at(offset, offset + 1),
  });
}

interface Reading {
  readonly source: SourceText;
  readonly keys: Keys;
  /** The offset after which only white space remains. */
  readonly end: number;
  readonly expansion: Expansion;
}

function readDocument(reading: Reading, document: Document.Parsed): ParsedText {
  const { source, keys, expansion } = reading;
  const mistakes = [...syntaxMistakes(reading, document), ...versionMistakes(source, document)];
  const composed = composeValue(document.contents, source, keys, expansion);
  const diagnostics = [...mistakes, ...composed.diagnostics];
  if (diagnostics.some(({ code }) => UNREADABLE.has(code))) return { documents: [], diagnostics };
  return {
    documents: [{ ...composed, rangeOf: nodeRanges(document, composed.targets) }],
    diagnostics,
  };
}

/** With these errors, the document does not have its intended meaning, so nothing else is reported about it. */
const UNREADABLE: ReadonlySet<string> = new Set<DiagnosticCode>([
  'alias-bomb',
  'yaml-alias',
  'yaml-syntax',
  'yaml-version',
]);

/** One error per line: the parser often reports the same error again on the line. */
function syntaxMistakes(reading: Reading, document: Document.Parsed): readonly Diagnostic[] {
  const byLine = new Map<number, Diagnostic>();
  for (const error of [...document.errors, ...document.warnings].slice(0, MOST_MISTAKES)) {
    const mistake = syntaxMistake(reading, error);
    const line = mistake.location?.line ?? 0;
    if (!byLine.has(line)) byLine.set(line, mistake);
  }
  return [...byLine.values()];
}

/** Maximum number of reported syntax errors. */
const MOST_MISTAKES = 100;

function syntaxMistake({ source, end }: Reading, error: YAMLError): Diagnostic {
  const location = source.at(Math.min(error.pos[0], end), error.pos[1]);
  const tag = error.code === 'TAG_RESOLVE_FAILED';
  return diagnostic(tag ? 'unknown-tag' : 'yaml-syntax', {
    message: tag
      ? `the tag ${source.text.slice(...error.pos)} is not supported`
      : syntaxMessage(error.message),
    hint: syntaxHint(error.code, location),
    location,
  });
}

function versionMistakes(source: SourceText, document: Document.Parsed): readonly Diagnostic[] {
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit !== true || version === '1.2') return [];
  const start = Math.max(0, source.text.search(/^%YAML/m));
  return [
    diagnostic('yaml-version', {
      message: `the file asks for YAML ${version}, in which words such as no and on are booleans`,
      hint: 'Remove the %YAML line: product files are YAML 1.2.',
      location: source.at(start, start + `%YAML ${version}`.length),
    }),
  ];
}

/** The tokens of a YAML text, or the place where it is nested too deeply. */
export type YamlTokens = { readonly tokens: readonly CST.Token[] } | { readonly tooDeepAt: number };

/**
 * Checks the depth during tokenization: the library composes recursively, and a deep document would overflow the
 * stack, which can end the process.
 */
export function yamlTokens(text: string, mostLevels: number): YamlTokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > mostLevels) return { tooDeepAt: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

/** A place in the tree: a value and, in a map, its key. */
interface Spot {
  readonly key?: unknown;
  readonly value: unknown;
}

interface Tree {
  readonly targets: ReadonlyMap<Alias, Node>;
  /** The entries of the visited maps. */
  readonly entries: Map<YAMLMap, ReadonlyMap<string, Spot>>;
}

/**
 * Returns the range of a path in its document; for a missing path, that of the nearest part above it. Follows aliases
 * and merge keys to their text, but an alias at the end of the path is shown itself.
 */
function nodeRanges(document: Document.Parsed, targets: ReadonlyMap<Alias, Node>): RangeOf {
  const tree: Tree = { targets, entries: new Map() };
  return (path, part = 'value') => {
    let spot: Spot = { value: document.contents };
    for (const step of path) {
      const next = childOf(tree, spot.value, String(step));
      if (next === undefined) return rangeOfSpot(spot, 'value');
      spot = next;
    }
    return rangeOfSpot(spot, part);
  };
}

function childOf(tree: Tree, value: unknown, step: string): Spot | undefined {
  const node = followed(tree, value);
  if (isMap(node)) return entriesOf(tree, node).get(step);
  if (!isSeq(node)) return undefined;
  const index = Number(step);
  return index < node.items.length ? { value: node.items[index] } : undefined;
}

function followed(tree: Tree, value: unknown): unknown {
  return isAlias(value) ? tree.targets.get(value) : value;
}

function entriesOf(tree: Tree, map: YAMLMap): ReadonlyMap<string, Spot> {
  const known = tree.entries.get(map) ?? new Map([...mergedEntries(tree, map), ...ownEntries(map)]);
  tree.entries.set(map, known);
  return known;
}

/** The last of duplicate keys counts, as in the value. */
function ownEntries(map: YAMLMap): readonly (readonly [string, Spot])[] {
  return map.items.flatMap(({ key, value }) => {
    const text = isMergeKey(key) ? undefined : keyText(key, 'scalar');
    return text === undefined ? [] : [[text, { key, value }]];
  });
}

/** Of several merged maps, the first one wins, so it comes last. */
function mergedEntries(tree: Tree, map: YAMLMap): readonly (readonly [string, Spot])[] {
  const sources = map.items.filter(({ key }) => isMergeKey(key)).map(({ value }) => followed(tree, value));
  const maps = sources.flatMap((source) => (isSeq(source) ? source.items : [source]));
  return maps
    .map((merged) => followed(tree, merged))
    .toReversed()
    .flatMap((merged) => (isMap(merged) ? [...entriesOf(tree, merged)] : []));
}

/** The range of a spot; an empty value, as in `desc:`, has the range of its key. */
function rangeOfSpot({ key, value }: Spot, part: 'key' | 'value'): Range {
  const range = rangeOfNode(value);
  return key !== undefined && (part === 'key' || range[0] === range[1]) ? rangeOfNode(key) : range;
}

/** Messages of the YAML library, with clearer ones for authors of files. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/^Unexpected .* at node end$/, 'there is text after the end of the value'],
  [/^Unexpected \S+ token$/, 'a comma or a colon is missing before this'],
  [/^Unexpected scalar token in YAML stream.*$/s, 'there is text where a key is expected'],
  [/^Unexpected flow-(?:map|seq)-end token.*$/s, 'a closing bracket has no opening bracket'],
  [
    /^Implicit keys need to be on a single line$/,
    'a line is not a key with a colon, nor indented as a value',
  ],
  [/^Implicit keys of flow sequence pairs .*$/, 'a key and its colon must be on one line'],
  [/^Implicit map keys need to be followed by map values$/, 'a key has no colon after it'],
  [
    /^Nested mappings are not allowed in compact mappings$/,
    'a line has two keys, or a value with ": " in it',
  ],
  [/^A block sequence may not be used as an implicit map key$/, 'there is a list where a key is expected'],
  [
    /^Block collections are not allowed within flow collections$/,
    'there are block keys or dashes inside { } or [ ]',
  ],
  [/^Missing (closing [^ ]*)quote$/, 'a quoted text has no closing quote'],
  [/^Missing , (?:or : )?between flow (?:map|sequence) items$/, 'a comma is missing'],
  [/^Sequence item without - indicator$/, 'an item of a list has no dash'],
  [/^All mapping items must start at the same column$/, 'keys of one mapping must begin in the same column'],
  [/^All sequence items must start at the same column$/, 'dashes of one list must begin in the same column'],
];

/** A clear message for a syntax error, from the message of the YAML library. */
function syntaxMessage(message: string): string {
  const [pattern, words] = PLAIN.find(([one]) => one.test(message)) ?? [];
  if (pattern !== undefined && words !== undefined) return message.replace(pattern, words);
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}

const INDENT = 'Indent with spaces, not with tabs.';

const HINTS: Partial<Record<ErrorCode, string>> = {
  BAD_DQ_ESCAPE: 'In double quotes, write a backslash twice: "\\\\${NAME}"; in single quotes, once.',
  BAD_INDENT: 'Indent the lines of one block alike, and close every open bracket.',
  BAD_SCALAR_START: 'Write the value in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'Write a value that holds ": " in quotes, or put the nested keys on lines of their own.',
  BLOCK_IN_FLOW: 'Inside { } and [ ], use only commas and brackets.',
  MISSING_CHAR: 'Add the character that is missing.',
  MULTILINE_IMPLICIT_KEY:
    'Indent this line like its neighbours, or add the colon that is missing after a key.',
  TAB_AS_INDENT: INDENT,
  TAG_RESOLVE_FAILED: 'Remove the tag; write a text that starts with "!" in quotes.',
};

const OTHERWISE = 'Correct the YAML here; write values with special characters in quotes.';

/** Number of characters before and after an error that are examined. */
const NEAR = 200;

/** A hint for a syntax error, from its code and line. */
function syntaxHint(code: ErrorCode, location: Location): string {
  const near = (location.text ?? '').slice(Math.max(0, location.column - NEAR), location.column + NEAR);
  const variable = /(?<!["'])\$\{[^}]*\}/.exec(near);
  if (variable !== null && code !== 'BAD_DQ_ESCAPE') {
    return `Write a variable inside { } or [ ] in quotes: "${variable[0]}".`;
  }
  if (/^\s*\t/.test(location.text ?? '')) return INDENT;
  return HINTS[code] ?? OTHERWISE;
}
