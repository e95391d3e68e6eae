import type { Page } from './page.ts';
import type { Printed } from './play-page.ts';

/** Output without random parts: ids are numbered from 1, times and durations are equal. */
export function stable(text: string): string {
  const ids = new Map<string, string>();
  const numbered = (id: string): string => ids.get(id) ?? ids.set(id, `id-${ids.size + 1}`).get(id) ?? id;
  return text
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, numbered)
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\b\d+(?:\.\d+)? m?s\b/g, 'N ms')
    .replaceAll(/[ \t]+$/gm, '')
    .trimEnd();
}

/** The page with the real output. Output that differs only in random parts does not change. */
export function rewritten({ lines }: Page, printed: readonly Printed[]): string {
  const changed = printed.filter(({ shown, text }) => stable(shown.text) !== stable(text));
  return changed
    .toReversed()
    .reduce((so, { shown, text }) => so.toSpliced(shown.from, shown.to - shown.from, text.trimEnd()), lines)
    .join('\n');
}
