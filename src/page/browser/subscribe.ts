import type { PageData, ProductView } from '../../model/portal-view.ts';
import { button, element } from './dom.ts';
import { say } from './say.ts';

const STATES = { wait_for_approval: 'waiting for approval', subscribed: 'subscribed' } as const;

/** For each application of the developer its subscription, or a button that asks for one; `adc dev` only. */
export function subscribeButtons(
  { developer, subscribe }: PageData,
  product: ProductView,
): HTMLElement | undefined {
  if (developer === undefined || subscribe === undefined) return undefined;
  const items = developer.applications.map(({ id, name, subscriptions }) => {
    const state = subscriptions[product.id];
    if (state !== undefined) return element('li', {}, `${name}: ${STATES[state]}`);
    const attributes = { id: `subscribe-${id}` };
    return element(
      'li',
      {},
      button(attributes, () => void ask(subscribe, id, product), `Subscribe ${name}`),
    );
  });
  return element('ul', { class: 'subscribe', 'aria-label': 'Your applications' }, ...items);
}

async function ask(
  { url, key }: NonNullable<PageData['subscribe']>,
  application: string,
  product: ProductView,
): Promise<void> {
  const body = JSON.stringify({ application, product: product.id });
  const headers = { 'content-type': 'application/json', 'x-adc-key': key };
  try {
    const response = await fetch(url, { method: 'POST', headers, body });
    say(response.ok ? `Subscribed to ${product.name}` : `Not subscribed: ${await response.text()}`);
  } catch {
    say('Not subscribed: the server does not respond');
  }
}
