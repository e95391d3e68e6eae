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
import { type Expansion, TAG_HINT, composeValue, isMergeKey, keyText, rangeOfNode } from './compose-value.ts';
import {
  type Entry,
  type Keys,
  type ParsedText,
  type RangeOf,
  MAX_DEPTH,
  treeRanges,
} from './source-text.ts';

/** compose-value.ts finds duplicate keys: the check of the library takes quadratic time. */
const OPTIONS = { version: '1.2', uniqueKeys: false, intAsBigInt: true, prettyErrors: false } as const;

/** The documents of a YAML 1.2 text, and all its syntax errors. The directive of another version is an error. */
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

/** A separate function, so that the tokens of a large file, which need much memory, are released early. */
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
  const problems = [...syntaxErrors(reading, document), ...versionErrors(source, document)];
  const composed = composeValue(document.contents, source, keys, expansion);
  const diagnostics = [...problems, ...composed.diagnostics];
  if (diagnostics.some(({ code }) => UNREADABLE.has(code))) return { documents: [], diagnostics };
  return {
    documents: [{ ...composed, rangeOf: nodeRanges(document, composed.targets) }],
    diagnostics,
  };
}

/** With these errors, the meaning of a document is unknown, so later stages do not check it. */
const UNREADABLE: ReadonlySet<string> = new Set<DiagnosticCode>([
  'alias-bomb',
  'yaml-alias',
  'yaml-syntax',
  'yaml-version',
]);

/** One error per line: the parser often reports an error several times on a line. */
function syntaxErrors(reading: Reading, document: Document.Parsed): readonly Diagnostic[] {
  const byLine = new Map<number, Diagnostic>();
  for (const error of [...document.errors, ...document.warnings].slice(0, MAX_ERRORS)) {
    const found = syntaxError(reading, error);
    const line = found.location?.line ?? 0;
    if (!byLine.has(line)) byLine.set(line, found);
  }
  return [...byLine.values()];
}

/** Maximum number of syntax errors of a document. */
const MAX_ERRORS = 100;

function syntaxError({ source, end }: Reading, error: YAMLError): Diagnostic {
  const location = source.at(Math.min(error.pos[0], end), error.pos[1]);
  const isTag = error.code === 'TAG_RESOLVE_FAILED';
  return diagnostic(isTag ? 'unknown-tag' : 'yaml-syntax', {
    message: isTag
      ? `the tag ${source.text.slice(...error.pos)} is not supported`
      : syntaxMessage(error.message),
    hint: syntaxHint(error.code, location),
    location,
  });
}

