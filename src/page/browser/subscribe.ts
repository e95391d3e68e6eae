import type { PageData, ProductView } from '../../model/portal-view.ts';
import { ask } from './ask.ts';
import { button, element } from './dom.ts';
import type { View } from './parts.ts';
import { say } from './say.ts';

const STATES = { wait_for_approval: 'waiting for approval', subscribed: 'subscribed' } as const;

/** For each application of the developer its subscription, or a button that asks for one; `adc dev` only. */
export function subscribeButtons(
  { data: { developer, subscribe }, audience }: View,
  product: ProductView,
): HTMLElement | undefined {
  if (developer === undefined || subscribe === undefined || audience !== 'developer') return undefined;
  if (product.type === 'external') return undefined;
  const items = developer.applications.map(({ id, name, subscriptions }) => {
    const state = subscriptions[product.id];
    if (state !== undefined) return element('li', {}, `${name}: ${STATES[state]}`);
    const attributes = {
      id: `subscribe-${id}-${product.id}`,
      'aria-label': `Subscribe ${name} to ${product.name}`,
    };
    return element(
      'li',
      {},
      button(attributes, () => void subscribeTo(product, id, subscribe), `Subscribe ${name}`),
    );
  });
  return element('ul', { class: 'subscribe', 'aria-label': 'Your applications' }, ...items);
}

async function subscribeTo(
  product: ProductView,
  application: string,
  place: NonNullable<PageData['subscribe']>,
): Promise<void> {
  const refusal = await ask('POST', place, { application, api_product: product.id });
  const done = product.subscription_auto_approval ? 'Subscribed to' : 'An administrator must approve:';
  if (refusal === undefined) say(`${done} ${product.name}`);
  else say(refusal, 'refused');
}
