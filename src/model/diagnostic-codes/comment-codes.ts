import type { CodeRow } from './code-row.ts';

/** Diagnostics about comments that turn diagnostics off: validate/. */
export const COMMENT_CODES = {
  'unknown-code': {
    severity: 'warning',
    about: 'A comment turns off a code that does not exist.',
    remedy: 'Use the suggested code.',
  },
  'code-not-adjustable': {
    severity: 'warning',
    about: 'A comment turns off a code that protects the portal, so it has no effect.',
    remedy: 'Fix the problem itself, and remove the comment.',
  },
  'bad-lint-comment': {
    severity: 'warning',
    about: 'An adc comment has no code, or starts with an unknown word.',
    remedy: 'Write `# adc-lint-disable-next-line code -- reason`, or `# adc-lint-disable code`.',
  },
  'unused-lint-comment': {
    severity: 'info',
    adjustable: true,
    about: 'A comment turns off a code that no longer occurs there.',
    remedy: 'Remove the comment.',
  },
} as const satisfies Readonly<Record<string, CodeRow>>;
