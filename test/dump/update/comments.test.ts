import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { applyEdits } from '../../../src/dump/update/splice.ts';
import type { Edit } from '../../../src/fields/edits.ts';
import { editableText } from '../../../src/dump/update/edit-text.ts';
import type { Json } from '../../../src/model/product.ts';
import { runs } from '../../support/runs.ts';
import { drawnFile, isBelow, type DrawnComment, type DrawnFile } from '../support/commented-file.ts';

const valueOf = (text: string): Json =>
  (parseAllDocuments(text, { version: '1.2' }) as { toJS(): Json }[]).at(-1)!.toJS();

/** Whether the subject of a comment is unchanged. */
const isKept = ({ owner }: DrawnComment, edits: readonly Edit[]): boolean =>
  !edits.some(({ op, path }) => op === 'remove' && isBelow(owner, path));
const isTouched = ({ owner }: DrawnComment, edits: readonly Edit[]): boolean =>
  edits.some(({ path }) => isBelow(path, owner) || isBelow(owner, path));

const lineWith = (text: string, part: string): string =>
  text.split(/\r?\n/).find((line) => line.includes(part)) ?? '';

/** The line without a trailing comma, which depends on its place in the collection. */
const plain = (line: string): string => line.replace(/,(?= #)/, '').trim();

/** The words of a line outside comments. */
const wordsOf = (line: string): readonly string[] => line.replace(/#.*/, '').match(/[nksvw]\d+z/g) ?? [];

function nextLine(text: string, part: string): string {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.includes(part));
  return lines.slice(at + 1).find((line) => line.trim() !== '' && !line.trim().startsWith('#')) ?? '';
}

function check({ text, comments, edits }: DrawnFile): void {
  const after = editableText(text).edited([{ document: 0, edits }]);
  expect(after).toBeDefined();
  expect(valueOf(after!)).toEqual(applyEdits(valueOf(text), edits));
  if (edits.length === 0) expect(after).toBe(text);
  for (const one of comments) {
    const places = after!.split(`${one.text}\n`).length + after!.split(`${one.text}\r\n`).length - 2;
    const atEnd = after!.endsWith(one.text) ? 1 : 0;
    if (isKept(one, edits)) expect([one, places + atEnd]).toEqual([one, 1]);
    if (!isKept(one, edits) || isTouched(one, edits)) continue;
    if (one.where === 'behind') {
      expect(plain(lineWith(after!, one.text))).toBe(plain(lineWith(text, one.text)));
    }
    if (one.where === 'above') {
      expect(wordsOf(nextLine(after!, one.text))).toEqual(wordsOf(nextLine(text, one.text)));
    }
  }
}

test('edits have the intended value, and comments stay next to their members', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const file = drawnFile(seed);
      try {
        check(file);
      } catch (error) {
        const after = editableText(file.text).edited([{ document: 0, edits: file.edits }]);
        const edits = file.edits.map((one) => JSON.stringify(one)).join('\n');
        throw new Error(`${file.text}\n=== ${edits}\n=== ${after}`, { cause: error });
      }
    }),
    runs(300),
  );
});
