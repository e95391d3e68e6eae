import type { PageData } from '../../model/portal-view.ts';
import { element, say } from './dom.ts';

declare global {
  interface Window {
    /** Set by the script that a static page loads for a document. */
    adcDocument?: string;
  }
}

const embedded = document.getElementById('data')?.textContent;

/** Whether the page is a static file, which contains its data and cannot use fetch(). */
export const isStatic = embedded !== undefined;

export async function loadData(): Promise<PageData> {
  return JSON.parse(embedded ?? (await load('data.json'))) as PageData;
}

/** Loads the text of a document. @throws Error if it cannot be loaded. */
export async function loadDocument(id: string): Promise<string> {
  if (!isStatic) return load(`documents/${id}`);
  const script = element('script', { src: `documents/${id}.js` });
  await new Promise((resolve, reject) => {
    script.addEventListener('load', resolve);
    script.addEventListener('error', () => reject(new Error(`documents/${id}.js cannot be loaded`)));
    document.head.append(script);
  });
  script.remove();
  return window.adcDocument ?? '';
}

async function load(path: string): Promise<string> {
  const response = await fetch(path);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/**
 * Sends a change to the server, with the key that authorizes the page. Shows `done`, or the reason of a refusal.
 * @returns the reason, if the change was refused.
 */
export async function ask(
  method: 'POST' | 'PUT' | 'DELETE',
  { url, key }: { readonly url: string; readonly key: string },
  body: object,
  done: string,
): Promise<string | undefined> {
  const headers = { 'content-type': 'application/json', 'x-adc-key': key };
  const refusal = await fetch(url, { method, headers, body: JSON.stringify(body) })
    .then(refusalIn)
    .catch(() => 'adc dev does not respond: is it still running?');
  say(refusal ?? done, refusal === undefined ? 'done' : 'refused');
  return refusal;
}

async function refusalIn(response: Response): Promise<string | undefined> {
  if (response.ok) return undefined;
  const { error_msg: reason } = (await response.json()) as { readonly error_msg: string };
  return `Refused: ${reason}`;
}
