import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { describeOpenapi, openapiChanges } from '../../../src/diff/openapi/openapi-changes.ts';
import { sameOpenapi } from '../../../src/openapi/document.ts';
import { codePoint } from '../../support/code-point.ts';
import { runs } from '../../support/runs.ts';
import { arbitraryDocument, edited, reordered, sizeOf, type Tree } from './arbitrary-document.ts';

const compact = (tree: Tree): string => JSON.stringify(tree);
const spacious = (tree: Tree): string => `\uFEFF\r\n${JSON.stringify(tree, null, 3)}`;
const yaml = (tree: Tree): string => `# a comment\n${stringify(tree)}# another\n`;
const flow = (tree: Tree): string =>
  stringify(tree, { collectionStyle: 'flow', defaultStringType: 'QUOTE_DOUBLE' });
const crlf = (tree: Tree): string => yaml(tree).replaceAll('\n', '\r\n');

const anySpelling = fc.constantFrom(compact, spacious, yaml, flow, crlf);

/** One edit that changes the value of the tree. */
const edit = fc.constantFrom<(old: Tree) => Tree>(
  () => null,
  () => ({}),
  () => [],
  () => 'other',
  (old) => [old],
  (old) => (Array.isArray(old) ? old.toReversed() : { 'x-new': old }),
  (old) => (Array.isArray(old) ? [...old, 'one more'] : typeof old === 'string' ? `${old}!` : 7),
);

const YAML_WORDS = '&a |*a|- |: |\n|  |<<: |{|}|[|]|!t |paths|"|---\n|%YAML 1.1\n|? |#/|$ref|,|1'.split('|');
const yamlish = fc.array(fc.constantFrom(...YAML_WORDS), { maxLength: 30 }).map((words) => words.join(''));

describe('sameOpenapi and openapiChanges', () => {
  it('a document in another form is equal', () => {
    fc.assert(
      fc.property(arbitraryDocument, anySpelling, anySpelling, (tree, one, other) => {
        const texts = [one(tree), other(reordered(tree))] as const;
        expect(sameOpenapi(...texts)).toBe(true);
        expect(openapiChanges(...texts)).toEqual([]);
      }),
      runs(100, 0.3),
    );
  });

  it('reports one edit anywhere as a difference', () => {
    fc.assert(
      fc.property(arbitraryDocument, fc.nat(), edit, anySpelling, (tree, place, change, spelling) => {
        const after = edited(tree, place % sizeOf(tree), change);
        fc.pre(!isDeepStrictEqual(after, tree));
        expect(sameOpenapi(compact(tree), spelling(after))).toBe(false);
        expect(openapiChanges(compact(tree), spelling(after)).length).toBeGreaterThan(0);
      }),
      runs(300, 0.3),
    );
  });

  it('report changes if and only if two documents differ', () => {
    fc.assert(
      fc.property(arbitraryDocument, arbitraryDocument, (one, other) => {
        const same = isDeepStrictEqual(one, other);
        expect(sameOpenapi(compact(one), compact(other))).toBe(same);
        expect(openapiChanges(compact(one), compact(other)).length > 0).toBe(!same);
      }),
      runs(100, 0.3),
    );
  });

  it('report the same changes for every form', () => {
    fc.assert(
      fc.property(arbitraryDocument, arbitraryDocument, anySpelling, (one, other, spelling) => {
        const rows = openapiChanges(compact(one), compact(other));
        expect(openapiChanges(spelling(reordered(one)), spelling(reordered(other)))).toEqual(rows);
      }),
      runs(100, 0.3),
    );
  });

  it('reports added and removed operations, each once', () => {
    fc.assert(
      fc.property(arbitraryDocument, arbitraryDocument, (one, other) => {
        const [was, is] = [operationNames(one), operationNames(other)];
        const rows = openapiChanges(compact(one), compact(other)).filter((row) => row.kind === 'operation');
        const named = (change: string) => rows.filter((row) => row.change === change).map(({ name }) => name);
        expect(named('removed')).toEqual(was.filter((name) => !is.includes(name)));
        expect(named('added')).toEqual(is.filter((name) => !was.includes(name)));
      }),
      runs(100, 0.3),
    );
  });

  it('do not throw for any text', () => {
    const text = fc.oneof(fc.string({ unit: codePoint }), fc.json(), yamlish);
    fc.assert(
      fc.property(text, text, (one, other) => {
        const same = sameOpenapi(one, other);
        expect(openapiChanges(one, other).length === 0).toBe(same);
        expect(describeOpenapi(one)).not.toMatch(/[\n\r\p{Cc}]/u);
      }),
      runs(500, 0.3),
    );
  });
});

function operationNames(tree: Tree): readonly string[] {
  const { paths } = tree as { readonly paths: Readonly<Record<string, object>> };
  const names = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((key) => key !== 'parameters')
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
  return names.toSorted();
}
