import type { CodeRow } from './code-row.ts';

/** Of the comments that turn diagnostics off: validate/. */
export const COMMENT_CODES = {
  'unknown-code': {
    severity: 'warning',
    about: 'A comment turns off a code that does not exist.',
    remedy: 'Write the nearest known one, which is proposed.',
  },
  'code-not-adjustable': {
    severity: 'warning',
    about: 'A comment turns off a code that protects the portal, so it has no effect.',
    remedy: 'Correct the mistake itself, and remove the comment.',
  },
  'bad-lint-comment': {
    severity: 'warning',
    about: 'A comment begins as one for adc does, but names no code or an unknown word.',
    remedy: 'Write `# adc-lint-disable-next-line code -- reason`, or `# adc-lint-disable code`.',
  },
  'unused-lint-comment': {
    severity: 'info',
    adjustable: true,
    about: 'A comment turns off a code that is not found there any more.',
    remedy: 'Remove the comment.',
  },
} as const satisfies Readonly<Record<string, CodeRow>>;
