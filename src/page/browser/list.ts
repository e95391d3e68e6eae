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
  const visible = view.pairs.filter((pair) => sees(view, pair.before) || sees(view, pair.after));
  const changed = visible.filter(({ change }) => change !== 'same');
  const same = visible.filter(({ change }) => change === 'same');
  const hidden = view.pairs.filter((pair) => !visible.includes(pair));
  return [
    element('h1', { tabindex: '-1' }, 'API products'),
    warningList(view),
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
      ? element('p', { class: 'absent' }, `${AUDIENCE_NAMES[view.audience]} see no product`)
      : undefined,
    hidden.length > 0 ? hiddenProducts(view, hidden) : undefined,
  ];
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

function facts({ documents, subscriptions }: ProductView, access: Access): HTMLElement {
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
    element('span', {}, counted(subscriptions.subscribed, 'subscriber')),
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
