import type { SandboxProduct, SandboxView } from '../../model/portal-view.ts';
import { button, element } from './dom.ts';
import { ask } from './server.ts';

/** A value that the server wrote into the page. */
export function metaText(name: string): string {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? '';
}

let state: SandboxView | undefined;
let afterAction = async (): Promise<void> => undefined;

/** Reads the state of the sandbox. @throws Error if the server does not respond. */
export async function readState(): Promise<SandboxView> {
  const response = await fetch('adc-dev/state');
  ({ value: state } = (await response.json()) as { readonly value: SandboxView });
  return state;
}

/** Sets the function that runs after each action. */
export function onAction(listener: () => Promise<void>): void {
  afterAction = listener;
}

/** Sends a change to the sandbox, and shows `done` or the reason of a refusal. @returns the reason, if any. */
export async function act(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: object,
  done: string,
): Promise<string | undefined> {
  const refusal = await ask(method, { url: `adc-dev/${path}`, key: metaText('adc-key') }, body, done);
  await afterAction();
  return refusal;
}

/** Opens a form that edits a product, as an administrator does in the dashboard of API7. */
export function editProduct(id: string): void {
  const product = state?.products.find((one) => one.id === id);
  if (product === undefined) return;
  const fields = [
    field('Name', element('input', { name: 'name', value: product.name, required: '', maxlength: '100' })),
    field('Description', element('textarea', { name: 'desc', rows: '3' }, product.desc)),
    field('Visibility', choice('visibility', VISIBILITIES, product.visibility)),
    ...FLAGS.flatMap(([name, label]) => {
      const { [name]: value } = product;
      return value === undefined ? [] : [checkbox(name, label, value)];
    }),
  ];
  openForm(`Edit ${product.name}`, 'Save', fields, (data) =>
    act('PUT', `products/${encodeURIComponent(id)}`, changes(product, data), `Saved ${product.name}`),
  );
}

const VISIBILITIES = [
  ['public', 'public: everyone'],
  ['logged_in', 'logged_in: developers who are logged in'],
] as const;

const FLAGS = [
  ['subscription_auto_approval', 'Approve subscriptions automatically'],
  ['can_view_unsubscribed', 'Show the documents without a subscription'],
] as const;

/** The fields that the user changed. */
function changes(product: SandboxProduct, data: FormData): Readonly<Record<string, string | boolean>> {
  const flags = FLAGS.filter(([name]) => product[name] !== undefined).map(
    ([name]) => [name, data.has(name)] as const,
  );
  const texts = (['name', 'desc', 'visibility'] as const).map((name) => [name, textOf(data, name)] as const);
  return Object.fromEntries([...texts, ...flags].filter(([name, value]) => product[name] !== value));
}

/** A text of the form. FormData has CRLF as the line end of multi-line text. */
function textOf(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
}

/** Opens a form that subscribes an application that has no subscription to the product yet. */
export function subscribeTo(id: string): void {
  const product = state?.products.find((one) => one.id === id);
  if (state === undefined || product === undefined) return;
  const taken = new Set(
    state.subscriptions.filter((one) => one.product === id).map(({ application }) => application),
  );
  const free = state.applications.filter(({ id, portal }) => portal === product.portal && !taken.has(id));
  const options = free.map(({ id, name, developer }) => [id, `${name} of ${developer}`] as const);
  const content =
    options.length === 0
      ? element('p', {}, 'Every application has subscribed.')
      : field('Application', choice('application', options));
  openForm(
    `Subscribe to ${product.name}`,
    options.length === 0 ? undefined : 'Subscribe',
    [content],
    (data) => {
      const application = textOf(data, 'application');
      const done = `Subscribed to ${product.name}`;
      return act('POST', 'subscriptions', { application, api_product: id }, done);
    },
  );
}

/** The form that adds a fault. */
export function breakForm(): HTMLElement {
  const form = element(
    'form',
    { class: 'break' },
    field('Which request', choice('on', REQUESTS)),
    field('Path (optional)', element('input', { name: 'path', placeholder: '/api/*/api_products' })),
    field('Failure', choice('failure', FAILURES)),
    field('How often', element('input', { name: 'times', type: 'number', min: '1', max: '99', value: '1' })),
    element('button', { class: 'primary' }, 'Break'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const [on, path, failure, times] = ['on', 'path', 'failure', 'times'].map((name) => textOf(data, name));
    const fault = `${`${on} ${path}`.trim()}: ${failure}${times === '1' ? '' : ` x${times}`}`;
    void act('POST', 'faults', { fault }, `Waits for its request: ${fault}`);
  });
  return form;
}

const REQUESTS = [
  ['*', 'the next request'],
  ['write', 'the next write'],
  ['read', 'the next read'],
  ...['GET', 'POST', 'PUT', 'DELETE'].map((method) => [method, `the next ${method}`] as const),
] as const;

const FAILURES = [
  ['502', '502 Bad Gateway'],
  ['429 retry-after 2', '429, retry after 2 s'],
  ['400', '400 Bad Request'],
  ['500', '500 Internal Server Error'],
  ['delay 15s', 'timeout: no response for 15 s'],
  ['close-before', 'connection cut, not applied'],
  ['close-after', 'connection cut, applied'],
] as const;

/** Opens a dialog with a form. It closes after `send`, unless `send` returns the reason of a refusal: it shows the reason. */
function openForm(
  title: string,
  verb: string | undefined,
  content: readonly HTMLElement[],
  send: (data: FormData) => Promise<string | undefined>,
): void {
  const refusal = element('p', { class: 'refused', role: 'alert' });
  const form = element(
    'form',
    {},
    element('h2', { id: 'form-title' }, title),
    ...content,
    refusal,
    element(
      'p',
      { class: 'actions' },
      verb === undefined ? undefined : element('button', { class: 'primary' }, verb),
      button({}, () => dialog.close(), verb === undefined ? 'Close' : 'Cancel'),
    ),
  );
  const dialog = element('dialog', { class: 'form', 'aria-labelledby': 'form-title' }, form);
  const submit = async (): Promise<void> => {
    const reason = await send(new FormData(form));
    refusal.textContent = reason ?? '';
    if (reason === undefined) dialog.close();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  // Kept by id, because an update may replace the button.
  const opener = document.activeElement?.id ?? '';
  dialog.addEventListener('close', () => {
    dialog.remove();
    document.getElementById(opener)?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function field(label: string, control: HTMLElement): HTMLElement {
  return element('label', { class: 'field' }, element('span', {}, label), control);
}

function checkbox(name: string, label: string, value: boolean): HTMLElement {
  const box = element('input', { type: 'checkbox', name, checked: value ? '' : undefined });
  return element('label', { class: 'tick' }, box, label);
}

function choice(
  name: string,
  options: readonly (readonly [value: string, label: string])[],
  chosen?: string,
): HTMLElement {
  return element(
    'select',
    { name },
    ...options.map(([value, label]) =>
      element('option', { value, selected: value === chosen ? '' : undefined }, label),
    ),
  );
}