function versionErrors(source: SourceText, document: Document.Parsed): readonly Diagnostic[] {
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

/** The tokens of a YAML text, or the offset at which it is nested too deeply. */
export type YamlTokens = { readonly tokens: readonly CST.Token[] } | { readonly tooDeepAt: number };

/**
 * Splits a text into tokens and checks its depth: the library composes recursively, and a deep document could overflow
 * the stack, which can end the process.
 */
export function yamlTokens(text: string, maxDepth: number): YamlTokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maxDepth) return { tooDeepAt: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

interface Aliases {
  readonly targets: ReadonlyMap<Alias, Node>;
  /** The entries of the visited maps, including merged ones. */
  readonly entries: Map<YAMLMap, ReadonlyMap<string, Entry<unknown>>>;
}

/**
 * The ranges of paths in a document. Follows aliases and merge keys to their text; an alias at the end of a path has
 * its own range.
 */
function nodeRanges(document: Document.Parsed, targets: ReadonlyMap<Alias, Node>): RangeOf {
  const aliases: Aliases = { targets, entries: new Map() };
  return treeRanges<unknown>({
    root: () => ({ value: document.contents }),
    childOf: (parent, step) => childOf(aliases, parent, step),
    rangeOf: rangeOfNode,
  });
}

function childOf(aliases: Aliases, value: unknown, step: string): Entry<unknown> | undefined {
  const node = aliasTarget(aliases, value);
  if (isMap(node)) return entriesOf(aliases, node).get(step);
  if (!isSeq(node)) return undefined;
  const index = Number(step);
  return index < node.items.length ? { value: node.items[index] } : undefined;
}

function aliasTarget({ targets }: Aliases, value: unknown): unknown {
  return isAlias(value) ? targets.get(value) : value;
}

/** Own entries override merged ones; of duplicate keys, the last one counts, as in the value. */
function entriesOf(aliases: Aliases, map: YAMLMap): ReadonlyMap<string, Entry<unknown>> {
  const entries = aliases.entries.get(map) ?? new Map([...mergedEntries(aliases, map), ...ownEntries(map)]);
  aliases.entries.set(map, entries);
  return entries;
}

function ownEntries(map: YAMLMap): readonly (readonly [string, Entry<unknown>])[] {
  return map.items.flatMap(({ key, value }) => {
    const text = isMergeKey(key) ? undefined : keyText(key, 'scalar');
    return text === undefined ? [] : [[text, { key, value }]];
  });
}

/** In reverse order: of several merged maps, the first one overrides the others. */
function mergedEntries(aliases: Aliases, map: YAMLMap): readonly (readonly [string, Entry<unknown>])[] {
  const sources = map.items.flatMap(({ key, value }) =>
    isMergeKey(key) ? [aliasTarget(aliases, value)] : [],
  );
  const maps = sources.flatMap((source) => (isSeq(source) ? source.items : [source]));
  return maps
    .map((merged) => aliasTarget(aliases, merged))
    .toReversed()
    .flatMap((merged) => (isMap(merged) ? [...entriesOf(aliases, merged)] : []));
}

/** Messages of the YAML library, with plainer ones. */
const MESSAGES: readonly (readonly [RegExp, string])[] = [
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
  const [pattern, plain] = MESSAGES.find(([one]) => one.test(message)) ?? [];
  if (pattern !== undefined && plain !== undefined) return message.replace(pattern, plain);
  return message.slice(0, 1).toLowerCase() + message.slice(1);
}

const INDENT = 'Indent with spaces, not with tabs.';

const HINTS: Partial<Record<ErrorCode, string>> = {
  BAD_DQ_ESCAPE: 'In double quotes, write a backslash twice: "\\\\${NAME}"; in single quotes, once.',
  BAD_INDENT: 'Indent the lines of one block alike, and close every open bracket.',
  BAD_SCALAR_START: 'Write the value in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'Write a value that contains ": " in quotes, or put the nested keys on separate lines.',
  BLOCK_IN_FLOW: 'Inside { } and [ ], use only commas and brackets.',
  MISSING_CHAR: 'Add the missing character.',
  MULTILINE_IMPLICIT_KEY: 'Indent this line like the lines around it, or add the missing colon after a key.',
  TAB_AS_INDENT: INDENT,
  TAG_RESOLVE_FAILED: TAG_HINT,
};

const DEFAULT_HINT = 'Correct the YAML here; write values with special characters in quotes.';

/** Number of characters before and after an error that a hint depends on. */
const CONTEXT = 200;

/** Characters that look like a space or a colon, or like nothing, as word processors insert them. */
const LOOKALIKE = /^[^"'#]*?([\u00a0\u2000-\u200b\u202f\u3000\ufe55\uff1a])/u;

/** A hint for a syntax error, from its code and line. */
function syntaxHint(code: ErrorCode, location: Location): string {
  const context = (location.text ?? '').slice(
    Math.max(0, location.column - CONTEXT),
    location.column + CONTEXT,
  );
  const variable = /(?<!["'])\$\{[^}]*\}/.exec(context);
  if (variable !== null && code !== 'BAD_DQ_ESCAPE') {
    return `Write a variable inside { } or [ ] in quotes: "${variable[0]}".`;
  }
  if (/^\s*\t/.test(location.text ?? '')) return INDENT;
  const [, lookalike] = LOOKALIKE.exec(context) ?? [];
  if (lookalike !== undefined) {
    const point = lookalike.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return `Write an ordinary space or colon instead of the character U+${point} in this line.`;
  }
  return HINTS[code] ?? DEFAULT_HINT;
}
