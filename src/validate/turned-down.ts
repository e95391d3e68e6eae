import { nearest } from '../lib/nearest.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { asError, DIAGNOSTIC_CODES, diagnostic, isAdjustable, isCode } from '../model/diagnostic-codes.ts';
import type { LintComment, LintCommentCode } from '../model/lint-comment.ts';
import type { LintRules } from '../model/lint-rules.ts';

/**
 * Diagnostics as they count: without those that a comment or a rule turns off, with the severities that rules give, and
 * with what is wrong with the comments themselves.
 */
export function turnedDown(
  diagnostics: readonly Diagnostic[],
  comments: readonly LintComment[],
  rules: LintRules,
): readonly Diagnostic[] {
  const shields = comments.flatMap((comment) => comment.codes.map((code) => ({ comment, ...code })));
  const covered = new Set(shields.map(coverOf));
  const isCovered = (one: Diagnostic) =>
    isAdjustable(one.code) && coversOf(one).some((key) => covered.has(key));
  const found = new Set(diagnostics.flatMap(coversOf));
  const remarks = [
    ...comments.filter(({ codes }) => codes.length === 0).map(notUnderstood),
    ...shields.flatMap((shield) => remarkOn(shield, found)),
  ];
  const left = diagnostics.filter((one) => !isCovered(one));
  return [...left, ...remarks].flatMap((one) => counted(one, rules));
}

interface Shield extends LintCommentCode {
  readonly comment: LintComment;
}

/** What a comment is about: a code in a file, or on a line of it. */
const coverOf = ({ comment: { file, line }, code }: Shield): string => JSON.stringify([code, file, line]);

/** What a comment must be about to turn a diagnostic off. */
function coversOf({ code, location }: Diagnostic): readonly string[] {
  if (location === undefined) return [];
  const { file, line } = location;
  return [JSON.stringify([code, file, undefined]), JSON.stringify([code, file, line])];
}

function counted(one: Diagnostic, { levels, strict }: LintRules): readonly Diagnostic[] {
  const severity = levels.get(one.code) ?? one.severity;
  if (severity === 'off') return [];
  const raised = { ...one, severity };
  return [strict ? asError(raised) : raised];
}

function notUnderstood({ location }: LintComment): Diagnostic {
  return diagnostic('bad-lint-comment', {
    message: 'this adc comment has no code, or starts with an unknown word',
    hint: 'Write # adc-lint-disable-next-line code -- reason, or # adc-lint-disable code.',
    location,
  });
}

/** @param found what comments could be about. */
function remarkOn(shield: Shield, found: ReadonlySet<string>): readonly Diagnostic[] {
  const { code, location } = shield;
  if (!isCode(code)) return [unknownCode(code, location)];
  if (!isAdjustable(code)) {
    const message = `${code} protects the portal and cannot be turned off`;
    const hint = 'Fix the problem itself, and remove the comment.';
    return [diagnostic('code-not-adjustable', { message, hint, location })];
  }
  if (found.has(coverOf(shield))) return [];
  const where = shield.comment.line === undefined ? 'in this file' : 'on the next line';
  const message = `there is no ${code} ${where}`;
  return [diagnostic('unused-lint-comment', { message, hint: 'Remove the comment.', location })];
}

const ADJUSTABLE = Object.keys(DIAGNOSTIC_CODES).filter(isAdjustable);

function unknownCode(code: string, location: LintCommentCode['location']): Diagnostic {
  const near = nearest(code, ADJUSTABLE);
  return diagnostic('unknown-code', {
    message: `unknown code "${code}"`,
    hint: near === undefined ? 'docs/reference/diagnostics.md lists the codes.' : `Did you mean "${near}"?`,
    location,
  });
}
