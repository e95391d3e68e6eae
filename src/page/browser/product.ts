import { diffWordsWithSpace } from 'diff';
import type { DocumentView, ProductView } from '../../model/portal-view.ts';
import { FIELDS, type Field, type Pair, type Side } from './compare.ts';
import { button, element, icon, spoken, type Child } from './dom.ts';
import {
  absentNote,
  accessIn,
  changeSummary,
  fragmentOf,
  hiddenNote,
  isImage,
  lockNote,
  logoOf,
  subscribeButtons,
  warningList,
  type View,
} from './parts.ts';
import { loadDocument } from './server.ts';

/** The page of one product: the view of the audience and the settings, before and after the plan. */
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

/** The parts that the audience sees. Both sides have the same parts in the same order, so their rows align. */
function portalParts(view: View, pair: Pair, product: ProductView, side: Side): readonly HTMLElement[] {
  const access = accessIn(view, product);
  if (access === 'hidden') return [hiddenNote(view.audience)];
  const plain = (field: Field): HTMLElement => part(pair, field, ...marked(pair, side, field));
  const changes = (field: Field): boolean => pair.fields.includes(field);
  const hasImage = isImage(product.logo);
  return [
    // The title of the page shows the name and the image.
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

/** A field with its heading, which marks a changed field. */
function part(pair: Pair, field: Field, ...children: readonly Child[]): HTMLElement {
  return element('section', { class: 'part' }, element('h3', {}, ...headingOf(pair, field)), ...children);
}

const headingOf = (pair: Pair, field: Field): readonly Child[] => [
  field.heading,
  ...(pair.fields.includes(field) ? [' ', element('span', { class: 'mark changed' }, 'changed')] : []),
];

/** The fields for administrators, not shown in a portal. */
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
  const exists = ({ texts }: Field): boolean =>
    [pair.before, pair.after].some((product) => product !== undefined && texts(product).length > 0);
  const rows = SETTINGS.filter(exists).flatMap((field) => [
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

const otherOf = ({ before, after }: Pair, side: Side): ProductView | undefined =>
  side === 'before' ? after : before;

/** A text that only this side has: marked by its element, by a sign, and for screen readers. */
function changedText(side: Side, ...children: readonly Child[]): HTMLElement {
  return side === 'before'
    ? element('del', {}, spoken('removed: '), ...children)
    : element('ins', {}, spoken('added: '), ...children);
}

/** The value of a field on one side. Texts that the other side lacks are marked. */
function marked(pair: Pair, side: Side, field: Field): readonly HTMLElement[] {
  const own = pair[side];
  const other = otherOf(pair, side);
  const texts = own ? field.texts(own) : [];
  if (texts.length === 0) return [element('p', { class: 'none' }, 'None')];
  if (other === undefined) return texts.map((text) => element('p', {}, text));
  const others = field.texts(other);
  if (field === FIELDS.desc && others[0] !== undefined && texts[0] !== others[0])
    return [element('p', { class: 'words' }, ...changedWords(side, texts[0] ?? '', others[0]))];
  return texts.map((text) => element('p', {}, others.includes(text) ? text : changedText(side, text)));
}

/** Time limit of a comparison of words, in milliseconds. After it the whole text is marked. */
const TIMEOUT = 200;

function changedWords(side: Side, own: string, other: string): readonly Child[] {
  const changes = diffWordsWithSpace(other, own, { timeout: TIMEOUT });
  if (changes === undefined) return [changedText(side, own)];
  return changes
    .filter(({ removed }) => !removed)
    .flatMap(({ added, value }) => (added ? changedPart(side, value) : [value]));
}

/** Marks a changed part without the spaces around it. */
function changedPart(side: Side, text: string): readonly Child[] {
  const words = text.trim();
  if (words === '') return [text];
  const start = text.indexOf(words);
  return [text.slice(0, start), changedText(side, words), text.slice(start + words.length)];
}

/** Opens a document in a dialog. A sandboxed frame renders it: the frame has no access to this page or to any host. */
async function openDocument(product: string, { id, title }: DocumentView): Promise<void> {
  const note = element('p', { role: 'status' }, 'Loading…');
  const source = button({ 'aria-pressed': 'false' }, () => showSource(dialog, source), 'Source');
  const dialog = element(
    'dialog',
    { class: 'viewer', 'aria-labelledby': 'viewer-title' },
    element(
      'header',
      {},
      element('p', { class: 'eyebrow' }, product),
      element('h2', { id: 'viewer-title' }, title),
      source,
      button({}, () => dialog.close(), 'Close'),
    ),
    note,
  );
  const closed = new AbortController();
  dialog.addEventListener('close', () => {
    closed.abort();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  try {
    const text = await loadDocument(id);
    const frame = element('iframe', { src: 'document.html', sandbox: 'allow-scripts', title });
    const react: Readonly<Record<string, () => void>> = {
      ready: () => frame.contentWindow?.postMessage({ text }, '*'),
      shown: () => {
        note.remove();
        showSource(dialog, source, false);
      },
      failed: () => {
        note.textContent = 'This document cannot be rendered.';
        showSource(dialog, source, true);
      },
      close: () => dialog.close(),
    };
    const listener = ({ source, data: name }: MessageEvent<string>): void => {
      if (source !== null && source === frame.contentWindow && Object.hasOwn(react, name)) react[name]?.();
    };
    window.addEventListener('message', listener, { signal: closed.signal });
    dialog.append(frame, element('pre', { tabindex: '0', hidden: '' }, text));
  } catch (error) {
    note.textContent = error instanceof Error ? error.message : String(error);
  }
}

/** Switches between the source text of the document and its rendering. */
function showSource(
  dialog: HTMLElement,
  toggle: HTMLElement,
  isShown = toggle.ariaPressed === 'false',
): void {
  toggle.ariaPressed = String(isShown);
  for (const part of dialog.querySelectorAll<HTMLElement>('pre, iframe'))
    part.hidden = (part.localName === 'pre') !== isShown;
}
