/** A table of markdown; cells hold markdown, in which only the bar is escaped. Columns that are empty throughout are left out. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = heads.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
  const line = (cells: readonly string[]): string =>
    `| ${cells
      .filter((_, column) => used[column])
      .map((cell) => cell.replaceAll('|', String.raw`\|`).replaceAll('\n', ' '))
      .join(' | ')} |\n`;
  return [heads, heads.map(() => '---'), ...rows].map(line).join('');
}

/** Words as code, listed. */
export const codes = (words: readonly unknown[]): string => words.map(code).join(', ');

/** Text or any other value of JSON as code. */
export const code = (value: unknown): string =>
  `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}\``;

/** Prose of the program as prose of markdown: nothing in it is markup, except backticks. */
export const prose = (text: string): string =>
  text.replaceAll(/`[^`]*`|[*<]/g, (part) => (part.startsWith('`') ? part : `\\${part}`));

/** What every page that is made says of itself, to those who would edit it. */
export const made = (from: string): string => `<!-- Made by \`npm run docs\` from ${from}. Do not edit. -->`;
