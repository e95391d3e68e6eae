import type { ProductView } from '../../model/portal-view.ts';
import { FIELDS, type Field, type Pair } from './compare.ts';
import { button, element, icon, type Child } from './dom.ts';
import { changedText, marked, otherOf, type Side } from './marks.ts';
import {
  absentNote,
  accessIn,
  changeSummary,
  hiddenNote,
  isImage,
  lockNote,
  logoOf,
  warningList,
  type View,
} from './parts.ts';
import { fragmentOf } from './place.ts';
import { subscribeButtons } from './subscribe.ts';
import { openDocument } from './viewer.ts';

/** One product as a portal shows it, and its settings, before and after. */
export function productPage(view: View, pair: Pair): readonly Child[] {
  const { data, audience } = view;
  const current = pair.after ?? pair.before;
  if (current === undefined) return [];
  const sides: readonly Side[] = data.before ? ['before', 'after'] : ['after'];
  const all = fragmentOf({ audience, product: undefined });
  return [
    element('nav', { 'aria-label': 'Breadcrumb' }, element('a', { href: all }, '← All products')),
    element('div', { class: 'title' }, logoOf(current), element('h1', { tabindex: '-1' }, current.name)),
    changeSummary(pair),
    warningList(view, current.name),
    element('div', { class: 'sides' }, ...sides.map((side) => sideOf(view, pair, side))),
  ];
}

function sideOf(view: View, pair: Pair, side: Side): HTMLElement {
  const hasTwo = view.data.before !== undefined;
  const heading = element(
    'h2',
    { class: hasTwo ? 'eyebrow' : 'spoken' },
    hasTwo ? SIDES[side] : 'The product in the portal',
  );
  const product = pair[side];
  const parts = product
    ? [...portalParts(view, pair, product, side), settings(pair, side)]
    : [absentNote(side)];
  return element('article', { class: `side ${side}` }, heading, ...parts);
}

const SIDES = { before: 'Before', after: 'After' } as const;

/** What the audience sees. Both sides have the same parts in the same order, so that they stand side by side. */
function portalParts(view: View, pair: Pair, product: ProductView, side: Side): readonly HTMLElement[] {
  const access = accessIn(view, product);
  if (access === 'hidden') return [hiddenNote(view.audience)];
  const plain = (field: Field): HTMLElement => part(pair, field, ...marked(pair, side, field));
  const changes = (field: Field): boolean => pair.fields.includes(field);
  const hasImage = isImage(product.logo);
  return [
    // The title of the page has the name and an image.
    ...(changes(FIELDS.name) ? [plain(FIELDS.name)] : []),
    ...(changes(FIELDS.logo) || (product.logo !== undefined && !hasImage)
      ? [hasImage ? part(pair, FIELDS.logo, logoOf(product)) : plain(FIELDS.logo)]
      : []),
    plain(FIELDS.desc),
    part(
      pair,
      FIELDS.documents,
      access === 'locked' ? lockNote() : documentList(pair, product, side),
      subscribeButtons(view, product),
    ),
    ...[FIELDS.auth, FIELDS.servers, FIELDS.labels].map(plain),
  ];
}

/** A field with its heading, which says whether the field changes. */
function part(pair: Pair, field: Field, ...children: readonly Child[]): HTMLElement {
  return element('section', { class: 'part' }, element('h3', {}, ...headingOf(pair, field)), ...children);
}

const headingOf = (pair: Pair, field: Field): readonly Child[] => [
  field.heading,
  ...(pair.fields.includes(field) ? [' ', element('span', { class: 'mark changed' }, 'changed')] : []),
];

/** What the administrator of the portal sets, and who uses the product. */
const SETTINGS: readonly Field[] = [
  FIELDS.access,
  FIELDS.status,
  FIELDS.visibility,
  FIELDS.unsubscribed,
  FIELDS.approval,
  FIELDS.subscriptions,
  FIELDS.type,
];

function settings(pair: Pair, side: Side): HTMLElement {
  const rows = SETTINGS.flatMap((field) => [
    element('dt', {}, ...headingOf(pair, field)),
    element('dd', {}, ...marked(pair, side, field)),
  ]);
  return element(
    'section',
    { class: 'part settings' },
    element('h3', {}, 'Settings'),
    element('dl', {}, ...rows),
  );
}

function documentList(pair: Pair, product: ProductView, side: Side): HTMLElement {
  if (product.documents.length === 0) return element('p', { class: 'none' }, 'None');
  const other = otherOf(pair, side)?.documents.map(({ id }) => id);
  const items = product.documents.map((one, place) =>
    element(
      'li',
      {},
      button(
        { id: `${side}-${place}`, class: 'document' },
        () => void openDocument(product.name, one),
        icon('document'),
        other === undefined || other.includes(one.id) ? one.title : changedText(side, one.title),
      ),
    ),
  );
  return element('ul', { class: 'documents' }, ...items);
}
