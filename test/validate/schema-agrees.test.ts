import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { hasErrors } from '../../src/model/diagnostic.ts';
import type { Side } from '../support/corpus.ts';
import { checkedCorpus, CORPUS, filesOf } from '../support/corpus.ts';

const schema = new URL('../../schemas/api-products.schema.json', import.meta.url);
const isProductFile = new Ajv({ strictRequired: false, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(schema, 'utf8')),
);

const EVERY = (['good', 'bad'] as const).flatMap((side) =>
  filesOf(side).map((name) => [side, name] as const),
);

/** The values in an editor: plain YAML with unresolved variables; undefined for invalid YAML. */
function values(side: Side, name: string): readonly unknown[] | undefined {
  const text = readFileSync(`${CORPUS}/${side}/${name}`, 'utf8').replace(/^\uFEFF/, '');
  const documents = [...parseAllDocuments(text, { merge: true, version: '1.2' })];
  if (documents.some(({ errors }) => errors.length > 0)) return undefined;
  try {
    return documents.map((document): unknown => document.toJS()).filter((value) => value !== null);
  } catch {
    return undefined;
  }
}

/** Codes of errors that the schema can also find. */
const OF_SHAPE = new Set([
  'unknown-key',
  'field-of-other-type',
  'missing-key',
  'wrong-type',
  'unknown-value',
  'wrong-length',
  'bad-format',
  'not-a-host',
  'bad-label-value',
  'empty-auth',
]);

/** Before they are filled in, variables may stand for anything. */
const usesVariables = (documents: readonly unknown[]): boolean => JSON.stringify(documents).includes('${');

describe('the published schema and adc agree', () => {
  test.each(EVERY)('on %s/%s', async (side, name) => {
    const written = values(side, name);
    const accepted = written?.every((value) => isProductFile(value));
    const { diagnostics } = await checkedCorpus(side, name);
    if (!hasErrors(diagnostics)) expect(accepted).toBe(true);
    const ofShape = diagnostics.some(({ code }) => OF_SHAPE.has(code));
    if (ofShape && accepted !== undefined && !usesVariables(written ?? [])) expect(accepted).toBe(false);
  });

  test('the corpus is large, and has both kinds of errors', () => {
    expect(filesOf('good').length).toBeGreaterThanOrEqual(120);
    expect(filesOf('bad').length).toBeGreaterThanOrEqual(120);
    const accepted = filesOf('bad').map((name) =>
      values('bad', name)?.every((value) => isProductFile(value)),
    );
    expect(accepted.filter((one) => one === false).length).toBeGreaterThan(60);
    expect(accepted.filter((one) => one === true).length).toBeGreaterThan(30);
  });
});
