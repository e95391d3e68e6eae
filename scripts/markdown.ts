/** A Markdown table. Cells are Markdown; only `|` is escaped. Empty columns are omitted. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = heads.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
  const line = (cells: readonly string[]): string =>
    `| ${cells
      .filter((_, column) => used[column])
      .map((cell) => cell.replaceAll('|', String.raw`\|`).replaceAll('\n', ' '))
      .join(' | ')} |\n`;
  return [heads, heads.map(() => '---'), ...rows].map(line).join('');
}

/** A list of values as code. */
export const codes = (words: readonly unknown[]): string => words.map(code).join(', ');

/** A text or another JSON value as code. */
export const code = (value: unknown): string =>
  `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}\``;

/** Escapes text for Markdown. Only backticks keep their meaning. */
export const prose = (text: string): string =>
  text.replaceAll(/`[^`]*`|[*<]/g, (part) => (part.startsWith('`') ? part : `\\${part}`));

/** The comment at the top of each generated page. */
export const made = (from: string): string => `<!-- Made by \`npm run docs\` from ${from}. Do not edit. -->`;
