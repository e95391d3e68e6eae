import type { Range } from './parsed-text.ts';
import type { SourceText } from './source-text.ts';
import { sourceText } from './source-text.ts';

/**
 * A text that stands in a file as a literal block (`key: |`), as a source whose places are those of the file. Undefined
 * for a text that is written in another way, in which lines of the text are not lines of the file.
 */
export function blockText(file: SourceText, range: Range, text: string): SourceText | undefined {
  if (file.text[range[0]] !== '|') return undefined;
  const firstLine = file.text.indexOf('\n', range[0]) + 1;
  const starts = lineStarts(file.text.slice(firstLine, range[1]), text);
  if (starts === undefined) return undefined;
  const inner = sourceText(file.file, text);
  const outer = (offset: number): number => {
    const { line, column } = inner.at(offset, offset);
    return firstLine + (starts[line - 1] ?? 0) + column - 1;
  };
  return { file: file.file, text, at: (start, end) => file.at(outer(start), outer(end)) };
}

/** Where each line of the text begins in the block, past the indentation; undefined if the block says something else. */
function lineStarts(block: string, text: string): readonly number[] | undefined {
  const written = block.split('\n');
  const indent = indentOf(block) - indentOf(text);
  const lines = text.split('\n');
  const starts: number[] = [];
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const whole = written[index] ?? '';
    if (whole.slice(indent) !== line && whole.trim() + line !== '') return undefined;
    starts.push(offset + Math.min(indent, whole.length));
    offset += whole.length + 1;
  }
  return starts;
}

/** The indentation of the first line that has one. */
function indentOf(text: string): number {
  return /^( *)[^ \n]/m.exec(text)?.[1]?.length ?? 0;
}
