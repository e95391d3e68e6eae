import type { Access, ProductView } from '../../model/portal-view.ts';
import { AUDIENCE_NAMES, type Pair, type Side } from './compare.ts';
import { element, icon } from './dom.ts';
import {
  absentNote,
  accessIn,
  changeSummary,
  hiddenNote,
  logoOf,
  productLink,
  subscribeButtons,
  warningList,
  type View,
} from './parts.ts';

/** The list of all products: changed products first, each before and after the plan. */
export function productList(view: View): readonly (HTMLElement | undefined)[] {
  const results = element('div', { id: 'results' }, ...resultParts(view));
  return [
    element('h1', { tabindex: '-1' }, 'API products'),
    warningList(view),
    view.pairs.length > SEARCHED ? searchField(view, results) : undefined,
    results,
  ];
}

/** The number of products above which the list can be searched. */
const SEARCHED = 12;

/** The text of the search field; it stays when the page is drawn again. */
let query = '';

function searchField(view: View, results: HTMLElement): HTMLElement {
  const input = element('input', { type: 'search', id: 'search', value: query });
  input.addEventListener('input', () => {
    query = input.value;
    results.replaceChildren(...resultParts(view));
  });
  return element('label', { class: 'search' }, element('span', {}, 'Search'), input);
}

/** Whether name, description or a label contains each word of the search. */
function isFound({ before, after }: Pair): boolean {
  const texts = [before, after].flatMap((one) =>
    one ? [one.name, one.desc, ...Object.entries(one.labels).flat()] : [],
  );
  const text = texts.join('\n').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function resultParts(view: View): readonly HTMLElement[] {
  const found = view.pairs.length > SEARCHED ? view.pairs.filter(isFound) : view.pairs;
  const visible = found.filter((pair) => sees(view, pair.before) || sees(view, pair.after));
  const changed = visible.filter(({ change }) => change !== 'same');
  const same = visible.filter(({ change }) => change === 'same');
  const hidden = found.filter((pair) => !visible.includes(pair));
  const parts = [
    section(
      element('h2', {}, `Changes (${changed.length})`),
      'pairs',
      changed.map((pair) => bothCards(view, pair)),
    ),
    section(
      view.data.before
        ? element('h2', {}, `Unchanged (${same.length})`)
        : element('h2', { class: 'spoken' }, 'All products'),
      'cards',
      same.map((pair) => element('li', {}, sideCard(view, pair, 'after'))),
    ),
    visible.length === 0
      ? element('p', { class: 'absent', role: 'status' }, emptyWords(view, found))
      : undefined,
    hidden.length > 0 ? hiddenProducts(view, hidden) : undefined,
  ];
  return parts.filter((part) => part !== undefined);
}

function emptyWords({ audience, pairs }: View, found: readonly Pair[]): string {
  return pairs.length > 0 && found.length === 0
    ? 'No product matches the search'
    : `${AUDIENCE_NAMES[audience]} see no product`;
}

const sees = (view: View, product: ProductView | undefined): boolean =>
  product !== undefined && accessIn(view, product) !== 'hidden';

/** A section with a list; undefined without items. */
function section(heading: HTMLElement, kind: string, items: readonly HTMLElement[]): HTMLElement | undefined {
  if (items.length === 0) return undefined;
  return element('section', {}, heading, element('ul', { class: kind }, ...items));
}

function bothCards(view: View, pair: Pair): HTMLElement {
  return element(
    'li',
    {},
    changeSummary(pair),
    ...(['before', 'after'] as const).map((side) =>
      element(
        'div',
        { class: side },
        element('p', { class: 'eyebrow' }, side === 'before' ? 'Before' : 'After'),
        sideCard(view, pair, side),
      ),
    ),
  );
}

function sideCard(view: View, pair: Pair, side: Side): HTMLElement {
  const product = pair[side];
  if (product === undefined) return absentNote(side);
  if (accessIn(view, product) === 'hidden') return hiddenNote(view.audience);
  return card(view, product, side);
}

function card(view: View, product: ProductView, side: Side): HTMLElement {
  return element(
    'article',
    { class: 'card' },
    logoOf(product),
    element('h3', {}, productLink(product.id, view.audience, product.name, `${side}-${product.id}`)),
    element('p', { class: 'desc' }, product.desc),
    facts(product, accessIn(view, product)),
    subscribeButtons(view, product),
  );
}

function facts({ type, documents, subscriptions }: ProductView, access: Access): HTMLElement {
  const isLocked = access === 'locked';
  return element(
    'p',
    { class: 'facts' },
    element(
      'span',
      {},
      icon(isLocked ? 'lock' : 'document'),
      isLocked ? 'Subscribe to read the documentation' : counted(documents.length, 'document'),
    ),
    type === 'external'
      ? undefined
      : element(
          'span',
          {},
          subscriptions === undefined
            ? 'subscribers unknown'
            : counted(subscriptions.subscribed, 'subscriber'),
        ),
  );
}

const counted = (count: number, what: string): string =>
  `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`;

function hiddenProducts(view: View, hidden: readonly Pair[]): HTMLElement {
  return element(
    'details',
    // Open if a hidden product changes: it is a change even if the audience cannot see it.
    { class: 'hidden-products', open: hidden.some(({ change }) => change !== 'same') ? '' : undefined },
    element('summary', {}, `Not shown to ${AUDIENCE_NAMES[view.audience].toLowerCase()} (${hidden.length})`),
    element(
      'ul',
      {},
      ...hidden.map((pair) =>
        element(
          'li',
          {},
          productLink(pair.id, view.audience, (pair.after ?? pair.before)?.name ?? ''),
          ' ',
          changeSummary(pair),
        ),
      ),
    ),
  );
}
