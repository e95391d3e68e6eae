import { AUDIENCES, type Audience, type PageData } from '../../model/portal-view.ts';
import { pairs } from './compare.ts';
import { byId, element } from './dom.ts';
import { productList } from './list.ts';
import { isStatic, loadData } from './load.ts';
import { fragmentOf, readPlace } from './place.ts';
import { productPage } from './product.ts';
import { say } from './say.ts';

const AUDIENCE_LABELS = { guest: 'Guest', developer: 'Logged in', subscriber: 'Subscriber' } as const;

let data: PageData | undefined;

async function update(): Promise<void> {
  try {
    data = await loadData();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return;
  }
  drawHeader(data);
  draw(data);
}

function drawHeader(of: PageData): void {
  const dashboard = `http://${location.hostname}:${of.dashboardPort}/`;
  byId('header').replaceChildren(
    element('p', { class: 'portal' }, element('a', { href: '#' }, of.portal)),
    element(
      'div',
      { class: 'notes' },
      ...of.notes.map((note) => element('p', {}, note)),
      of.dashboardPort === undefined ? undefined : element('a', { href: dashboard }, 'Open the dashboard'),
    ),
    audienceSwitch(of),
  );
}

/** A developer that may subscribe sees its own view, and that of guests. */
function audienceIn({ developer }: PageData): Audience {
  const { audience } = readPlace(location.hash);
  return developer && audience === 'subscriber' ? 'developer' : audience;
}

function audienceSwitch(of: PageData): HTMLElement {
  const audience = audienceIn(of);
  const { developer } = of;
  const offered = developer ? AUDIENCES.filter((one) => one !== 'subscriber') : AUDIENCES;
  const choices = offered.map((one) => {
    const input = element('input', {
      type: 'radio',
      name: 'audience',
      value: one,
      id: `as-${one}`,
      checked: one === audience ? '' : undefined,
    });
    input.addEventListener('change', () => {
      location.hash = fragmentOf({ ...readPlace(location.hash), audience: one });
    });
    return element(
      'label',
      {},
      input,
      one === 'developer' && developer ? developer.name : AUDIENCE_LABELS[one],
    );
  });
  return element('fieldset', { class: 'audience' }, element('legend', {}, 'View as'), ...choices);
}

/** Draws again what the address says, and leaves the focus where it was. */
function draw(of: PageData): void {
  const { product } = readPlace(location.hash);
  const view = { data: of, audience: audienceIn(of), pairs: pairs(of) };
  const pair = view.pairs.find(({ id }) => id === product);
  const focused = document.activeElement?.id ?? '';
  const parts = pair ? productPage(view, pair) : productList(view);
  byId('main').replaceChildren(...parts.filter((part) => part !== undefined));
  if (focused !== '') document.getElementById(focused)?.focus();
  document.title = [(pair?.after ?? pair?.before)?.name, of.portal].filter(Boolean).join(' · ');
}

let shown = readPlace(location.hash).product;
window.addEventListener('hashchange', () => {
  if (data === undefined) return;
  draw(data);
  const { product } = readPlace(location.hash);
  if (product !== shown) {
    document.querySelector('h1')?.focus();
    window.scrollTo(0, 0);
  }
  shown = product;
});

void update();
if (!isStatic) {
  const events = new EventSource('events');
  events.addEventListener('message', () => void update().then(() => say('The page was updated')));
}
