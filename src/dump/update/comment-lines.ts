import { columnOf, lineStart } from './yaml-place.ts';

/*
 * Whose a comment is that has a line of its own: that of the member below it, unless it is indented more than that; then it
 * belongs to the one above.
 */

/**
 * Where the comment begins that stands right above a line and is about what begins there; that line if there is none.
 * @param bound the line after the member before, if there is one.
 */
export function commentAbove(text: string, line: number, column: number, bound: number | undefined): number {
  if (line <= (bound ?? 0)) return line;
  const above = lineStart(text, line - 1);
  const at = commentOn(text, above);
  const isOwn = at !== undefined && (bound === undefined || columnOf(text, at) <= column);
  return isOwn ? commentAbove(text, above, column, bound) : line;
}

/** The line after the comments right below a member that are indented more than it. */
export function afterComments(text: string, line: number, column: number): number {
  const at = commentOn(text, line);
  if (at === undefined || columnOf(text, at) <= column) return line;
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : afterComments(text, end + 1, column);
}

/** Where the comment begins that is all of a line. */
function commentOn(text: string, line: number): number | undefined {
  COMMENT.lastIndex = line;
  const found = COMMENT.exec(text);
  return found === null ? undefined : COMMENT.lastIndex - 1;
}

const COMMENT = /[ \t]*#/y;

/** Whether nothing but blanks and a comment stands behind an offset on its line. */
export function isLastOnLine(text: string, offset: number): boolean {
  REST.lastIndex = offset;
  return REST.test(text);
}

const REST = /[ \t]*(?:(?<=[ \t])#.*)?(?:\n|(?![^]))/y;

/** The comment behind an offset on its line, with the blanks before it. */
export function commentBehind(text: string, offset: number): string | undefined {
  BEHIND.lastIndex = offset;
  return BEHIND.exec(text)?.[0];
}

const BEHIND = /[ \t]+#.*/y;
