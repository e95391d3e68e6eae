import { fitting } from '../lib/lists.ts';
import { printable } from '../lib/printable.ts';
import { shortened } from './change-text.ts';
import { proposalText } from './consent-text.ts';
import { plural, type InlineStyle } from './words.ts';

/**
 * Markdown for GitHub and GitLab. Text from a file or a portal is always inside code, where links, mentions and HTML
 * have no effect. Do not use such text in tables: Markdown splits their cells before it parses code.
 */

/** Maximum length of a GitHub comment, in characters (docs/design/contract.md §3.2). */
export const MAX_CHARACTERS = 65_536;

/** Maximum columns of a text inside a line, such as a name or an error. */
const LONGEST = 300;

/** A text as code inside a line, shortened if necessary. */
export function codeSpan(text: string): string {
  const shown = text === '' ? '(empty)' : shortened(printable(text), LONGEST);
  const fence = '`'.repeat(longestRun(shown, '`') + 1);
  const pad = /^`|`$|^ .*[^ ].* $/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Lines as a fenced code block of a language. */
export function codeBlock(language: string, lines: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n'), '`') + 1));
  return [`${fence}${language}`, ...lines, fence].join('\n');
}

/** A text as a code block. Lines that need more than `room` UTF-16 units together are counted. */
export function textBlock(text: string, room: number): string {
  const { text: shown, left } = fitted(text.trimEnd().split('\n'), room, (line) => line);
  return codeBlock('text', [
    shown,
    ...(left.length === 0 ? [] : [`... and ${plural(left.length, 'more line')}`]),
  ]);
}

/** A folded section. The title is HTML: escape untrusted text with htmlCode(). */
export function folded(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** A text as code inside HTML. */
export function htmlCode(text: string): string {
  return `<code>${htmlText(shortened(printable(text), LONGEST))}</code>`;
}

/** A text with all special characters of HTML and Markdown as entities. */
function htmlText(text: string): string {
  return text.replaceAll(/[!-,:-@[-`{-~]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Names, code and commands in sentences. */
export const MARKDOWN: InlineStyle = { name: codeSpan, code: codeSpan, command: codeSpan };

function longestRun(text: string, char: string): number {
  return Math.max(0, ...text.split(new RegExp(`[^${char}]+`)).map(({ length }) => length));
}

/** The proposals as paragraphs. Entries that need more than `room` UTF-16 units together are omitted. */
export function proposalMarkdown(
  refusals: Parameters<typeof proposalText>[0],
  room = Infinity,
): readonly string[] {
  const { yaml, edits, addTitle, editTitle } = proposalText(refusals, refusals, MARKDOWN);
  const fits = yaml.length > 0 && yaml.join('\n').length <= room;
  return [
    ...(edits.length === 0
      ? []
      : [`${editTitle}:\n\n${edits.map((edit) => `- ${codeSpan(edit)}`).join('\n')}`]),
    ...(fits ? [`${addTitle}:\n\n${codeBlock('yaml', yaml)}`] : []),
  ];
}

/** The first items, each of one or more lines, that fit into `room` UTF-16 units, including line feeds. */
export function fitted<Item>(items: readonly Item[], room: number, textOf: (item: Item) => string) {
  const { shown, left } = fitting(items, room, textOf, (text) => text.length + 1);
  return { text: shown.join('\n'), left };
}
