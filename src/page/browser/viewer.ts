import type { DocumentView } from '../../model/portal-view.ts';
import { button, element } from './dom.ts';
import { loadDocument } from './load.ts';

/** Opens a document in a panel. A frame of its own renders it, which can reach neither this page nor any host. */
export async function openDocument(product: string, { id, title }: DocumentView): Promise<void> {
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

/** Shows the text of the document instead of its rendering, or the other way round. */
function showSource(
  dialog: HTMLElement,
  toggle: HTMLElement,
  isShown = toggle.ariaPressed === 'false',
): void {
  toggle.ariaPressed = String(isShown);
  for (const part of dialog.querySelectorAll<HTMLElement>('pre, iframe'))
    part.hidden = (part.localName === 'pre') !== isShown;
}
