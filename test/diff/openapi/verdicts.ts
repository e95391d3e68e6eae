import { expect, it } from 'vitest';
import { openapiChanges } from '../../../src/diff/openapi/openapi-changes.ts';
import { answering, sending } from './api-document.ts';

/** A change of a document, and whether existing clients of the API may fail. */
export type Verdict = readonly [
  about: string,
  before: unknown,
  after: unknown,
  judged: 'breaks' | 'harmless',
];

/** A change of a schema, with the verdicts for requests and for responses. */
export type SchemaVerdict = readonly [
  about: string,
  before: unknown,
  after: unknown,
  sent: 'breaks' | 'harmless',
  got: 'breaks' | 'harmless',
];

export function judge(verdicts: readonly Verdict[]): void {
  it.each(verdicts)('%s', (_, before, after, judged) => {
    const rows = openapiChanges(JSON.stringify(before), JSON.stringify(after));
    expect(rows).not.toEqual([]);
    expect(rows.some((row) => row.breaking) ? 'breaks' : 'harmless').toBe(judged);
  });
}

export function judgeSchemas(
  verdicts: readonly SchemaVerdict[],
  parts: Readonly<Record<string, unknown>> = {},
): void {
  judge(
    verdicts.flatMap(([about, before, after, sent, got]) => [
      [`${about}, in requests`, sending(before, parts), sending(after, parts), sent],
      [`${about}, in responses`, answering(before, parts), answering(after, parts), got],
    ]),
  );
}
