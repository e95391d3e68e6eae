import type { CodeRow } from './code-row.ts';

/** Diagnostics of YAML, JSON and variables: load/. */
export const SYNTAX_CODES = {
  'yaml-syntax': {
    severity: 'error',
    about: 'The file is not valid YAML 1.2 or JSON.',
    remedy: 'Fix the shown line, or the line before it.',
  },
  'yaml-version': {
    severity: 'error',
    about:
      'A `%YAML` line selects another version than 1.2, where some words have another meaning: `no` is false.',
    remedy: 'Remove the `%YAML` line.',
  },
  'duplicate-key': {
    severity: 'error',
    about: 'A mapping has the same key twice. YAML parsers disagree on which one counts.',
    remedy: 'Remove one of them.',
  },
  'key-not-text': {
    severity: 'error',
    about: 'A key is a number, a boolean, empty or a collection.',
    remedy: 'Write it in quotes if it is meant to be text.',
  },
  'unknown-tag': {
    severity: 'error',
    about: 'YAML tags such as `!env` are not supported.',
    remedy: 'Remove the tag. Write variables as `${NAME}`.',
  },
  'yaml-alias': {
    severity: 'error',
    about: 'An alias refers to an anchor that is not defined before it, or that contains it.',
    remedy: 'Define the anchor before its alias, in the same document.',
  },
  'yaml-merge': {
    severity: 'error',
    about: 'The value of the merge key `<<` is not a mapping or a list of mappings.',
    remedy: 'Use an alias of a mapping, such as `<<: *base`.',
  },
  'alias-bomb': {
    severity: 'error',
    about: 'The aliases would expand the document beyond the limit of size or depth.',
    remedy: 'Use fewer nested aliases.',
  },
  'too-deep': {
    severity: 'error',
    about: 'The document is nested too deeply.',
    remedy: 'Reduce the nesting. Often a bracket is missing or an indentation is wrong.',
  },
  'several-documents': {
    severity: 'error',
    about: 'An OpenAPI file has more than one YAML document, and adc can publish only one.',
    remedy: 'Put each document in its own file.',
  },
  'unset-variable': {
    severity: 'error',
    about: 'An environment variable is not set and has no default. An empty string counts as set.',
    remedy: 'Set it, or add a default: `${NAME:-default}`.',
  },
  'bad-variable': {
    severity: 'error',
    about: 'A text starts with `${` but is not a valid variable.',
    remedy: 'Write `${NAME}` or `${NAME:-default}`; `\\${` stands for the two literal characters.',
  },
  'secret-variable': {
    severity: 'error',
    about:
      'A variable is named like a secret, such as `GITHUB_TOKEN`, or its value contains the token in use. adc does not fill it into files: the contents of a file can end up on a portal or in a log. [Environment variables](environment.md#secrets) lists the names.',
    remedy:
      'Use a variable of another name, or allow this one with `--allow-secret-variable NAME`. The token in use cannot be allowed.',
  },
} as const satisfies Readonly<Record<string, CodeRow>>;
