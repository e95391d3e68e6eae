import { byId } from './dom.ts';

/** Shows a sentence at the foot of the page, where screen readers read it out. */
export function say(text: string): void {
  byId('status').textContent = text;
}
