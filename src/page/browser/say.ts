import { byId } from './dom.ts';

/** Shows a sentence at the foot of the page, where screen readers read it out. */
export function say(text: string, kind: 'done' | 'refused' = 'done'): void {
  const status = byId('status');
  status.textContent = text;
  status.className = kind;
}
