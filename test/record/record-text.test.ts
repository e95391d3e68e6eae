import { describe, expect, test } from 'vitest';
import { validate } from '../../src/generated/validate-record.mjs';
import type { RecordEntry } from '../../src/model/record.ts';
import { readRecordText, RecordLines } from '../../src/record/record-text.ts';
import { TARGET } from '../support/plan-of.ts';

const AT = '2026-12-07T10:15:00.000Z';
const START: RecordEntry = {
  entry: 'start',
  format: 'adc/record',
  format_version: 1,
  program_version: '0.1.0',
  at: AT,
  target: TARGET,
  owners: [null],
  steps: [],
  directory: { gateway_groups: [], services: [], dcr_providers: [], contact_points: null },
};
const ENTRIES: readonly RecordEntry[] = [
  START,
  {
    entry: 'subscriptions',
    at: AT,
    product: 'p',
    rows: [{ developer_id: 'd', application_id: 'a', status: 'active' }],
  },
  { entry: 'intent', at: AT, write: 1, action: 'delete', product: 'p', name: '', fields: {} },
  { entry: 'answer', at: AT, write: 1, product: 'p' },
];

function linesOf(entries: readonly RecordEntry[] = ENTRIES): readonly string[] {
  const lines = new RecordLines((text) => text);
  return entries.map((entry) => lines.next(entry));
}

const read = (text: string) => readRecordText(text, 'r.jsonl', validate);

test('a record is read back as it was written, and can be continued', () => {
  const text = linesOf().join('');
  const { entries, digest, bytes, isTruncated } = read(text);
  expect(entries).toEqual(ENTRIES);
  expect([bytes, isTruncated]).toEqual([Buffer.byteLength(text), false]);
  const more: RecordEntry = { entry: 'answer', at: AT, write: 2, product: null, error: 'refused' };
  const continued = text + new RecordLines((one) => one, digest).next(more);
  expect(read(continued).entries).toEqual([...ENTRIES, more]);
});

test('of a record that is cut anywhere, the whole lines before the cut remain', () => {
  const text = linesOf().join('');
  const first = (linesOf()[0] ?? '').length;
  for (let length = first; length < text.length; length += 1) {
    const cut = text.slice(0, length);
    const whole = cut.split('\n').length - 1;
    const found = read(cut);
    expect(found.entries).toEqual(ENTRIES.slice(0, whole));
    expect(text.slice(0, found.bytes)).toBe(linesOf().slice(0, whole).join(''));
    expect(found.isTruncated).toBe(found.bytes < length);
  }
});

test('every other change of one character is noticed', () => {
  const text = linesOf().join('');
  const last = text.trimEnd().lastIndexOf('\n');
  for (let at = 0; at < last; at += 7) {
    const changed = `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
    expect(() => read(changed), `character ${at}`).toThrow(
      /not a record of adc|format version|line \d+ of the record/,
    );
  }
});

describe('a file that is not a record of this version is refused with its name', () => {
  test.each([
    ['', 'not a record of adc'],
    ['{"format":"adc/plan"}\n', 'not a record of adc'],
    ['a: b\n', 'not a record of adc'],
  ])('%j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('a later format version', () => {
    const later = (linesOf()[0] ?? '').replace('"format_version":1', '"format_version":2');
    expect(() => read(later)).toThrow(
      'the record "r.jsonl" has format version 2, and this adc reads version 1',
    );
  });

  test('a line with a right digest that is no entry', () => {
    const lines = new RecordLines((one) => one);
    const text = lines.next(START) + lines.next({ entry: 'wish' } as never) + lines.next(ENTRIES[3] ?? START);
    expect(() => read(text)).toThrow('line 2 of the record "r.jsonl" was changed');
  });
});

test('a line left out or moved is noticed', () => {
  const [a = '', b = '', c = '', d = ''] = linesOf();
  expect(() => read(a + c + d)).toThrow('line 2');
  expect(() => read(a + c + b + d)).toThrow('line 2');
});
