import { createHash } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import type { PageData } from '../model/portal-view.ts';
import { asset } from './assets.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "frame-src 'self'; base-uri 'none'; form-action 'none'";

/** Policy of a served page; no other page may frame it, which only a header can say. */
export const PAGE_POLICY = `${POLICY}; frame-ancestors 'none'`;

/** The page that loads its data from the server. */
export function pageHtml(): string {
  return page({});
}

/** The page with its data inside, to be opened from disk. */
export function sitePageHtml(data: PageData): string {
  // JSON has "<" only in texts, where this escape means the same.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const head = `${GENERATOR}${metaPolicy(POLICY)}`;
  return page({ head, body: `<script type="application/json" id="data">${json}</script>\n` });
}

const GENERATOR = '<meta name="generator" content="adc preview">\n';

/** Whether a text is a page that sitePageHtml() made. */
export function isSitePage(text: string): boolean {
  return text.includes(GENERATOR);
}

const metaPolicy = (content: string): string =>
  `<meta http-equiv="Content-Security-Policy" content="${content}">\n`;

export interface DashboardParts {
  /** What the page sends with a change. */
  readonly key: string;
  /** Port of the portal page on the same host. */
  readonly portalPort: string;
}

/** The dashboard page of `adc dev`. */
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
 * The page that renders one document, in a sandboxed frame. It has its scripts inside: a sandboxed page that is opened from
 * disk may load no other file. Its policy allows these scripts and data: images, and nothing else.
 */
export function documentHtml(): string {
  documentPage ??= madeDocumentPage();
  return documentPage;
}

let documentPage: string | undefined;

function madeDocumentPage(): string {
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
