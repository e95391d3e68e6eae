import { Composer } from 'yaml';
import type { Document, YAMLError } from 'yaml';
import { yamlTokens } from '../lib/yaml-tokens.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { Expansion } from './compose-value.ts';
import { composeValue } from './compose-value.ts';
import { nodeRanges } from './node-ranges.ts';
import type { Keys } from '../model/plain-yaml.ts';
import type { ParsedText } from './parsed-text.ts';
import { MAX_DEPTH } from './parsed-text.ts';
import type { SourceText } from './source-text.ts';
import { syntaxHint } from './syntax-hint.ts';
import { syntaxMessage } from './syntax-message.ts';

/** Uniqueness of keys is checked while values are built: the library's own check is quadratic. */
const OPTIONS = { version: '1.2', uniqueKeys: false, prettyErrors: false } as const;

/** The documents of a YAML 1.2 text that has no other version's directive, and every mistake in its syntax. */
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

/** The tokens of a large file take most of the memory, so they are let go of before anything else is done. */
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
  /** Where white space alone is left. */
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
    documents: [{ value: composed.value, rangeOf: nodeRanges(document, composed.targets) }],
    diagnostics,
  };
}

/** With these the document does not say what its author meant, so nothing more is said about it. */
const UNREADABLE: ReadonlySet<string> = new Set<DiagnosticCode>([
  'alias-bomb',
  'yaml-alias',
  'yaml-syntax',
  'yaml-version',
]);

/** One mistake a line: the parser often finds the same one again, further on. */
function syntaxMistakes(reading: Reading, document: Document.Parsed): readonly Diagnostic[] {
  const byLine = new Map<number, Diagnostic>();
  for (const error of [...document.errors, ...document.warnings].slice(0, MOST_MISTAKES)) {
    const mistake = syntaxMistake(reading, error);
    const line = mistake.location?.line ?? 0;
    if (!byLine.has(line)) byLine.set(line, mistake);
  }
  return [...byLine.values()];
}

/** What follows is noise: nobody corrects a hundred syntax errors one by one. */
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
