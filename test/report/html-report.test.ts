import { createHash } from 'node:crypto';
import { expect, describe, test } from 'vitest';
import { VERDICTS } from '../../src/model/change.ts';
import type { Plan } from '../../src/model/plan.ts';
import { printable } from '../../src/lib/printable.ts';
import { htmlReport } from '../../src/report/html-report.ts';
import type { Report } from '../../src/report/report.ts';
import { BASIC_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { links } from '../support/links.ts';
import { published } from '../support/live-product.ts';
import { OPENAPI, OTHER_OPENAPI } from '../support/openapi.ts';
import { planOf } from '../support/plan-of.ts';
import { htmlOutline, type Element } from './support/html-outline.ts';
import { manyChanges, republish } from './support/portals.ts';
import { diffReport } from './support/report-of.ts';

const OURS = { 'managed-by': 'adc' };

/** A plan with all features: auth, refusals, a deletion, documents, wider access, an adoption, notes. */
function richPlan(): Plan {
  const plan = planOf({
    live: [
      published({ name: 'Payments', id: 'p', labels: OURS, linked_gateway_services: links('pay') }),
      published({ name: 'Orders', id: 'o', labels: OURS, desc: 'Orders\nof the shop' }),
      published({ name: 'Old', id: 'x', labels: OURS, linked_gateway_services: links('old') }),
      published({ name: 'Adopted', id: 'a', labels: {} }),
      published({
        name: 'Billing',
        id: 'b',
        type: 'external',
        labels: OURS,
        raw_openapi: OPENAPI,
        server_urls: ['https://old.example.com', 'https://billing.example.com'],
      }),
    ],
    desired: [
      desiredProduct({ name: 'Payments', auth: BASIC_AUTH, status: 'published' }),
      desiredProduct({
        name: 'Orders',
        desc: 'Orders\nof shops',
        visibility: 'public',
        labels: { team: 'a' },
      }),
      desiredProduct({ name: 'Adopted' }),
      desiredProduct({
        name: 'Billing',
        type: 'external',
        raw_openapi: OTHER_OPENAPI,
        server_urls: ['https://billing.example.com', 'https://new.example.com'],
      }),
      desiredProduct({ name: 'New', desc: 'new', auth: BASIC_AUTH, linked_gateway_services: links('new') }),
    ],
    subscriptions: {
      p: { active: 2, pending: 1, known: true },
      x: { active: 1, pending: 0, known: true },
    },
  });
  const subscribers = [
    { developer: 'dora', application: 'shop', status: 'active' },
    { developer: 'emil', application: 'mobile', status: 'pending' },
  ] as const;
  return {
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, about: 'other', impact: { ...step.impact, subscribers } })),
    hazards: [
      ...plan.hazards,
      { code: 'owned-by-another', product: { id: 'o', name: 'Orders', names: ['Orders'] }, owner: 'acme' },
      {
        code: 'looks-like-rename',
        product: { id: 'x', name: 'Old', names: ['Old'] },
        to: 'New',
        because: 'services',
      },
      {
        code: 'services-left-open',
        product: { id: 'x', name: 'Old', names: ['Old'] },
        services: ['default/old'],
      },
    ],
    kept: ['Kept'],
    part: ['Part'],
    held: [{ product: 'Held', until: '2026-12-07', reason: 'INC-9' }],
    notes: [{ code: 'no-service-meanwhile', product: 'Noted' }],
    planned: [
      {
        service: 'default/invoices',
        gateway_group_id: 'default',
        name: 'invoices',
        command: '',
        declared: { file: 'gateway.yaml', line: 1, column: 1 },
        linked: { file: 'products.yaml', line: 2, column: 1 },
      },
    ],
  };
}

function richReport(parts: Partial<Report> = {}): Report {
  return diffReport(richPlan(), {
    exitCode: 4,
    failedOn: ['changes', 'refused'],
    breaking: [{ id: 'b', name: 'Billing', names: ['Billing'] }],
    planFile: 'plan.json',
    graph: 'flowchart\n  a --> b',
    attribution: {
      base: 'main',
      products: VERDICTS.map((verdict, place) => [
        `id ${['p', 'o', 'x', 'b'][place]}`,
        {
          verdict,
          paths: [
            ['desc', verdict],
            ['visibility', 'drift'],
          ],
        },
      ]),
    },
    consent: {
      today: '2026-11-30',
      allowances: [
        {
          product: 'Old',
          until: '2026-12-07',
          at: () => ({ file: 'allow.yaml', line: 3, column: 1 }),
        },
      ],
    },
    diagnostics: [
      {
        code: 'usage',
        severity: 'warning',
        message: 'wrong',
        hint: 'mend it',
        location: { file: 'a.yaml', line: 1, column: 1, length: 2, text: 'name: A' },
        related: [{ message: 'here', location: { file: 'b.yaml', line: 1, column: 1, text: 'name: B' } }],
      },
    ],
    ...parts,
  });
}

