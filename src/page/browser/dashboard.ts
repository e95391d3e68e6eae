import type { SandboxProduct, SandboxSubscription, SandboxView } from '../../model/portal-view.ts';
import {
  act,
  breakForm,
  editProduct,
  metaText,
  onAction,
  readState,
  subscribeTo,
} from './dashboard-actions.ts';
import { button, byId, element, say, type Child } from './dom.ts';

const REFRESH_MS = 1000;

interface Section {
  readonly id: string;
  readonly heading: string;
  readonly draw: (state: SandboxView) => readonly HTMLElement[];
}

/** The sections by column. Only sections with new content are drawn again, so the others keep focus and scroll position. */
const COLUMNS: Readonly<Record<string, readonly Section[]>> = {
  left: [
    { id: 'approvals', heading: 'Pending approvals', draw: approvalList },
    { id: 'products', heading: 'Products', draw: productList },
  ],
  right: [
    { id: 'break', heading: 'Break the next request', draw: waitingFaults },
    { id: 'requests', heading: 'Requests', draw: requestTable },
  ],
  below: [{ id: 'services', heading: 'Gateway services', draw: serviceTable }],
};

/** Attributes of the elements around the sections; they stay when a section is drawn again. */
const FRAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  approvals: { 'aria-live': 'polite' },
  requests: { class: 'scroll', role: 'group', tabindex: '0', 'aria-label': 'List of requests' },
};

function drawFrame(): void {
  const portal = `http://${location.hostname}:${metaText('portal-port')}/`;
  byId('header').replaceChildren(
    element('p', { class: 'portal' }, 'adc dev'),
    element('nav', { 'aria-label': 'Pages' }, element('a', { href: portal }, 'Open the portal')),
    element(
      'div',
      { class: 'notes' },
      'The dashboard of an Admin API on this machine. Nothing here is real.',
    ),
  );
  const columns = Object.entries(COLUMNS).map(([name, sections]) =>
    element('div', { class: `column ${name}` }, ...sections.map(sectionOf)),
  );
  byId('main').replaceChildren(element('h1', {}, 'Dashboard'), ...columns);
}

