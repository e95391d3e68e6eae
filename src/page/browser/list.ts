import type { Access, ProductView } from '../../model/portal-view.ts';
import { AUDIENCE_NAMES, type Pair } from './compare.ts';
import { element, icon } from './dom.ts';
import {
  absentNote,
  accessIn,
  changeMark,
  hiddenNote,
  logoOf,
  productLink,
  warningList,
  type View,
} from './parts.ts';
import { subscribeButtons } from './subscribe.ts';

/** All products as a portal lists them: what changes first, each before and after. */
export function productList(view: View): readonly (HTMLElement | undefined)[] {
  const visible = view.pairs.filter((pair) => sees(view, pair.before) || sees(view, pair.after));
  const changed = visible.filter(({ change }) => change !== 'same');
  const same = visible.filter(({ change }) => change === 'same');
  const hidden = view.pairs.filter((pair) => !visible.includes(pair));
  return [
    element('h1', { tabindex: '-1' }, 'API products'),
    warningList(view, view.data.warnings),
    changed.length > 0
      ? section(
          `Changes (${changed.length})`,
          'pairs',
          changed.map((pair) => bothCards(view, pair)),
        )
      : undefined,
    same.length > 0
      ? section(
          view.data.before ? `Unchanged (${same.length})` : undefined,
          'cards',
          same.map((pair) => element('li', {}, sideCard(view, pair, 'after'))),
        )
      : undefined,
    visible.length === 0
      ? element('p', { class: 'absent' }, `${AUDIENCE_NAMES[view.audience]} see no product`)
      : undefined,
    hidden.length > 0 ? hiddenProducts(view, hidden) : undefined,
  ];
}

const sees = (view: View, product: ProductView | undefined): boolean =>
  product !== undefined && accessIn(view, product) !== 'hidden';

function section(heading: string | undefined, kind: string, items: readonly HTMLElement[]): HTMLElement {
  const title = heading === undefined ? [] : [element('h2', {}, heading)];
  return element('section', {}, ...title, element('ul', { class: kind }, ...items));
}

function bothCards(view: View, pair: Pair): HTMLElement {
  return element(
    'li',
    {},
    element('p', { class: 'pair-change' }, changeMark(pair)),
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

function sideCard(view: View, pair: Pair, side: 'before' | 'after'): HTMLElement {
  const product = pair[side];
  if (product === undefined) return absentNote(side);
  if (accessIn(view, product) === 'hidden') return hiddenNote(view.audience);
  return card(view, product);
}

function card(view: View, product: ProductView): HTMLElement {
  return element(
    'article',
    { class: 'card' },
    logoOf(product),
    element('h3', {}, productLink(product.id, view.audience, product.name)),
    element('p', { class: 'desc' }, product.desc),
    element('p', { class: 'facts' }, ...documentFacts(product, accessIn(view, product))),
    subscribeButtons(view, product),
  );
}

function documentFacts({ documents }: ProductView, access: Access): readonly (Node | string)[] {
  if (access === 'locked') return [icon('lock'), 'Subscribe to read the documentation'];
  if (documents.length === 0) return ['No documentation'];
  return [icon('document'), documents.length === 1 ? '1 document' : `${documents.length} documents`];
}

function hiddenProducts(view: View, hidden: readonly Pair[]): HTMLElement {
  return element(
    'details',
    { class: 'hidden-products' },
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
          changeMark(pair),
        ),
      ),
    ),
  );
}
