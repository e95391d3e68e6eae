import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hasNoBrowser, launchBrowser } from '../support/browser.ts';
import { product, productFile } from '../support/product-files.ts';
import { startDev } from '../support/start-dev.ts';
import { tempFiles } from '../support/temp-files.ts';

const PRODUCTS = productFile(
  product('Payments API', 'payments', ['visibility: public', 'desc: One line']),
  `  - { name: Draft API, type: gateway, status: draft, auth: { key_auth: {} }, linked_gateway_services: [] }\n`,
);

describe.skipIf(hasNoBrowser)('the pages of adc dev in Chromium (skipped where it is not installed)', () => {
  let browser: Browser;
  beforeAll(async () => (browser = await launchBrowser()));
  afterAll(() => browser.close());

  /** `adc dev` with the product of a file applied, and its pages, which may do nothing that they should not. */
  async function sandbox() {
    const dev = await startDev(await tempFiles({ 'api-products.yaml': PRODUCTS }));
    await dev.adc('sync');
    const context = await browser.newContext();
    const problems: string[] = [];
    onTestFinished(() => context.close());
    const open = async (url: string): Promise<Page> => {
      const page = await context.newPage();
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('dialog', (dialog) => void problems.push(dialog.message()));
      await page.goto(url);
      await page.getByText('Payments API').first().waitFor();
      return page;
    };
    return { dev, problems, dashboard: await open(dev.dashboard), openPortal: () => open(dev.portal) };
  }

  const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.textContent');
  /** A page in the background draws too slowly for clicks. */
  const click = async (page: Page, name: string): Promise<void> => {
    await page.bringToFront();
    await page.getByRole('button', { name, exact: true }).click();
  };

  test('a click on each page makes a subscriber, and both pages follow', async () => {
    const { dev, dashboard, openPortal, problems } = await sandbox();
    const portal = await openPortal();
    await click(portal, 'Subscribe shop to Payments API');
    await portal.getByText('shop: waiting for approval').waitFor();
    await click(dashboard, 'Accept shop of dora for Payments API');
    await portal.getByText('shop: subscribed').waitFor();
    await click(dashboard, 'Subscribe Payments API');
    await dashboard.getByLabel('Application').selectOption('mobile of dora');
    await click(dashboard, 'Subscribe');
    await click(dashboard, 'Reject mobile of dora for Payments API');
    await dashboard.getByText('No subscription waits for approval.').waitFor();
    expect(await focused(dashboard)).toBe('Pending approvals');
    const { out } = await dev.adc('subscribers --format csv');
    expect(out).toContain('"Payments API","dora","shop","active"');
    expect(out).not.toContain('mobile');
    expect(problems).toEqual([]);
  });

  test('a click makes drift that adc diff shows, and so does an edit, which writes only what it changes', async () => {
    const { dev, dashboard, openPortal } = await sandbox();
    const portal = await openPortal();
    await click(dashboard, 'Require login Payments API');
    await dashboard.getByText('logged in only').waitFor();
    expect(await focused(dashboard)).toBe('Make public');
    const { exitCode, out } = await dev.adc('diff --exit-code');
    expect({ exitCode, out }).toMatchObject({
      exitCode: 2,
      out: expect.stringContaining('visibility  "logged_in" -> "public"'),
    });
    await portal.getByLabel('Guest').check({ force: true });
    await portal.getByText('Guests see no product').waitFor();
    await click(dashboard, 'Edit Payments API');
    await dev.adc('sync');
    await dashboard.getByLabel('Description').fill('Two\nlines');
    await click(dashboard, 'Save');
    await dashboard.locator('dialog').waitFor({ state: 'detached' });
    expect(await focused(dashboard)).toBe('Edit');
    expect((await dev.adc('dump')).out).toMatch(/desc: \|-\n {6}Two\n {6}lines\n[^]*visibility: public/);
  });

  test('a refusal has its reason, and a broken request fails and is marked in the list', async () => {
    const { dev, dashboard } = await sandbox();
    await click(dashboard, 'Publish Draft API');
    await dashboard.getByRole('status').getByText('Refused: an API product without linked').waitFor();
    await click(dashboard, 'Require login Payments API');
    await dashboard.getByLabel('Which request').selectOption('the next PUT');
    await dashboard.getByLabel('Failure').selectOption('400 Bad Request');
    await click(dashboard, 'Break');
    await dashboard.locator('#break').getByText('PUT: 400').waitFor();
    expect((await dev.adc('sync')).exitCode).toBe(1);
    const row = dashboard.locator('tr:has(.fault)');
    await row.waitFor();
    expect(await row.locator('td').allInnerTexts()).toEqual([
      expect.any(String),
      'PUT',
      expect.stringContaining('/api_products/'),
      '400 fault',
    ]);
    expect(await dashboard.locator('#break').innerText()).toBe('');
  });

  test('the pages link to each other, and text of a product is text on both', async () => {
    const { dev, dashboard, openPortal, problems } = await sandbox();
    const portal = await openPortal();
    const name = '<img src=x onerror=alert(1)>\u202e';
    await click(dashboard, 'Edit Payments API');
    await dashboard.getByLabel('Name').fill(name);
    await dashboard.getByLabel('Description').fill(name);
    await click(dashboard, 'Save');
    for (const page of [dashboard, portal]) {
      await page.getByText(name).first().waitFor();
      expect(await page.locator('#main img').count()).toBe(0);
    }
    expect(await dashboard.evaluate(BADGE_READS_TO_THE_RIGHT)).toBe(true);
    await dashboard.getByRole('link', { name: 'Open the portal' }).click();
    expect(dashboard.url()).toBe(`${dev.portal}/`);
    await portal.getByRole('link', { name: 'Open the dashboard' }).click();
    expect(portal.url()).toBe(`${dev.dashboard}/`);
    expect(problems).toEqual([]);
  });

  test('both pages are accessible in light and dark, and fit a screen of 360 to 1600 pixels', async () => {
    const { dashboard, openPortal } = await sandbox();
    const portal = await openPortal();
    await click(portal, 'Subscribe shop to Payments API');
    await dashboard.getByText('shop of dora: waits for approval').waitFor();
    for (const page of [dashboard, portal]) {
      await page.evaluate(axe.source);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        // The other rules do not depend on colours.
        const rules = colorScheme === 'light' ? '' : ', runOnly: ["color-contrast"]';
        const { violations } = await page.evaluate<axe.AxeResults>(
          `axe.run({ resultTypes: ["violations"]${rules} })`,
        );
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(serious.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      }
      for (const width of [360, 800, 1600]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
    }
  });
});

/** Whether the first letter of the first badge is left of its second one. */
const BADGE_READS_TO_THE_RIGHT = `
  const { firstChild: text } = document.querySelector('.badge.published');
  const [first, second] = [0, 1].map((place) => {
    const range = document.createRange();
    range.setStart(text, place);
    range.setEnd(text, place + 1);
    return range.getBoundingClientRect().left;
  });
  first < second;
`;
