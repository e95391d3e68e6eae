import type { CodeRow } from './code-row.ts';

/** Of YAML, JSON and variables: load/. */
export const SYNTAX_CODES = {
  'yaml-syntax': {
    severity: 'error',
    about: 'The text is not well-formed YAML 1.2 or JSON.',
    remedy: 'Correct the line that is shown, or the one before it.',
  },
  'yaml-version': {
    severity: 'error',
    about:
      'A `%YAML` line asks for another version than 1.2, in which the same words mean something else: `no` is false.',
    remedy: 'Remove the `%YAML` line.',
  },
  'duplicate-key': {
    severity: 'error',
    about: 'A key is given twice in one mapping. YAML readers do not agree on which one counts.',
    remedy: 'Keep one of the two.',
  },
  'key-not-text': {
    severity: 'error',
    about: 'A key is a number, a boolean, empty or a collection.',
    remedy: 'Write it in quotes if it is meant to be text.',
  },
  'unknown-tag': {
    severity: 'error',
    about: 'A YAML tag such as `!env` means nothing in these files.',
    remedy: 'Remove it. Variables are written `${NAME}`.',
  },
  'yaml-alias': {
    severity: 'error',
    about: 'An alias names an anchor that does not stand before it, or that it is itself a part of.',
    remedy: 'Define the anchor before its alias, in the same document.',
  },
  'yaml-merge': {
    severity: 'error',
    about: 'The merge key `<<` has something else than a mapping or a list of mappings.',
    remedy: 'Give it an alias of a mapping, such as `<<: *base`.',
  },
  'alias-bomb': {
    severity: 'error',
    about: 'Aliases, written out, would make the document larger or deeper than any real one is.',
    remedy: 'Use fewer aliases of aliases.',
  },
  'too-deep': {
    severity: 'error',
    about: 'The document is nested deeper than any real one is.',
    remedy: 'Take the nesting apart. Often a bracket or an indentation is wrong.',
  },
  'several-documents': {
    severity: 'error',
    about: 'An OpenAPI file holds more than one YAML document, and only one could be published.',
    remedy: 'Put each document into a file of its own.',
  },
  'unset-variable': {
    severity: 'error',
    about: 'An environment variable is not set and has no default. Empty is a value.',
    remedy: 'Set it, or write a default: `${NAME:-default}`.',
  },
  'bad-variable': {
    severity: 'error',
    about: 'Something begins as a variable does, with `${`, but is none.',
    remedy: 'Write `${NAME}` or `${NAME:-default}`; `\\${` stands for the two characters themselves.',
  },
  'secret-variable': {
    severity: 'error',
    about:
      'A variable that is named like a secret, such as `GITHUB_TOKEN`, or whose value holds the token in use. adc does not fill either into files: the contents of a file can end up on a portal or in a log. [Environment variables](environment.md#secrets) lists the names.',
    remedy:
      'Use a variable of another name, or allow this one with `--allow-secret-variable NAME`. The token in use cannot be allowed.',
  },
} as const satisfies Readonly<Record<string, CodeRow>>;
