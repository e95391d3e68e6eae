import { fileURLToPath } from 'node:url';
import { play } from '../test/support/scenario.ts';

/** A picture that is to be taken: a page of HTML, and its size in pixels. */
export interface Screen {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Markdown still has to be made HTML. */
  readonly markdown?: string;
  readonly html: (inner: string) => string;
  readonly inner: string;
}

type Theme = 'dark' | 'light';

interface Terminal {
  readonly theme: Theme;
  readonly columns: number;
  readonly colour: boolean;
}

const DARK: Terminal = { theme: 'dark', columns: 80, colour: true };
const LIGHT: Terminal = { ...DARK, theme: 'light' };
const WIDE: Terminal = { ...DARK, columns: 200 };
const PLAIN: Terminal = { ...LIGHT, colour: false };

/** What is shown: a command of a scenario of the tests, by its place there; one that writes to one stream alone. */
const TERMINALS: readonly (readonly [name: string, scenario: string, place: number, Terminal])[] = [
  ['plan-dark', 'auth-change', 0, DARK],
  ['plan-plain', 'auth-change', 0, PLAIN],
  ['replacement-light', 'replacement', 0, LIGHT],
  ['openapi-dark', 'openapi-change', 1, DARK],
  ['openapi-wide', 'openapi-change', 1, WIDE],
  ['diagnostics-light', 'names-that-do-not-resolve', 0, LIGHT],
];
const LINE = 18;
const MARGIN = 12;

/** Colours of terminals as they are common: background, foreground, then those of SGR 31 to 36. */
const COLOURS: Readonly<Record<Theme, readonly string[]>> = {
  dark: ['#0c0c0c', '#cccccc', '#e74856', '#13a10e', '#c19c00', '#3b78ff', '#c239b3', '#3a96dd'],
  light: ['#ffffff', '#24292f', '#cc0000', '#3a7a00', '#c4a000', '#3465a4', '#75507b', '#06788a'],
};

const COMMENT_STYLE = `body{margin:16px;font:16px/1.5 sans-serif;color:#1f2328}code{background:#eff1f3;padding:.2em .4em;
border-radius:6px;font-size:85%}pre{background:#f6f8fa;padding:12px;border-radius:6px}pre code{background:none;padding:0}
blockquote{border-left:4px solid #cf222e;margin:0;padding:0 1em}h3{border-bottom:1px solid #d1d9e0b3}`;

/** The pictures of docs/images, each of what the program really prints. */
export async function screens(): Promise<readonly Screen[]> {
  const made: Screen[] = [];
  for (const [name, scenario, place, on] of TERMINALS) made.push(await terminal(name, scenario, place, on));
  return [...made, await comment()];
}

async function terminal(name: string, scenario: string, place: number, on: Terminal): Promise<Screen> {
  const { theme, colour } = on;
  const columns = (): number => on.columns;
  const io = { colour, columns, errColour: colour, errColumns: columns };
  const { command, out, err } = await told(scenario, place, [], io);
  const text = `$ adc ${command}\n${err}${out}`.trimEnd();
  const [background = '', foreground = ''] = COLOURS[theme];
  const style = `margin:0;background:${background};color:${foreground}`;
  const pre = `margin:${MARGIN}px;font:14px/${LINE}px 'DejaVu Sans Mono',monospace`;
  return {
    name,
    width: Math.ceil(on.columns * 8.43) + 2 * MARGIN,
    height: text.split('\n').length * LINE + 2 * MARGIN,
    inner: coloured(text, COLOURS[theme]),
    html: (inner) => `<body style="${style}"><pre style="${pre}">${inner}</pre>`,
  };
}

async function comment(): Promise<Screen> {
  const { out } = await told('auth-change', 0, ['--format', 'markdown'], {});
  return {
    name: 'comment',
    width: 800,
    height: 590,
    markdown: out.replace('<details>', '<details open>').replace('> [!CAUTION]', '> **Caution**\n>'),
    inner: '',
    html: (inner) => `<style>${COMMENT_STYLE}</style>${inner}`,
  };
}

async function told(
  scenario: string,
  place: number,
  more: readonly string[],
  terminal: Parameters<typeof play>[4],
) {
  const folder = fileURLToPath(new URL(`test/scenarios/${scenario}/`, `file://${process.cwd()}/`));
  const played = await play(folder, 'path', {}, more, terminal);
  const found = played.told[place];
  if (found === undefined) throw new Error(`${scenario} has no command ${place}`);
  const stable = (text: string): string => text.replaceAll(played.url, 'https://dashboard.example.com:7443');
  return { command: found.command, out: stable(found.out), err: stable(found.err) };
}

/** A text with SGR codes of one number as HTML; the program prints no others. */
function coloured(text: string, colours: readonly string[]): string {
  const [plain = '', ...parts] = text.split('\u001b[');
  let style: Readonly<Record<string, string>> = {};
  const spans = parts.map((part) => {
    const end = part.indexOf('m');
    style = { ...style, ...effectOf(Number(part.slice(0, end)), colours) };
    return span(part.slice(end + 1), style);
  });
  return [span(plain, style), ...spans].join('');
}

function effectOf(code: number, colours: readonly string[]): Readonly<Record<string, string>> {
  if (code === 1) return { 'font-weight': 'bold' };
  if (code === 2) return { opacity: '.65' };
  if (code === 22) return { 'font-weight': 'normal', opacity: '1' };
  if (code === 39) return { color: 'inherit' };
  const color = colours[code - 29];
  if (!(code >= 31) || color === undefined) throw new Error(`an unknown code of the terminal: ${code}`);
  return { color };
}

function span(text: string, style: Readonly<Record<string, string>>): string {
  const css = Object.entries(style).map(([name, value]) => `${name}:${value}`);
  return `<span style="${css.join(';')}">${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</span>`;
}
