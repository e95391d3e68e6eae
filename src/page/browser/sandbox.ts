import type { SandboxView } from '../../model/portal-view.ts';
import { ask } from './ask.ts';
import { say } from './say.ts';

/** What the server wrote into the page. */
export function metaText(name: string): string {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? '';
}

let state: SandboxView | undefined;
let after = async (): Promise<void> => undefined;

/** Reads what the sandbox holds. Throws where it does not respond. */
export async function readState(): Promise<SandboxView> {
  const response = await fetch('adc-dev/state');
  ({ value: state } = (await response.json()) as { readonly value: SandboxView });
  return state;
}

/** What the sandbox held when it was read last. */
export const lastState = (): SandboxView | undefined => state;

/** Has this called after each action. */
export function onAction(listener: () => Promise<void>): void {
  after = listener;
}

/** Asks the sandbox for a change, and says `done` or why it was refused. Returns the reason of a refusal. */
export async function act(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: object,
  done: string,
): Promise<string | undefined> {
  const refusal = await ask(method, { url: `adc-dev/${path}`, key: metaText('adc-key') }, body);
  say(refusal ?? done, refusal === undefined ? 'done' : 'refused');
  await after();
  return refusal;
}
