import type { DocumentView } from '../../model/portal-view.ts';
import { button, element } from './dom.ts';
import { loadDocument } from './load.ts';

/** Opens a document in a panel. A frame of its own renders it, which can reach neither this page nor any host. */
export async function openDocument(product: string, { id, title }: DocumentView): Promise<void> {
  const note = element('p', { role: 'status' }, 'Loading…');
  const heading = element('h2', { id: 'viewer-title' }, title);
  const close = button({ class: 'close' }, () => dialog.close(), 'Close');
  const dialog = element(
    'dialog',
    { class: 'viewer', 'aria-labelledby': 'viewer-title' },
    element('header', {}, element('p', { class: 'eyebrow' }, product), heading, close),
    note,
  );
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.showModal();
  try {
    const text = await loadDocument(id);
    const frame = element('iframe', { src: 'document.html', sandbox: 'allow-scripts', title });
    window.addEventListener('message', ({ source, data }) => {
      if (source === null || source !== frame.contentWindow) return;
      if (data === 'ready') frame.contentWindow.postMessage({ text }, '*');
      if (data === 'shown') note.remove();
      if (data === 'close') dialog.close();
    });
    dialog.append(frame);
  } catch (error) {
    note.textContent = error instanceof Error ? error.message : String(error);
  }
}
