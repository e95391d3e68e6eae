import { structuredPatch } from 'diff';

/** One line of a text that changes. */
export interface DiffLine {
  /** A space: the line stays, and is shown for orientation. */
  readonly sign: '+' | '-' | ' ';
  readonly text: string;
}

/** Texts that differ in more lines are shown whole: comparing them would take too long. */
const MOST_EDITS = 500;
const OMITTED: DiffLine = { sign: ' ', text: '…' };

/** The changed lines of a text, each group with one line before and after it; `…` stands for lines that are left out. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [old, now] = endedAlike(before, after);
  const patch = structuredPatch('', '', old, now, '', '', { context: 1, maxEditLength: MOST_EDITS });
  if (patch === undefined) return [...allLines('-', old), ...allLines('+', now)];
  return patch.hunks.flatMap(({ oldStart, lines }) => [
    ...(oldStart > 1 ? [OMITTED] : []),
    ...lines.map(signedLine),
  ]);
}

/** A missing newline at the end is worth a word only where one of two texts has it. */
function endedAlike(before: string, after: string): readonly [string, string] {
  if (before.endsWith('\n') || after.endsWith('\n')) return [before, after];
  const ended = (text: string): string => (text === '' ? '' : `${text}\n`);
  return [ended(before), ended(after)];
}

function allLines(sign: DiffLine['sign'], text: string): readonly DiffLine[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => ({ sign, text: line }));
}

/** A patch also has lines about the text, which begin with a backslash. */
function signedLine(line: string): DiffLine {
  const [first, text] = [line.slice(0, 1), line.slice(1)];
  return first === '+' || first === '-' || first === ' ' ? { sign: first, text } : { sign: ' ', text: line };
}
