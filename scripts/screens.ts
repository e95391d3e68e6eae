import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { mountDevPages } from '../src/cli/dev-portal.ts';
import { startEmulator } from '../src/emulator/start-emulator.ts';
import { writeSite } from '../src/page/html.ts';
import { SAMPLE, sourceOf } from '../test/page/sample.ts';
import { runAdc } from '../test/support/run-adc.ts';
import { play } from '../test/support/scenario.ts';
import { COLOURS, element, styledParts, type Theme } from './terminal-text.ts';

/** A screenshot to take: HTML or the page of a server, with its size in pixels. */
export interface Screen {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The address of a page, instead of HTML. */
  readonly url?: string;
  /** Stops the server of the page. */
  readonly close?: () => Promise<void>;
  /** Markdown to convert to HTML. */
  readonly markdown?: string;
  readonly html: (inner: string) => string;
  readonly inner: string;
}

interface Terminal {
  readonly theme: Theme;
  readonly columns: number;
  readonly colour: boolean;
}

const DARK: Terminal = { theme: 'dark', columns: 80, colour: true };
const LIGHT: Terminal = { ...DARK, theme: 'light' };
const WIDE: Terminal = { ...DARK, columns: 200 };
const PLAIN: Terminal = { ...LIGHT, colour: false };

/** Commands of test scenarios, by place. Each writes to only one stream. */
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

const COMMENT_STYLE = `body{margin:16px;font:16px/1.5 sans-serif;color:#1f2328}code{background:#eff1f3;padding:.2em .4em;
border-radius:6px;font-size:85%}pre{background:#f6f8fa;padding:12px;border-radius:6px}pre code{background:none;padding:0}
blockquote{border-left:4px solid #cf222e;margin:0;padding:0 1em}h3{border-bottom:1px solid #d1d9e0b3}`;

/** The screenshots of docs/images, with real output of the program. */
export async function screens(): Promise<readonly Screen[]> {
  const made: Screen[] = [];
  for (const [name, scenario, place, on] of TERMINALS) made.push(await terminal(name, scenario, place, on));
  return [...made, await comment(), await preview(), await dashboard()];
}

async function terminal(name: string, scenario: string, place: number, on: Terminal): Promise<Screen> {
  const { theme, colour } = on;
  const columns = (): number => on.columns;
  const io = { colour, columns, errColour: colour, errColumns: columns };
  const { command, out, err } = await outputOf(scenario, place, [], io);
  const text = `$ adc ${command}\n${err}${out}`.trimEnd();
  const [background, foreground] = COLOURS[theme];
  const style = `margin:0;background:${background};color:${foreground}`;
  const pre = `margin:${MARGIN}px;font:14px/${LINE}px 'DejaVu Sans Mono',monospace`;
  return {
    name,
    width: Math.ceil(on.columns * 8.43) + 2 * MARGIN,
    height: text.split('\n').length * LINE + 2 * MARGIN,
    inner: styledParts(text, theme)
      .map((part) => element('span', part))
      .join(''),
    html: (inner) => `<body style="${style}"><pre style="${pre}">${inner}</pre>`,
  };
}

async function comment(): Promise<Screen> {
  const { out } = await outputOf('auth-change', 0, ['--format', 'markdown'], {});
  return {
    name: 'comment',
    width: 800,
    height: 590,
    markdown: out.replace('<details>', '<details open>').replace('> [!CAUTION]', '> **Caution**\n>'),
    inner: '',
    html: (inner) => `<style>${COMMENT_STYLE}</style>${inner}`,
  };
}

const PRODUCT = `owner: acme.payments
api_products:
  - name: Payments API
    type: gateway
    desc: Take payments, give refunds
    status: published
    visibility: public
    auth: { key_auth: {} }
    linked_gateway_services: [{ gateway_group: default, service: payments }]
`;

/** The dashboard page of `adc dev` in the tutorial, with a pending approval. */
async function dashboard(): Promise<Screen> {
  const emulator = await startEmulator({ backend: true });
  mountDevPages(emulator);
  const folder = await mkdtemp(join(tmpdir(), 'adc-screen-'));
  await writeFile(join(folder, 'api-products.yaml'), PRODUCT);
  const env = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token, ADC_PORTAL: 'default' };
  await runAdc(['sync', '--request-concurrent', '1'], { cwd: folder, env });
  await rm(folder, { recursive: true });
  emulator.store.subscribe('shop', 'Payments API');
  return {
    name: 'dashboard',
    width: 1200,
    height: 640,
    url: emulator.url,
    close: () => emulator.close(),
    inner: '',
    html: String,
  };
}

/** The page of `adc preview`, with a product before and after a change. */
async function preview(): Promise<Screen> {
  const folder = await mkdtemp(join(tmpdir(), 'adc-screen-'));
  await writeSite(folder, sourceOf(SAMPLE));
  return {
    name: 'preview',
    width: 1100,
    height: 1205,
    url: `${pathToFileURL(join(folder, 'index.html')).href}#product=id-payments`,
    close: () => rm(folder, { recursive: true }),
    inner: '',
    html: String,
  };
}

async function outputOf(
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
