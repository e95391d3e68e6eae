import type { LintComment, LintCommentCode, SourceText } from '../model/document.ts';

const MARK = 'adc-lint-disable';
const COMMENT = /^[ \t]*#[ \t]*adc-lint-disable(\S*)(.*)$/gm;

/**
 * The comments of a file that turn diagnostics off, in YAML. Each is on its own line, so that its scope is clear: the
 * whole file, or the next line that is not a comment.
 */
export function lintComments(source: SourceText): readonly LintComment[] {
  if (!source.text.includes(MARK)) return [];
  // From the last to the first: consecutive comments apply to the same line, which is searched once.
  const comments: LintComment[] = [];
  let next = { comment: source.text.length, line: source.text.length };
  for (const match of [...source.text.matchAll(COMMENT)].toReversed()) {
    const end = match.index + match[0].length;
    const between = FIRST_CODE.exec(source.text.slice(end, next.comment));
    next = { comment: match.index, line: between === null ? next.line : end + between.index };
    comments.push(readComment(source, match, next.line));
  }
  return comments.toReversed();
}

const FIRST_CODE = /^[ \t]*[^#\s]/m;

/** @param next offset of the next line that is not a comment. */
function readComment(source: SourceText, match: RegExpExecArray, next: number): LintComment {
  const [whole, word = '', rest = ''] = match;
  const end = match.index + whole.length;
  const start = match.index + whole.indexOf('#');
  const known = word === '' || word === '-next-line';
  const codes = known ? codesIn(source, end - rest.length, rest) : [];
  const line = word === '-next-line' ? { line: source.at(next, next).line } : {};
  return { file: source.file, ...line, codes, location: source.at(start, end) };
}

/** The codes of a comment, which end before ` -- reason`. */
function codesIn(source: SourceText, offset: number, rest: string): readonly LintCommentCode[] {
  const [list = ''] = rest.split(/(?:^|\s)--(?:\s|$)/);
  return [...list.matchAll(/[^\s,]+/g)].map((match) => {
    const start = offset + match.index;
    return { code: match[0], location: source.at(start, start + match[0].length) };
  });
}
