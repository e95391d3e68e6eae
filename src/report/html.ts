import { fitting } from '../lib/lists.ts';
import { printable } from '../lib/printable.ts';
import { sha256 } from '../lib/sha256.ts';
import type { InlineStyle } from './words.ts';

/** The result of markup(), the only function that creates it. So text from a file or a portal never becomes markup. */
export interface Html {
  readonly html: string;
}

/** A value in a template. */
export type Piece = string | number | Html | readonly Piece[];

/** An HTML template. It escapes all texts, and shows names that HTML_INLINE delimits as code. */
export function markup(strings: readonly string[], ...pieces: readonly Piece[]): Html {
  return { html: strings.map((part, place) => `${part}${htmlOf(pieces[place] ?? '')}`).join('') };
}

function htmlOf(piece: Piece): string {
  if (typeof piece === 'string') return textHtml(piece);
  if (typeof piece === 'number') return String(piece);
  return 'html' in piece ? piece.html : piece.map(htmlOf).join('');
}

/** Delimiters of a name inside a sentence. Printable texts do not contain them. */
const [START, END] = ['\u0001', '\u0002'];
const MARKED = new RegExp(`${START}([^${START}${END}]*)${END}`);

/** Names, code and commands in sentences, for markup(). */
export const HTML_INLINE: InlineStyle = { name: delimited, code: delimited, command: delimited };

function delimited(text: string): string {
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

/** Preformatted lines, which users can scroll with the keyboard and select with one click. */
export function preformatted(label: string, lines: readonly string[]): Html {
  const text = lines.map((line) => markup`${line}\n`);
  return markup`<pre tabindex="0" role="region" aria-label="${label}"><code>${text}</code></pre>`;
}

export function htmlList(items: readonly Piece[]): Html {
  return markup`<ul>${items.map((item) => markup`<li>${item}</li>\n`)}</ul>`;
}

/** The first items that fit into `room` bytes of UTF-8. */
export function fittedHtml<Item>(items: readonly Item[], room: number, render: (item: Item) => Html) {
  return fitting(items, room, render, htmlBytes);
}

export function htmlBytes({ html: text }: Html): number {
  return Buffer.byteLength(text);
}

/** The style sheet. It contains no text from a file or a portal. */
export const STYLE = `
:root { --text: #1c2024; --dim: #59636e; --page: #fff; --card: #f6f8fa; --line: #d1d9e0; --bad: #a40e26;
  --bad-page: #fff0ee; --added: #dafbe1; --removed: #ffebe9; --link: #0550ae }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e9ed; --dim: #a3adb8; --page: #0f1318; --card: #171c23; --line: #3a434e; --bad: #ff9a94;
    --bad-page: #31171a; --added: #14401f; --removed: #571d22; --link: #7cb8ff }
}
* { box-sizing: border-box }
body { max-width: 76rem; margin: 0 auto; padding: 1.5rem clamp(.75rem, 3vw, 2.5rem) 3rem; background: var(--page);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1, h2, p, ul { margin: 0 0 .6rem }
h1 { font-size: 1.6rem; line-height: 1.25 }
h2 { margin-top: 2rem; font-size: 1.25rem }
h4 { margin: .6rem 0 .3rem; font-size: 1rem }
h3 { display: inline; margin: 0; font-size: 1.05rem }
ul { padding-left: 1.25rem }
a { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
code, pre { font: .875em/1.5 ui-monospace, monospace }
code, bdi { unicode-bidi: isolate }
p code, li code, summary code { padding: .1em .3em; border-radius: .25rem; background: var(--card) }
pre { margin: .6rem 0; padding: .75rem 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem;
  background: var(--page); user-select: all }
.summary { font-size: 1.1rem; font-weight: 600 }
.dim, td .none { color: var(--dim) }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; list-style: none }
.alarm { margin-top: 1.5rem; padding: .9rem 1rem .4rem; border: 1px solid var(--bad); border-left-width: .4rem;
  border-radius: .4rem; background: var(--bad-page) }
.alarm h2 { margin-top: 0; color: var(--bad) }
details { margin: 0 0 .75rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--card) }
details > * { margin-inline: 1rem }
summary { margin: 0; padding: .6rem 1rem; cursor: pointer }
.tag { display: inline-block; padding: 0 .5rem; border: 1px solid var(--bad); border-radius: 1rem; color: var(--bad);
  font-size: .875rem }
table { width: calc(100% - 2rem); margin-bottom: 1rem; border-collapse: collapse; table-layout: fixed }
th, td { padding: .45rem .6rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top;
  white-space: pre-wrap }
thead th { color: var(--dim); font-size: .875rem }
thead th:first-child { width: 30% }
tbody th { font-weight: 600 }
tbody th code { display: block; color: var(--dim); font-weight: 400; font-size: .8rem }
td ul { margin: 0; white-space: normal }
ins { background: var(--added); text-decoration: underline; text-underline-offset: .2em }
del { background: var(--removed); text-decoration: line-through }
.line { display: block; padding-left: 1.2rem; text-decoration: none; text-indent: -1.2rem }
.breaks { color: var(--bad) }
footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line) }
@media (max-width: 40rem) {
  h1 { font-size: 1.35rem }
  details > * { margin-inline: .5rem }
  table { width: calc(100% - 1rem) }
  tr { display: grid; grid-template-columns: 1fr 1fr }
  tr > :first-child, tr > [colspan] { grid-column: 1 / -1 }
  tr > * + * { border-top: 0 }
  table.one tr { grid-template-columns: 1fr }
  thead th:first-child { display: none }
  tbody th { padding-bottom: 0 }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt }
  nav { display: none }
  details, pre, .alarm { break-inside: avoid }
  details::details-content { content-visibility: visible; block-size: auto }
  pre { white-space: pre-wrap }
  ins, del { print-color-adjust: exact }
}
`;

/** A Content-Security-Policy that allows only STYLE (docs/design/contract.md §14.4). */
export function contentPolicy(): string {
  return `default-src 'none'; style-src 'sha256-${sha256(STYLE, 'base64')}'; base-uri 'none'; form-action 'none'`;
}