function sectionOf({ id, heading }: Section): HTMLElement {
  return element(
    'section',
    { 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title`, tabindex: '-1' }, heading),
    id === 'break' ? breakForm() : undefined,
    element('div', FRAMES[id] ?? {}, element('div', { id })),
  );
}

let isResponding = true;

async function update(): Promise<void> {
  try {
    draw(await readState());
    if (!isResponding) say('adc dev responds again');
    isResponding = true;
  } catch {
    if (isResponding) say('adc dev does not respond: is it still running?', 'refused');
    isResponding = false;
  }
}

function draw(state: SandboxView): void {
  for (const { id, draw: parts } of Object.values(COLUMNS).flat()) {
    const [old, made] = [byId(id), element('div', { id }, ...parts(state))];
    if (!old.isEqualNode(made)) replace(old, made, `${id}-title`);
  }
}

/** Replaces an element. The focus stays on the element of the same id, or moves to the heading if there is none. */
function replace(old: HTMLElement, made: HTMLElement, heading: string): void {
  const focused = old.contains(document.activeElement) ? document.activeElement?.id : undefined;
  old.replaceWith(made);
  if (focused !== undefined) (document.getElementById(focused) ?? byId(heading)).focus();
}

function emptyNote(...text: readonly Child[]): HTMLElement {
  return element('p', { class: 'absent' }, ...text);
}

/** The pending approvals with their buttons. */
function approvalList(state: SandboxView): readonly HTMLElement[] {
  const pending = state.subscriptions.filter(({ approval }) => approval !== undefined);
  if (pending.length === 0) return [emptyNote('No subscription waits for approval.')];
  return [element('ul', { class: 'approvals' }, ...pending.map((one) => approvalItem(one, state)))];
}

function applicant({ application }: SandboxSubscription, { applications }: SandboxView): string {
  const { name = '', developer = '' } = applications.find(({ id }) => id === application) ?? {};
  return `${name} of ${developer}`;
}

function approvalItem(one: SandboxSubscription, state: SandboxView): HTMLElement {
  const { product, approval = '' } = one;
  const name = state.products.find(({ id }) => id === product)?.name ?? '';
  const what = `${applicant(one, state)} for ${name}`;
  const decide = (verb: 'Accept' | 'Reject'): HTMLElement => {
    const path = `approvals/${encodeURIComponent(approval)}/${verb.toLowerCase()}`;
    return button(
      {
        id: `${verb}-${approval}`,
        class: verb === 'Accept' ? 'primary' : undefined,
        'aria-label': `${verb} ${what}`,
      },
      () => void act('POST', path, {}, `${verb}ed: ${what}`),
      verb,
    );
  };
  return element(
    'li',
    {},
    element('p', {}, element('strong', {}, applicant(one, state)), ' asks for ', element('strong', {}, name)),
    element('p', { class: 'actions' }, decide('Accept'), decide('Reject')),
  );
}

/** The products with their settings, subscriptions and buttons. */
function productList(state: SandboxView): readonly HTMLElement[] {
  if (state.products.length === 0) return [noProducts()];
  return [element('ul', { class: 'products' }, ...state.products.map((one) => productItem(one, state)))];
}

function noProducts(): HTMLElement {
  return element(
    'div',
    { class: 'absent' },
    element(
      'p',
      {},
      'The portal has no products yet. In another terminal, export what adc dev printed, and apply a product file:',
    ),
    element('pre', {}, 'adc init\nadc sync'),
    element('p', {}, 'Or start with products: ', element('code', {}, 'adc dev --example payments')),
  );
}

function productItem(product: SandboxProduct, state: SandboxView): HTMLElement {
  const { id, name, desc, status } = product;
  const subscriptions = state.subscriptions.filter((one) => one.product === id);
  return element(
    'li',
    { class: 'card' },
    element('h3', {}, name, ' ', element('span', { class: `badge ${status}` }, status)),
    desc === '' ? undefined : element('p', { class: 'desc' }, desc),
    element('p', { class: 'facts' }, ...facts(product, state).map((fact) => element('span', {}, fact))),
    subscriptions.length === 0 ? undefined : subscriberList(subscriptions, state),
    element('p', { class: 'actions' }, ...actions(product, subscriptions.length)),
  );
}

function facts(product: SandboxProduct, { portals }: SandboxView): readonly string[] {
  const { portal, labels, auth, type, visibility, subscription_auto_approval: approves } = product;
  return [
    type,
    visibility === 'public' ? 'public' : 'logged in only',
    ...auth,
    ...(approves === undefined ? [] : [approves ? 'approved automatically' : 'needs approval']),
    ...(product.can_view_unsubscribed === false ? ['documents for subscribers only'] : []),
    labels['managed-by'] === undefined ? 'not managed by adc' : `managed by ${labels['managed-by']}`,
    ...(portal === portals[0] ? [] : [`portal ${portal}`]),
  ];
}

function subscriberList(subscriptions: readonly SandboxSubscription[], state: SandboxView): HTMLElement {
  const items = subscriptions.map((one) => {
    const mark = one.status === 'subscribed' ? 'subscribed' : 'waits for approval';
    return element('li', {}, `${applicant(one, state)}: ${mark}`);
  });
  return element('ul', { class: 'subscribers', 'aria-label': 'Subscriptions' }, ...items);
}

function actions(product: SandboxProduct, subscriptions: number): readonly HTMLElement[] {
  const { id, name, status, type } = product;
  const [verb, to] =
    status === 'published' ? (['Unpublish', 'draft'] as const) : (['Publish', 'published'] as const);
  const isPublic = product.visibility === 'public';
  const ended =
    status === 'published' && subscriptions > 0 ? `, which ended ${subscriptions} of its subscriptions` : '';
  const edit = (fields: object, done: string): void =>
    void act('PUT', `products/${encodeURIComponent(id)}`, fields, done);
  const named = (id: string, label: string, onClick: () => void): HTMLElement =>
    button({ id, 'aria-label': `${label} ${name}` }, onClick, label);
  return [
    named(`status-${id}`, verb, () => edit({ status: to }, `${verb}ed ${name}${ended}`)),
    named(`visibility-${id}`, isPublic ? 'Require login' : 'Make public', () =>
      edit(
        { visibility: isPublic ? 'logged_in' : 'public' },
        `${name} is ${isPublic ? 'for logged-in developers' : 'public'}`,
      ),
    ),
    named(`edit-${id}`, 'Edit', () => editProduct(id)),
    ...(type === 'gateway' && status === 'published'
      ? [named(`subscribe-${id}`, 'Subscribe', () => subscribeTo(id))]
      : []),
  ];
}

/** The services of the gateway, each with its product and its authentication. */
function serviceTable({ services }: SandboxView): readonly HTMLElement[] {
  const rows = services.map(({ name, hosts, product, auth }) => [
    element('span', {}, name, element('span', { class: 'hosts' }, hosts.join(', '))),
    product ?? '–',
    auth.length === 0 ? element('span', { class: 'badge open' }, 'none') : auth.join(', '),
  ]);
  return [table('Gateway services', ['Service', 'Product', 'Auth'], rows)];
}

/** The last requests, newest first. */
function requestTable({ requests }: SandboxView): readonly HTMLElement[] {
  if (requests.length === 0)
    return [emptyNote('No request yet. Run ', element('code', {}, 'adc list'), ' in a terminal.')];
  const rows = requests.map(({ n, method, path, status, struck }) => {
    const [place = '', query] = path.split(/(?=\?)/);
    const failed = status === 0 || status >= 400 ? 'failed' : undefined;
    return [
      String(n),
      method,
      element('span', { class: 'path' }, place, element('span', { class: 'quiet' }, query)),
      element(
        'span',
        { class: failed },
        status === 0 ? 'none ' : `${status} `,
        struck ? element('span', { class: 'badge fault' }, 'fault') : undefined,
      ),
    ];
  });
  return [table('Requests, newest first', ['No.', 'Method', 'Path', 'Status'], rows)];
}

/** Faults that have not occurred yet. */
function waitingFaults({ faults }: SandboxView): readonly HTMLElement[] {
  if (faults.length === 0) return [];
  return [
    element('p', {}, 'Waiting for their request:'),
    element('ul', { class: 'faults' }, ...faults.map((text) => element('li', {}, element('code', {}, text)))),
    button(
      { id: 'clear-faults' },
      () => void act('DELETE', 'faults', {}, 'No request fails'),
      'Let no request fail',
    ),
  ];
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  return element(
    'table',
    {},
    element('caption', { class: 'spoken' }, caption),
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element(
      'tbody',
      {},
      ...rows.map((cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell)))),
    ),
  );
}

drawFrame();
onAction(update);
void update();
setInterval(() => (document.hidden ? undefined : void update()), REFRESH_MS);
