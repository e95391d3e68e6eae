import { printable } from '../lib/printable.ts';
import type { InlineStyle } from './words.ts';

/** Markup that markup() made. Nothing else creates it, so a text from a file or a portal is never used as markup. */
export interface Html {
  readonly html: string;
}

/** A value in a template. */
export type Piece = string | number | Html | readonly Piece[];

/** A template of HTML. Texts in it are printable and escaped; names that HTML_INLINE marks are code. */
export function markup(strings: readonly string[], ...pieces: readonly Piece[]): Html {
  return { html: strings.map((part, place) => `${part}${htmlOf(pieces[place] ?? '')}`).join('') };
}

function htmlOf(piece: Piece): string {
  if (typeof piece === 'string') return textHtml(piece);
  if (typeof piece === 'number') return String(piece);
  return 'html' in piece ? piece.html : piece.map(htmlOf).join('');
}

/** Delimiters of a marked name inside a sentence. Printable texts do not have them. */
const [START, END] = ['\u0001', '\u0002'];
const MARKED = new RegExp(`${START}([^${START}${END}]*)${END}`);

/** Names, code and commands in sentences, for markup(). */
export const HTML_INLINE: InlineStyle = { name: marked, code: marked, command: marked };

function marked(text: string): string {
  return `${START}${text === '' ? '(empty)' : printable(text)}${END}`;
}

function textHtml(text: string): string {
  return text
    .split(MARKED)
    .map((part, place) => (place % 2 === 0 ? escaped(part) : `<code>${escaped(part)}</code>`))
    .join('');
}

function escaped(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Preformatted lines. Users can scroll them with the keyboard, and select all with one click. */
export function preformatted(label: string, lines: readonly string[]): Html {
  const text = lines.map((line) => markup`${line}\n`);
  return markup`<pre tabindex="0" role="region" aria-label="${label}"><code>${text}</code></pre>`;
}

/** A list of items. */
export function htmlList(items: readonly Piece[]): Html {
  return markup`<ul>${items.map((item) => markup`<li>${item}</li>\n`)}</ul>`;
}

export interface FittedHtml<Item> {
  readonly shown: readonly Html[];
  /** The items that did not fit, in order. */
  readonly left: readonly Item[];
}

/** The first items that fit into `room` bytes of UTF-8. */
export function fittedHtml<Item>(
  items: readonly Item[],
  room: number,
  written: (item: Item) => Html,
): FittedHtml<Item> {
  const shown: Html[] = [];
  let free = room;
  for (const item of items) {
    const one = written(item);
    free -= htmlBytes(one);
    if (free < 0) break;
    shown.push(one);
  }
  return { shown, left: items.slice(shown.length) };
}

export function htmlBytes({ html: text }: Html): number {
  return Buffer.byteLength(text);
}
