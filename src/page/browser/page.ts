import { AUDIENCES, type Audience, type PageData } from '../../model/portal-view.ts';
import { AUDIENCE_LABELS, pairs } from './compare.ts';
import { byId, element, say } from './dom.ts';
import { productList } from './list.ts';
import { fragmentOf, readPlace, type Place } from './parts.ts';
import { productPage } from './product.ts';
import { isStatic, loadData } from './server.ts';

let data: PageData | undefined;

/** Loads the data and draws it. If that fails, the page keeps its last state. */
async function update(done?: string): Promise<void> {
  try {
    data = await loadData();
    draw(data);
    if (done !== undefined) say(done);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(data ? `The page shows an earlier state: ${reason}` : reason, 'refused');
  }
}

/** Draws the view that the URL selects, and keeps the focus. */
function draw(of: PageData): void {
  const place = readPlace(location.hash);
  const audience = audienceIn(of, place);
  const view = { data: of, audience, pairs: pairs(of) };
  const pair = view.pairs.find(({ id }) => id === place.product);
  const focused = document.activeElement?.id ?? '';
  byId('header').replaceChildren(
    element('a', { class: 'portal', href: fragmentOf({ ...place, product: undefined }) }, of.portal),
    audienceSwitch(of, { ...place, audience }),
    element('div', { class: 'notes' }, ...of.notes.map((note) => element('p', {}, note)), dashboardLink(of)),
  );
  const parts = pair ? productPage(view, pair) : productList(view);
  byId('main').replaceChildren(...parts.filter((part) => part !== undefined));
  if (focused !== '') (document.getElementById(focused) ?? byId('main')).focus({ preventScroll: true });
  document.title = [(pair?.after ?? pair?.before)?.name ?? 'API products', of.portal].join(' · ');
}

function dashboardLink({ dashboardPort: port }: PageData): HTMLElement | undefined {
  if (port === undefined) return undefined;
  return element('a', { href: `http://${location.hostname}:${port}/` }, 'Open the dashboard');
}

/** A page with a developer has no audience `subscriber`: the developer is the subscriber of its own products. */
function audienceIn({ developer }: PageData, { audience }: Place): Audience {
  return developer && audience === 'subscriber' ? 'developer' : audience;
}

function audienceSwitch({ developer }: PageData, place: Place): HTMLElement {
  const labels = { ...AUDIENCE_LABELS, ...(developer && { developer: developer.name }) };
  const offered = developer ? AUDIENCES.filter((one) => one !== 'subscriber') : AUDIENCES;
  const choices = offered.map((audience) => {
    const checked = audience === place.audience ? '' : undefined;
    const input = element('input', { type: 'radio', name: 'audience', id: `as-${audience}`, checked });
    input.addEventListener('change', () => {
      location.hash = fragmentOf({ ...place, audience });
    });
    return element('label', {}, input, labels[audience]);
  });
  return element(
    'fieldset',
    { class: 'audience' },
    element('legend', {}, 'View as'),
    element('div', { class: 'choices' }, ...choices),
  );
}

/** Draws again after a change of the URL. A new product moves the focus to its heading; a new audience does not. */
function follow(): void {
  let shown = readPlace(location.hash).product;
  // This event is part of the navigation; after `hashchange`, the page would show the old view for a moment.
  window.addEventListener('popstate', () => {
    const { product } = readPlace(location.hash);
    if (data) draw(data);
    if (product === shown) return;
    shown = product;
    document.querySelector('h1')?.focus();
    window.scrollTo(0, 0);
  });
  // The link of this element would replace the fragment, which selects the view.
  document.querySelector('.skip')?.addEventListener('click', (event) => {
    event.preventDefault();
    byId('main').focus();
  });
}

/** Loads the data again after each event of the server, and when the server responds again after an outage. */
function listen(): void {
  const events = new EventSource('events');
  let isLost = false;
  const refresh = (): void => void update(`Updated at ${new Date().toLocaleTimeString()}`);
  events.addEventListener('message', refresh);
  events.addEventListener('error', () => {
    isLost = true;
    say('adc does not respond. The page shows an earlier state.', 'refused');
  });
  events.addEventListener('open', () => {
    if (isLost) refresh();
    isLost = false;
  });
}

void update();
follow();
if (!isStatic) listen();
