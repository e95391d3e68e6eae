import { byId, element } from './dom.ts';

/** Shows a sentence at the foot of the page, where screen readers read it out; it fades out unless something failed. */
export function say(text: string, kind: 'done' | 'refused' = 'done'): void {
  byId('status').replaceChildren(element('p', { class: kind }, text));
}
