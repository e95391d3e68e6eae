import { tableCsv, tableText, type Table } from '../report/page.ts';
import { choice, group, type Values } from './options.ts';
import { OUTPUT } from './output.ts';

/** Options of a command that prints a table. */
export const TABLE_OUTPUT = {
  ...OUTPUT,
  ...group('Output:', {
    format: choice('--format <format>', 'output format', ['text', 'json', 'csv'], { fallback: 'text' }),
  }),
};

/** @param none text for a table without rows. */
export function tableIn(format: Values<typeof TABLE_OUTPUT>['format'], table: Table, none: string): string {
  if (format === 'csv') return tableCsv(table);
  return table.rows.length === 0 ? `${none}\n` : tableText(table);
}
