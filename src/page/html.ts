import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getAsset, isSea } from 'node:sea';
import { brotliDecompressSync } from 'node:zlib';
import type { PageData, PageSource } from '../model/portal-view.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "frame-src 'self'; base-uri 'none'; form-action 'none'";

/** The policy of a served page. A meta element cannot set `frame-ancestors`, only a header can. */
export const PAGE_POLICY = `${POLICY}; frame-ancestors 'none'`;

/** The HTML of the page that loads its data from a server. */
export function pageHtml(): string {
  return page({});
}

/** The HTML of the page that contains its data, for use from disk. */
function sitePageHtml(data: PageData): string {
  // In JSON, "<" occurs only in strings, where the escape is equivalent.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const head = `${GENERATOR}${metaPolicy(POLICY)}`;
  return page({ head, body: `<script type="application/json" id="data">${json}</script>\n` });
}

const GENERATOR = '<meta name="generator" content="adc preview">\n';

/** Whether writeSite() wrote this page. */
export function isSitePage(text: string): boolean {
  return text.includes(GENERATOR);
}

const metaPolicy = (content: string): string =>
  `<meta http-equiv="Content-Security-Policy" content="${content}">\n`;

export interface DashboardParts {
  /** Authorizes the changes that the page sends. */
  readonly key: string;
  /** Port of the portal page on the same host. */
  readonly portalPort: string;
}

/** The HTML of the dashboard of `adc dev`. */
export function dashboardHtml({ key, portalPort }: DashboardParts): string {
  return page({
    title: 'Dashboard of adc dev',
    script: 'dashboard',
    head: `<meta name="adc-key" content="${key}">\n<meta name="portal-port" content="${portalPort}">\n`,
    style: '<link rel="stylesheet" href="dashboard.css">\n',
  });
}

interface PageParts {
  readonly title?: string;
  readonly script?: string;
  readonly head?: string;
  readonly style?: string;
  readonly body?: string;
}

function page({
  title = 'API portal',
  script = 'page',
  head = '',
  style = '',
  body = '',
}: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${head}<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
${style}<script src="${script}.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the products</a>
<header id="header"></header>
<main id="main" tabindex="-1"><noscript>This page needs JavaScript.</noscript></main>
<div id="status" role="status"></div>
${body}</body>
</html>
`;
}

/**
 * The HTML of the page that renders one document in a sandboxed frame. It contains its scripts, because a sandboxed page from
 * disk cannot load files. Its policy allows these scripts, inline styles, and data URLs for images and fonts.
 */
export function documentHtml(): string {
  return (documentPage ??= newDocumentPage());
}

let documentPage: string | undefined;

function newDocumentPage(): string {
  const scripts = [asset('document.js').toString(), brotliDecompressSync(asset('scalar.js.br')).toString()];
  const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  const content = `default-src 'none'; script-src ${hashes.join(' ')}; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${metaPolicy(content)}<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Documentation</title>
</head>
<body>
<div id="document"></div>
${scripts.map((text) => `<script>${text}</script>`).join('\n')}
</body>
</html>
`;
}

/**
 * Writes the page as static files, which a browser opens from disk. Replaces files of the same names and removes none.
 * index.html is written last.
 * @throws the error of node:fs if a file cannot be written.
 */
export async function writeSite(dir: string, source: PageSource): Promise<void> {
  const data = source.data();
  await mkdir(join(dir, 'documents'), { recursive: true });
  const write = (name: string, content: string | Buffer): Promise<void> =>
    writeFile(join(dir, name), content);
  for (const id of documentsOf(data))
    // From disk, a page can load a document only as a classic script.
    await write(`documents/${id}.js`, `adcDocument = ${JSON.stringify(source.document(id) ?? '')};\n`);
  await write('document.html', documentHtml());
  for (const name of ['page.js', 'page.css']) await write(name, asset(name));
  await write('index.html', sitePageHtml(data));
}

function documentsOf({ before, after }: PageData): ReadonlySet<string> {
  const products = [...(before?.products ?? []), ...after.products];
  return new Set(products.flatMap(({ documents }) => documents.map(({ id }) => id)));
}

/** Reads a file of dist/page, which `npm run build` creates. A standalone executable contains these files. */
export function asset(name: string): Buffer {
  if (isSea()) return Buffer.from(getAsset(`page/${name}`));
  // The path is right for sources and for bundled chunks: both are two levels below the package.
  return readFileSync(join(import.meta.dirname, '../../dist/page', name));
}
