import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Access, PageData, ProductView } from '../../src/model/portal-view.ts';
import { servePage, type PageServer } from '../../src/page/serve-page.ts';
import { writeSite } from '../../src/page/html.ts';
import { hasNoBrowser, launchBrowser } from '../support/browser.ts';
import { tempFiles } from '../support/temp-files.ts';
import { openapi, product, SAMPLE, sourceOf, TEXTS } from './sample.ts';

/** A sandboxed frame compiles the renderer each time, which takes seconds on a busy machine. */
const SLOW = 50_000;

describe.skipIf(hasNoBrowser)('the page in Chromium (skipped where it is not installed)', () => {
  let browser: Browser;
  let context: BrowserContext;
  let sample: PageServer;
  beforeAll(async () => {
    browser = await launchBrowser();
    context = await browser.newContext();
    sample = await servePage(sourceOf(SAMPLE));
  });
  afterAll(async () => {
    await browser.close();
    await sample.close();
  });

  /** Opens a page and collects its problems: errors, policy violations, dialogs and requests to other hosts. */
  async function open(url: string) {
    const problems: string[] = [];
    const page = await context.newPage();
    onTestFinished(() => page.close());
    page.on('popup', (other) => problems.push(`opened ${other.url()}`));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('dialog', (dialog) => {
      problems.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`console ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(new URL('.', url).href) && !request.url().startsWith('data:'))
        problems.push(`request ${request.url()}`);
    });
    await page.goto(url);
    await page.waitForSelector('h1');
    return { page, problems };
  }

  async function serve(data: PageData, texts = TEXTS): Promise<PageServer> {
    const server = await servePage(sourceOf(data, texts));
    onTestFinished(() => server.close());
    return server;
  }

  /** Opens a document by click and waits until it is rendered. */
  async function openDocument(page: Page, name: string): Promise<Frame> {
    await page.getByRole('button', { name }).first().click();
    await page.locator('dialog [role=status]').waitFor({ state: 'detached', timeout: SLOW });
    const [, frame] = page.frames();
    if (frame === undefined) throw new Error('no frame');
    return frame;
  }

  const texts = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allTextContents();
  const focused = (page: Page): Promise<string> =>
    page.evaluate(
      '(document.activeElement.labels?.[0] ?? document.activeElement).textContent || document.activeElement.id',
    );
  const only = (products: readonly ProductView[]): PageData => ({
    portal: 'Portal',
    notes: [],
    warnings: [],
    after: { products },
  });

  describe('what an audience sees', () => {
    const rows: readonly [string, Partial<ProductView>, Access, Access, Access][] = [
      ['A', { visibility: 'public', can_view_unsubscribed: true }, 'open', 'open', 'open'],
      ['B', { visibility: 'public', can_view_unsubscribed: false }, 'locked', 'locked', 'open'],
      ['C', { visibility: 'logged_in', can_view_unsubscribed: true }, 'hidden', 'open', 'open'],
      ['D', { visibility: 'logged_in', can_view_unsubscribed: false }, 'hidden', 'locked', 'open'],
      ['E', { status: 'draft', visibility: 'public' }, 'hidden', 'hidden', 'hidden'],
      ['F', { status: 'draft', visibility: 'logged_in' }, 'hidden', 'hidden', 'hidden'],
    ];
    const documents = [{ id: 'orders1', title: 'Orders API' }];
    const products = rows.map(([name, fields, guest, developer, subscriber]) =>
      product(name, { ...fields, documents, access: { guest, developer, subscriber } }),
    );

    const WORDS: Readonly<Record<Access, (who: string) => string>> = {
      open: () => 'Orders API',
      locked: () => 'Subscribe to read the documentation',
      hidden: (who) => `${who} do not see this product`,
    };

    test.each([
      ['guest', 'Guest', 'Guests', ['A 1 document', 'B Subscribe to read the documentation'], 4],
      [
        'developer',
        'Logged in',
        'Logged-in developers',
        [
          'A 1 document',
          'B Subscribe to read the documentation',
          'C 1 document',
          'D Subscribe to read the documentation',
        ],
        2,
      ],
      [
        'subscriber',
        'Subscriber',
        'Subscribers',
        ['A 1 document', 'B 1 document', 'C 1 document', 'D 1 document'],
        2,
      ],
    ])('%s', async (audience, label, who, cards, hidden) => {
      const { page, problems } = await open(
        `${(await serve(only(products))).url}#as=${audience === 'guest' ? 'subscriber' : 'guest'}`,
      );
      await page.getByText(label, { exact: true }).click();
      const shown = await page.locator('.card').all();
      const words = await Promise.all(
        shown.map(async (card) =>
          [await card.locator('h3').innerText(), await card.locator('.facts span').first().innerText()].join(
            ' ',
          ),
        ),
      );
      expect(words).toEqual(cards);
      expect(await page.locator('.hidden-products li').count()).toBe(hidden);
      expect(new URL(page.url()).hash).toBe(`#as=${audience}`);
      for (const { id, access } of products) {
        await page.goto(`${page.url().split('#')[0]}#product=${id}&as=${audience}`);
        const kind = access[audience as keyof typeof access];
        const [seen] = await texts(page, '.documents, .lock, .absent');
        expect(seen).toBe(WORDS[kind](who));
      }
      expect(problems).toEqual([]);
    });
  });

  test('marks what changes with words, signs and elements, on both sides', async () => {
    const { page, problems } = await open(`${sample.url}#product=id-payments`);
    expect(await texts(page, '.before del')).toEqual([
      'removed: five',
      'removed: Payments API',
      'removed: key_auth: header "apikey" or query "apikey"',
      'removed: tier: gold',
      'removed: Guest: documentation open',
      'removed: Logged in: documentation open',
      'removed: open',
      'removed: 14 subscribed, 2 waiting for approval',
    ]);
    expect(await texts(page, '.after ins')).toEqual([
      'added: and bank transfers',
      'added: two',
      'added: Payments API',
      'added: dcr: provider "Keycloak"',
      'added: https://eu.example.com/payments',
      'added: tier: platinum',
      'added: Guest: documentation locked',
      'added: Logged in: documentation locked',
      'added: locked',
      'added: 0 subscribed',
    ]);
    expect(await texts(page, '.warnings li')).toEqual([
      'Ends subscriptions: The change of auth ends 14 subscriptions and 2 pending ones.',
    ]);
    await page.goto(sample.url);
    expect(await texts(page, '.pairs .summary .mark')).toEqual(['Changed', 'Changed', 'New', 'Removed']);
    expect(problems).toEqual([]);
  });

  test('shows the view of a new URL at once, never the old view with it', async () => {
    const { page } = await open(sample.url);
    const follow = `location.hash = '#product=id-webhooks'; document.querySelector('h1').textContent`;
    expect(await page.evaluate(follow)).toBe('Webhooks');
  });

  test('loads changed data, stays on the same product, and shows the time of the update', async () => {
    let data = SAMPLE;
    const server = await servePage({ data: () => data, document: () => undefined });
    onTestFinished(() => server.close());
    const { page, problems } = await open(`${server.url}#product=id-webhooks`);
    await page.waitForFunction('document.querySelector(".after .part p")?.textContent.startsWith("Events")');
    data = {
      ...SAMPLE,
      after: { products: [product('Webhooks', { desc: 'Calls of your server.' })] },
    };
    server.changed();
    await page.getByText('Calls of your server.').waitFor();
    await page.getByRole('status').getByText('Updated at').waitFor();
    expect(await page.locator('h1').innerText()).toBe('Webhooks');
    expect(problems).toEqual([]);
  });

  test('keeps its contents and shows an error when the data or the server becomes unavailable', async () => {
    let isBroken = false;
    const server = await servePage({
      data: () => {
        if (isBroken) throw new Error('products.yaml: invalid YAML');
        return SAMPLE;
      },
      document: () => undefined,
    });
    const { page } = await open(server.url);
    isBroken = true;
    server.changed();
    await page.getByRole('status').getByText('products.yaml: invalid YAML').waitFor();
    await server.close();
    await page.getByRole('status').getByText('adc does not respond').waitFor();
    expect(await page.locator('.card').count()).toBeGreaterThan(0);
  });

  test('works from disk, with its documents', { timeout: 2 * SLOW }, async () => {
    const folder = await tempFiles({});
    await writeSite(folder, sourceOf(SAMPLE));
    const { page, problems } = await open(
      `${pathToFileURL(join(folder, 'index.html')).href}#product=id-payments`,
    );
    const frame = await openDocument(page, 'Payments API');
    await frame.getByText('Create a payment').first().waitFor();
    await page.getByRole('button', { name: 'Source' }).click();
    expect(await page.locator('dialog pre').innerText()).toBe(TEXTS['payments1']);
    expect(problems).toEqual([]);
  });

  test('has no finding of axe-core, in light and dark', async () => {
    const { page, problems } = await open(sample.url);
    await page.evaluate(axe.source);
    for (const place of ['#as=guest', '#product=id-payments', '#product=id-orders&as=guest'])
      for (const [colorScheme, options] of [
        ['light', '{ resultTypes: ["violations"] }'],
        // No other rule depends on colours.
        ['dark', '{ resultTypes: ["violations"], runOnly: "color-contrast" }'],
      ] as const) {
        await page.goto(`${sample.url}${place}`);
        await page.emulateMedia({ colorScheme });
        const { violations, passes } = await page.evaluate<axe.AxeResults>(`axe.run(${options})`);
        expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
        expect(passes.map(({ id }) => id)).toContain('color-contrast');
      }
    expect(problems).toEqual([]);
  });

  test('does not scroll sideways at widths of 360, 800 and 1600 pixels', async () => {
    const long = 'x'.repeat(300);
    const more = product(long, {
      desc: long,
      labels: { [long]: long },
      server_urls: [long],
      auth: [long],
      documents: [{ id: 'orders1', title: long }],
    });
    const warning = { kind: 'other', text: long, products: [long] } as const;
    const server = await serve({
      ...SAMPLE,
      portal: long,
      notes: [long],
      warnings: [...SAMPLE.warnings, warning],
      after: { products: [...SAMPLE.after.products, more] },
    });
    const { page } = await open(server.url);
    for (const place of ['#as=guest', '#product=id-payments', `#product=${more.id}`]) {
      await page.goto(`${server.url}${place}`);
      for (const width of [360, 800, 1600]) {
        await page.setViewportSize({ width, height: 800 });
        const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect([place, width, over]).toEqual([place, width, 0]);
      }
    }
  });

  test('finds products by words of name, description and labels, and copies the entry of a refusal', async () => {
    const { subscriptions: _, ...uncounted } = product('Payments', { labels: { team: 'money' } });
    const others = Array.from({ length: 12 }, (_value, at) =>
      product(`Other ${at}`, { desc: 'Pays nothing' }),
    );
    const entry = 'allow:\n  - product: Payments\n    subscription_loss: 3';
    const data = { ...only([uncounted, ...others]), proposals: ['To allow this:', entry] };
    const warnings = [{ kind: 'refused', text: 'No', products: ['Payments'] }] as const;
    const { page, problems } = await open((await serve({ ...data, warnings })).url);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy the entry' }).click();
    await page.getByRole('status').getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${entry}\n`);
    const search = page.getByLabel('Search');
    await search.fill('MONEY pay');
    expect(await texts(page, '.card h3')).toEqual(['Payments']);
    expect(await texts(page, '.card .facts span:last-child')).toEqual(['subscribers unknown']);
    await page.getByText('Guest', { exact: true }).click();
    expect(await search.inputValue()).toBe('MONEY pay');
    await search.fill('pays nothing');
    expect(await page.locator('.card').count()).toBe(12);
    await search.fill('none of them');
    await page.getByText('No product matches the search').waitFor();
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
    expect(violations.map(({ id }) => id)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('works with the keyboard only', async () => {
    const { page, problems } = await open(sample.url);
    // This test does not read the document, and its renderer takes seconds to compile.
    await page.route('**/document.html', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    const stops: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      await page.keyboard.press('Tab');
      stops.push(await focused(page));
    }
    expect(stops).toEqual([
      'Skip to the products',
      'Acme developer portal',
      'Subscriber',
      'Payments',
      'Orders',
      'Payments',
    ]);
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Payments');
    expect(await page.evaluate('document.activeElement.localName')).toBe('h1');
    await page.getByRole('radio', { name: 'Subscriber' }).focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.locator('.after .lock').count()).toBe(1);
    expect(await focused(page)).toBe('Logged in');
    const opener = page.locator('.before .document');
    await opener.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused(page)).toContain('Payments API');
    expect(problems).toEqual([]);
  });

  test('shows text from the portal as plain text, not as HTML', async () => {
    const evil = '<img src=x onerror=alert(1)><script>alert(2)</script></script>\u202e"\'<!--';
    const hostile = product(evil, {
      id: evil,
      desc: evil,
      labels: { [evil]: evil },
      auth: [evil],
      server_urls: ['javascript:alert(3)', 'http://evil.invalid/'],
      logo: 'http://evil.invalid/logo.png',
      documents: [{ id: 'orders1', title: evil }],
    });
    const picture = product('Picture', {
      logo: `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(5)"><script>alert(6)</script></svg>')}`,
    });
    const data: PageData = {
      portal: evil,
      notes: [evil],
      warnings: [{ kind: 'other', text: evil, products: [evil] }],
      before: { products: [{ ...hostile, desc: 'other', logo: 'javascript:alert(4)' }] },
      after: { products: [hostile, picture] },
    };
    const folder = await tempFiles({});
    await writeSite(folder, sourceOf(data));
    for (const url of [(await serve(data)).url, pathToFileURL(join(folder, 'index.html')).href]) {
      const { page, problems } = await open(url);
      expect(await page.locator('h3').first().innerText()).toBe(evil);
      expect(await page.locator('img').count()).toBe(1);
      await page.getByRole('link', { name: evil }).last().click();
      await page.locator('.sides').waitFor();
      expect(await page.locator('h1').innerText()).toBe(evil);
      expect(await texts(page, '.after ins')).toContain('added: http://evil.invalid/logo.png');
      expect(await page.locator('main :is(img, script, iframe, a[href^="javascript:"])').count()).toBe(0);
      expect(problems).toEqual([]);
    }
  });

  test(
    'renders a hostile document without its scripts and without other hosts',
    { timeout: 2 * SLOW },
    async () => {
      const asked: string[] = [];
      const other = await listen((message, response) => {
        asked.push(message.url ?? '');
        response.end();
      });
      const [host] = [other.url];
      const description = `Start <img src="${host}/a.png" onerror="alert(1)"> ![b](${host}/b.png)
<script>alert(2)</script><iframe src="${host}/c"></iframe><svg onload="alert(3)"></svg>
<style>@import "${host}/d.css"; body { background: url(${host}/e.png) }</style><base href="${host}/">
<form action="${host}/f"><button>Send</button></form><meta http-equiv="refresh" content="0;url=${host}/g">

[javascript](javascript:alert(4)) [elsewhere](${host}/h)`;
      const text = openapi('Hostile API', {
        info: {
          title: 'Hostile API',
          version: '1',
          description,
          'x-logo': { url: `${host}/i.png` },
          contact: { name: 'Contact', url: 'javascript:alert(5)' },
        },
        externalDocs: { url: 'javascript:alert(6)', description: 'More' },
        servers: [{ url: host }],
        paths: {
          '/a': {
            get: {
              summary: 'First',
              description,
              responses: {
                200: { description, content: { 'application/json': { schema: { $ref: `${host}/j.json` } } } },
              },
            },
          },
          '/b': { $ref: `${host}/k.json` },
        },
      });
      const data = only([product('Hostile', { documents: [{ id: 'hostile', title: 'Hostile API' }] })]);
      const { page, problems } = await open(
        `${(await serve(data, { hostile: text })).url}#product=id-hostile`,
      );
      const failures: string[] = [];
      page.on('requestfailed', (request) =>
        failures.push(`request ${request.url()} ${request.failure()?.errorText}`),
      );
      const frame = await openDocument(page, 'Hostile API');
      for (const name of ['javascript', 'elsewhere'])
        await frame.getByText(name, { exact: true }).first().click();
      await frame.getByText('First').first().click();
      expect(asked).toEqual([]);
      // The browser reports also requests that the policy of the frame ends before they are sent, and writes to the console.
      const blocked = new Set(failures.filter((one) => one.endsWith('csp')).map((one) => one.slice(0, -4)));
      expect(blocked.size).toBeGreaterThan(0);
      expect(problems.filter((one) => !one.startsWith('console ') && !blocked.has(one))).toEqual([]);
      expect(page.frames().map((one) => new URL(one.url()).pathname)).toEqual(['/', '/document.html']);
    },
  );
});

async function listen(listener: RequestListener): Promise<{ url: string }> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