/** Keys with fixed values, and days. All other values can come from a file, a document or a portal. */
const CLOSED = new Set([
  'action',
  'reason',
  'code',
  'severity',
  'command',
  'change',
  'kind',
  'today',
  'failedOn',
]);

/** The value with a suffix on every text that is not a fixed value. Ids still match. */
function poisoned(value: unknown, poison: string, key = ''): unknown {
  if (typeof value === 'string') {
    const isVerdict = VERDICTS.some((verdict) => verdict === value);
    const isClosed = (CLOSED.has(key) && value !== 'INC-9') || isVerdict;
    return isClosed ? value : `${value}${poison}`;
  }
  if (Array.isArray(value)) return value.map((one) => poisoned(one, poison, key));
  if (typeof value === 'function') return () => poisoned((value as () => unknown)(), poison);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one, poison, name)]));
}

const ELEMENTS = new Set(
  'html head meta title style body header nav main section footer h1 h2 h3 h4 p ul li a strong bdi code pre span details summary table thead tbody tr th td ins del'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'lang charset http-equiv content name id class href open scope colspan tabindex role aria-label aria-labelledby'.split(
    ' ',
  ),
);

/** Rules for every page, with any text in it. */
function checkMarkup(page: string): ReturnType<typeof htmlOutline> {
  const outline = htmlOutline(page);
  const { elements } = outline;
  expect(elements.map(({ name }) => name).filter((name) => !ELEMENTS.has(name))).toEqual([]);
  const attributes = elements.flatMap((element) => [...element.attributes]);
  expect(attributes.filter(([name]) => !ATTRIBUTES.has(name))).toEqual([]);
  expect(attributes.filter(([name, value]) => name === 'href' && !/^#[a-z-]+$/.test(value))).toEqual([]);
  const policies = attributes.filter(([name]) => name === 'content').map(([, value]) => value);
  const hash = createHash('sha256').update(outline.style).digest('base64');
  expect(policies[0]).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
  );
  expect(outline.style).not.toMatch(/@import|url\(/);
  return outline;
}

const shapeOf = (elements: readonly Element[]): readonly string[] => elements.map(({ name }) => name);

describe('text is never markup', () => {
  test.each([
    ['a script', '<script>alert(1)</script>'],
    ['an event handler', '<img src=x onerror=alert(1)>'],
    ['the end of an attribute', '" onclick="alert(1)" x="'],
    ['the end of another attribute', "' onfocus='alert(1)' autofocus x='"],
    ['a link', '<a href="javascript:alert(1)">x</a>[x](javascript:alert(1))'],
    ['the end of the style', '</style><style>*{display:none}</style>'],
    ['the end of the title', '</title><base href="https://evil.example.com">'],
    ['a comment', '<!-- --!><![CDATA['],
    ['entities', '&lt;script&gt;&#60;&amp'],
    ['the marks of names', '\u0001</code>\u0002\u0002\u0001'],
    ['bidirectional characters', '\u202e\u2066gpj.exe\u2069'],
    ['line ends', '\r\n</pre>\u2028x'],
    ['characters of replacements', '$&$`$1${x}'],
  ])('%s', (_, poison) => {
    const page = htmlReport(poisoned(richReport(), poison) as Report);
    const { text } = checkMarkup(page);
    expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    const place = '\u0001\u0002'.includes(poison[0] ?? '') ? '\\x01' : printable(poison).slice(0, 12);
    expect(text.split(place).length).toBeGreaterThan(40);
    const failed = { command: 'diff', exitCode: 1, text: '', diagnostics: richReport().diagnostics };
    checkMarkup(htmlReport(poisoned(failed, poison) as Report));
  });

  test('harmless and hostile texts give the same elements', () => {
    const elements = (poison: string) =>
      shapeOf(checkMarkup(htmlReport(poisoned(richReport(), poison) as Report)).elements);
    expect(elements('<script>')).toEqual(elements('harmless'));
  });
});

describe('the page shows', () => {
  test('refusals with the entry to paste, before the impact and the products', () => {
    const { text } = checkMarkup(htmlReport(richReport()));
    const places = [
      'sync refuses this plan',
      'allow:\n  - product: Payments\n    subscription_loss: 5\n    until: 2026-12-07\n',
      'allow.yaml:3: ',
      'subscribers: shop of dora, mobile of emil (pending)',
      'changed product: conflict (these files, those at main and the portal all differ)',
      'Adopted products',
      'Next: ',
    ].map((part) => text.indexOf(part, text.indexOf('<main>')));
    expect(places).not.toContain(-1);
    expect(text).toContain('Compared with the files at main: ');
  });

  test('readable field names, with old and new values', () => {
    const live = published({ name: 'A', id: 'a', labels: OURS, visibility: 'logged_in' });
    const wanted = desiredProduct({ name: 'A', visibility: 'public', subscription_auto_approval: true });
    const { text } = checkMarkup(htmlReport(diffReport(planOf({ live: [live], desired: [wanted] }))));
    expect(text).toContain('Who can see itvisibilitylogged-in developers (logged_in)everyone (public)');
    expect(text).toContain(
      'How a subscription startssubscription_auto_approvalafter approval by a person (false)',
    );
    expect(text).toContain('more people have access');
  });

  test('changes that break callers first, as sentences', () => {
    const { text } = checkMarkup(htmlReport(richReport()));
    const changes = text.slice(text.indexOf('Changes of the OpenAPI document'));
    expect(changes).toMatch(
      /^Changes of the OpenAPI document\nbreaks callers: removed GET \/bills\nadded GET \/invoices\n/,
    );
  });

  test('the same counts as the summary of other formats, and no impact if it is hidden', () => {
    const plan = planOf(republish('A'));
    const page = checkMarkup(htmlReport(diffReport(plan))).text;
    expect(page).toContain('sync would change 1 product in 3 steps (update 1, unpublish 1, publish 1)');
    expect(page).toContain('Impact on subscribers');
    const hidden = checkMarkup(htmlReport(diffReport(plan, { hidesImpact: true }))).text;
    expect(hidden).not.toContain('Impact on subscribers');
  });
});

test('headings, landmarks and tables have the structure that screen readers use', () => {
  const { elements } = checkMarkup(htmlReport(richReport()));
  const levels = elements.flatMap(({ name }) => (/^h\d$/.test(name) ? [Number(name.slice(1))] : []));
  expect(levels[0]).toBe(1);
  expect(levels.filter((level) => level === 1)).toHaveLength(1);
  for (const [place, level] of levels.entries())
    expect(level - (levels[place - 1] ?? 0)).toBeLessThanOrEqual(1);
  const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  const named = elements.flatMap(({ attributes }) => attributes.get('aria-labelledby') ?? []);
  const linked = elements.flatMap(({ attributes }) => attributes.get('href')?.slice(1) ?? []);
  for (const id of [...named, ...linked]) expect(ids).toContain(id);
  for (const landmark of ['header', 'nav', 'main', 'footer'])
    expect(elements.filter(({ name }) => name === landmark)).toHaveLength(1);
  const headers = elements
    .filter(({ name }) => name === 'th')
    .map(({ attributes }) => attributes.get('scope'));
  expect(new Set(headers)).toEqual(new Set(['col', 'row']));
  expect(elements.find(({ name }) => name === 'html')?.attributes.get('lang')).toBe('en');
});

describe('size', () => {
  const MOST = 300_000;

  test('a plan of 200 products has all their changes in 300 kB', () => {
    const page = htmlReport(diffReport(manyChanges(50)));
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(MOST);
    const { elements } = checkMarkup(page);
    expect(elements.filter(({ name }) => name === 'details')).toHaveLength(200);
  });

  test('more products and longer texts are counted', () => {
    const many = manyChanges(500, (kind, index) => `${kind} ${index} ${'漢字'.repeat(40)}`);
    const page = htmlReport(diffReport(many, { graph: 'x\n'.repeat(90_000) }));
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(MOST);
    const { elements, text } = checkMarkup(page);
    const whole = elements.filter(({ name }) => name === 'details').length;
    expect(whole + Number(/(\d+) more products without details/.exec(text)?.[1])).toBe(2000);
  });

  test('fits a value of any length', () => {
    const texts = ['x'.repeat(100_000), 'x\n'.repeat(100_000), '漢'.repeat(100_000)];
    const live = texts.map((_, place) => published({ name: `A${place}`, id: `a${place}`, labels: OURS }));
    const desired = texts.map((desc, place) => desiredProduct({ name: `A${place}`, desc }));
    const page = htmlReport(diffReport(planOf({ live, desired })));
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(MOST);
    expect(checkMarkup(page).elements.filter(({ name }) => name === 'details')).toHaveLength(3);
  });
});
