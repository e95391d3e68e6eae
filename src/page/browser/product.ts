import type { DocumentView, ProductView } from '../../model/portal-view.ts';
import { PAGE_FIELDS, SETTINGS, type Pair } from './compare.ts';
import { button, element, icon, spoken, type Child } from './dom.ts';
import {
  absentNote,
  accessIn,
  changeMark,
  hiddenNote,
  lockNote,
  logoOf,
  warningList,
  type View,
} from './parts.ts';
import { fragmentOf } from './place.ts';
import { subscribeButtons } from './subscribe.ts';
import { openDocument } from './viewer.ts';

type Side = 'before' | 'after';

/** One product as a portal shows it, and its settings, before and after. */
export function productPage(view: View, pair: Pair): readonly (HTMLElement | undefined)[] {
  const { name } = pair.after ?? pair.before ?? { name: '' };
  const { data, audience } = view;
  const sides: readonly Side[] = data.before ? ['before', 'after'] : ['after'];
  return [
    element(
      'nav',
      { 'aria-label': 'Breadcrumb' },
      element('a', { href: fragmentOf({ audience, product: undefined }) }, '← All products'),
    ),
    element('h1', { tabindex: '-1' }, name),
    element('p', {}, changeMark(pair)),
    warningList(
      view,
      data.warnings.filter(({ products }) => products.includes(name)),
    ),
    element('div', { class: `sides of-${sides.length}` }, ...sides.map((side) => sideOf(view, pair, side))),
  ];
}

function sideOf(view: View, pair: Pair, side: Side): HTMLElement {
  const product = pair[side];
  const heading = element(
    'h2',
    { class: view.data.before ? 'eyebrow' : 'spoken' },
    side === 'before' ? 'Before' : 'After',
  );
  const shown =
    product === undefined
      ? [absentNote(side)]
      : [...portalParts(view, pair, product, side), settings(pair, product, side)];
  return element('article', { class: `side ${side}` }, heading, ...shown);
}

/** What the audience sees. Both sides have the same number of rows, so that they stand side by side. */
function portalParts(view: View, pair: Pair, product: ProductView, side: Side): readonly HTMLElement[] {
  const access = accessIn(view, product);
  if (access === 'hidden') return [hiddenNote(view.audience)];
  const [desc, ...others] = PAGE_FIELDS.map(({ heading, texts }) =>
    part(heading, ...marked(pair, side, texts)),
  );
  return [
    element(
      'div',
      { class: 'title' },
      logoOf(product),
      element(
        'p',
        {},
        markedText(pair, side, ({ name }) => name, product.name),
      ),
    ),
    ...(desc ? [desc] : []),
    part(
      'Documentation',
      ...(access === 'locked' ? [lockNote()] : [documentList(pair, product, side)]),
      subscribeButtons(view, product),
    ),
    ...others,
  ];
}

function part(heading: string, ...children: readonly Child[]): HTMLElement {
  return element('section', { class: 'part' }, element('h3', {}, heading), ...children);
}

function settings(pair: Pair, _product: ProductView, side: Side): HTMLElement {
  const rows = SETTINGS.flatMap(({ heading, texts }) => [
    element('dt', {}, heading),
    element('dd', {}, ...marked(pair, side, texts)),
  ]);
  return part('Settings', element('dl', {}, ...rows));
}

/** The texts of a field; those that the other side lacks are marked. */
function marked(
  pair: Pair,
  side: Side,
  texts: (product: ProductView) => readonly string[],
): readonly HTMLElement[] {
  const own = pair[side];
  const all = own ? texts(own) : [];
  if (all.length === 0) return [element('p', { class: 'none' }, 'None')];
  const other = otherOf(pair, side);
  const others = other ? new Set(texts(other)) : undefined;
  return all.map((text) => element('p', {}, others && !others.has(text) ? changedText(side, text) : text));
}

function markedText(
  pair: Pair,
  side: Side,
  textOf: (product: ProductView) => string,
  text: string,
): HTMLElement | string {
  const other = otherOf(pair, side);
  return other && textOf(other) !== text ? changedText(side, text) : text;
}

const otherOf = ({ before, after }: Pair, side: Side): ProductView | undefined =>
  side === 'before' ? after : before;

/** A text that is on one side only, marked by its element, a sign and words for screen readers. */
function changedText(side: Side, ...children: readonly Child[]): HTMLElement {
  return side === 'before'
    ? element('del', {}, spoken('Removed: '), ...children)
    : element('ins', {}, spoken('Added: '), ...children);
}

function documentList(pair: Pair, product: ProductView, side: Side): HTMLElement {
  if (product.documents.length === 0) return element('p', { class: 'none' }, 'None');
  const other = otherOf(pair, side);
  const others = other ? new Set(other.documents.map(({ id }) => id)) : undefined;
  return element(
    'ul',
    { class: 'documents' },
    ...product.documents.map((one) =>
      element('li', {}, documentButton(product, side, one, others !== undefined && !others.has(one.id))),
    ),
  );
}

function documentButton(
  product: ProductView,
  side: Side,
  one: DocumentView,
  isChanged: boolean,
): HTMLElement {
  return button(
    { id: `document-${side}-${one.id}` },
    () => void openDocument(product.name, one),
    icon('document'),
    isChanged ? changedText(side, one.title) : one.title,
  );
}
