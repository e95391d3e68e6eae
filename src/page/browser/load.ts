import type { PageData } from '../../model/portal-view.ts';
import { element } from './dom.ts';

declare global {
  interface Window {
    /** Set by the script of a document in static files. */
    adcDocument?: string;
  }
}

const embedded = document.getElementById('data')?.textContent;

/** Whether the page was opened as a static file, which has its data inside and cannot use fetch(). */
export const isStatic = embedded !== undefined;

export async function loadData(): Promise<PageData> {
  return JSON.parse(embedded ?? (await load('data.json'))) as PageData;
}

/** The text of a document. */
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
