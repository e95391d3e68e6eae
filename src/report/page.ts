import { displayWidth, printable } from '../lib/printable.ts';

/** The output page of a text report. */
export interface Page {
  /** Its colours. */
  readonly paints: Paints;
  /** Columns of a line. */
  readonly width: number;
  /** Columns at which sentences wrap; Infinity if lines are not wrapped, as in a log. */
  readonly wrapAt: number;
  /** Whether unchanged products are named instead of counted, and long lists of names are complete. */
  readonly namesAll: boolean;
}

export type Paint = (text: string) => string;

/** Colours by meaning. A sign or a word repeats the meaning of each colour. */
export interface Paints {
  readonly added: Paint;
  readonly removed: Paint;
  readonly changed: Paint;
  /** For changes that end or break access for users. */
  readonly severe: Paint;
  readonly error: Paint;
  readonly warning: Paint;
  readonly info: Paint;
  readonly bold: Paint;
  readonly dim: Paint;
}

export const asItIs: Paint = (text) => text;

/** For output that is not a terminal, and for users who disable colours. */
export const NO_COLOURS: Paints = {
  added: asItIs,
  removed: asItIs,
  changed: asItIs,
  severe: asItIs,
  error: asItIs,
  warning: asItIs,
  info: asItIs,
  bold: asItIs,
  dim: asItIs,
};

/**
 * A printable text as lines of at most `width` columns, wrapped at spaces; a longer word is not split, so that it can
 * be copied. Lines after the first one begin with `indent`.
 */
export function wrapped(text: string, width: number, indent: string): readonly string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  let isEmpty = true;
  for (const word of text.slice(line.length).split(' ')) {
    const longer = isEmpty ? `${line}${word}` : `${line} ${word}`;
    if (!isEmpty && displayWidth(longer) > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = longer;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Columns with headings, and rows of cells. Cells are unescaped texts of a portal, or numbers. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** The table as text. The first cell is quoted: CI might execute a line that begins with a name. Empty cells are `-`. */
export function tableText({ columns, rows }: Table): string {
  const shown = rows.map(([first = '', ...rest]) => [
    `"${printable(String(first))}"`,
    ...rest.map((cell) => (cell === '' ? '-' : printable(String(cell)))),
  ]);
  const lines = [columns.map((column) => column.toUpperCase()), ...shown];
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => displayWidth(cells[at] ?? ''))));
  const padded = (cell: string, at: number): string =>
    cell + ' '.repeat((widths[at] ?? 0) - displayWidth(cell));
  return lines.map((cells) => `${cells.map(padded).join('  ').trimEnd()}\n`).join('');
}

/** The table as CSV (RFC 4180, each cell quoted), without cells that a spreadsheet would read as formulas. */
export function tableCsv({ columns, rows }: Table): string {
  return [columns, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(cell: string | number): string {
  const text = printable(String(cell));
  return `"${/^[=+\-@]/.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;
}
