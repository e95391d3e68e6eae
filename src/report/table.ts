import { displayWidth, printable } from '../lib/printable.ts';
import { PLAIN } from './words.ts';

/** Columns with headings, and rows of cells. Cells are unescaped texts of a portal, or numbers. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/**
 * The table as text. The first cell of a row is quoted, so that no line begins with a name, which CI might execute as
 * a command. An empty cell is a dash.
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

/** The table as CSV (RFC 4180, each cell quoted), without cells that a spreadsheet would read as formulas. */
export function tableCsv({ columns, rows }: Table): string {
  return [columns, ...rows].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(cell: string | number): string {
  const text = printable(String(cell));
  return `"${/^[=+\-@]/.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;
}
