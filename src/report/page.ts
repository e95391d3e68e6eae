import { displayWidth, printable } from '../lib/printable.ts';

/** The layout of a text report. */
export interface Page {
  readonly paints: Paints;
  /** Number of columns. */
  readonly width: number;
  /** Column at which sentences wrap; Infinity for no wrapping, as in a log. */
  readonly wrapAt: number;
  /** Whether the report names unchanged products instead of counting them, and does not shorten lists of names. */
  readonly namesAll: boolean;
}

export type Paint = (text: string) => string;

/** Colours by meaning. Next to each colour, a sign or a word has the same meaning. */
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

export const unpainted: Paint = (text) => text;

/** For output that is not a terminal, and for users who disable colours. */
export const NO_COLOURS: Paints = {
  added: unpainted,
  removed: unpainted,
  changed: unpainted,
  severe: unpainted,
  error: unpainted,
  warning: unpainted,
  info: unpainted,
  bold: unpainted,
  dim: unpainted,
};

/**
 * A printable text as lines of at most `width` columns, wrapped at spaces. A longer word stays on one line, so that
 * users can copy it. Lines after the first one begin with `indent`.
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

/** Headings, and rows of cells. Cells are numbers, or texts that are not escaped yet. */
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

/** The table as quoted CSV (RFC 4180). A leading `'` keeps spreadsheets from reading a cell as a formula. */
export function tableCsv({ columns, rows }: Table): string {
  return [columns, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(cell: string | number): string {
  const text = printable(String(cell));
  return `"${/^[=+\-@]/.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;
}
