import { displayWidth } from '../lib/display-width.ts';
import { printable } from '../lib/printable.ts';
import { PLAIN } from './words.ts';

/** Rows of cells below their headings. Cells are texts of a portal, as they are there, or numbers. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/**
 * A table for people. The first cell of a row is quoted: no line begins with a name, which CI might take for a command. An
 * empty cell is a dash.
 */
export function tableText({ columns, rows }: Table): string {
  const shown = rows.map(([first = '', ...rest]) => [
    PLAIN.name(String(first)),
    ...rest.map((cell) => (cell === '' ? '-' : printable(String(cell)))),
  ]);
  const lines = [columns.map((column) => column.toUpperCase()), ...shown];
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => displayWidth(cells[at] ?? ''))));
  const padded = (cell: string, at: number): string =>
    cell + ' '.repeat((widths[at] ?? 0) - displayWidth(cell));
  return lines.map((cells) => `${cells.map(padded).join('  ').trimEnd()}\n`).join('');
}

/** The same as CSV (RFC 4180, each cell quoted), in which no spreadsheet takes a cell for a formula. */
export function tableCsv({ columns, rows }: Table): string {
  return [columns, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(cell: string | number): string {
  const text = printable(String(cell));
  return `"${/^[=+\-@]/.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;
}
