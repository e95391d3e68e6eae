import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openapiChanges } from '../../../src/diff/openapi/openapi-changes.ts';
import { runs } from '../../support/runs.ts';
import { answering, sending } from './api-document.ts';
import type { Tree } from './arbitrary-document.ts';
import { edited, sizeOf } from './arbitrary-document.ts';

/** A schema, with the schemas `A` and `B` to which it may refer. */
interface Contract {
  readonly schema: Tree;
  readonly A: Tree;
  readonly B: Tree;
}

interface Judge extends Contract {
  readonly takes: Takes;
}
/** Whether a value is valid; undefined if the schemas recurse endlessly for it. */
type Takes = (value: Tree) => boolean | undefined;

const NAMES = ['a', 'b', 'c'];
const name = fc.constantFrom(...NAMES);
const count = fc.integer({ min: 0, max: 3 });
const scalar: fc.Arbitrary<Tree> = fc.constantFrom<Tree>(null, true, 0, 1, 2, 1.5, '', 'a', 'ab', 'abc');
const type = fc.constantFrom('string', 'integer', 'number', 'boolean', 'null', 'object', 'array');
const some = <T extends Tree>(one: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<Tree> =>
  fc.array(one, { minLength: 1, maxLength });
const dictionary = (one: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
  fc.dictionary(name, one, { maxKeys: 2, noNullPrototype: true });

const { schema } = fc.letrec<{ schema: Tree }>((tie) => {
  const inner = tie('schema');
  const part = (keywords: Record<string, fc.Arbitrary<Tree>>): fc.Arbitrary<Tree> =>
    fc.record(keywords, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Tree>;
  return {
    schema: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ type }),
      fc.constantFrom<Tree>({ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }),
      fc.constantFrom<Tree>(true, {}, false),
      fc.record({ type: some(type) }),
      part({ enum: some(scalar), type }),
      part({ const: scalar }),
      part({
        type,
        minimum: count,
        maximum: count,
        exclusiveMinimum: count,
        multipleOf: fc.constantFrom(1, 2, 0.5),
      }),
      part({ type, minLength: count, maxLength: count, pattern: fc.constantFrom('a', '^a', '.*', 'b$') }),
      part({ type, properties: dictionary(inner), required: some(name), additionalProperties: inner }),
      part({ properties: dictionary(inner), required: some(name, 2), type: fc.constant('object') }),
      part({
        properties: dictionary(inner),
        minProperties: count,
        maxProperties: count,
        propertyNames: inner,
      }),
      part({
        patternProperties: dictionary(inner),
        properties: dictionary(inner),
        additionalProperties: inner,
      }),
      part({ type, items: inner, minItems: count, maxItems: count, uniqueItems: fc.boolean() }),
      part({ items: inner, prefixItems: some(inner, 2), contains: inner }),
      part({ prefixItems: some(inner, 2), unevaluatedItems: inner, maxItems: count }),
      part({ contains: inner, minContains: count, maxContains: count, type }),
      part({ properties: dictionary(inner), unevaluatedProperties: inner, type }),
      part({ unevaluatedProperties: inner, anyOf: some(inner, 2) }),
      part({ anyOf: some(inner), type }),
      part({ oneOf: some(inner), type }),
      part({ oneOf: some(inner), properties: dictionary(inner) }),
      part({ allOf: some(inner), required: some(name, 2) }),
      part({ not: inner, anyOf: some(inner, 2) }),
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      part({ if: inner, then: inner, else: inner }),
      part({ dependentRequired: dictionary(some(name, 2)), dependentSchemas: dictionary(inner) }),
    ),
  };
});

/** One typical edit of a schema. The result may be invalid; the test skips it then. */
const step: fc.Arbitrary<(old: Tree) => Tree> = fc.oneof(
  schema.map((one) => () => one),
  schema.map((one) => (old: Tree) => (isRecord(old) && isRecord(one) ? { ...old, ...one } : one)),
  fc.nat().map((index) => (old: Tree) => {
    const keys = isRecord(old) ? Object.keys(old) : [];
    return isRecord(old)
      ? Object.fromEntries(keys.filter((_, i) => i !== index % keys.length).map((key) => [key, old[key]!]))
      : old;
  }),
  fc.constantFrom(-1, 1).map((by) => (old: Tree) => (typeof old === 'number' ? Math.max(0, old + by) : old)),
  schema.map((one) => (old: Tree) => (Array.isArray(old) ? [...old, one] : old)),
  scalar.map((one) => (old: Tree) => (Array.isArray(old) ? [...old, one] : old)),
  fc.constant((old: Tree) => (Array.isArray(old) ? old.slice(1) : old)),
  fc.constant((old: Tree) => (Array.isArray(old) ? old.toReversed() : old)),
  fc
    .tuple(fc.constantFrom('anyOf', 'oneOf', 'allOf'), schema, fc.boolean())
    .map(([keyword, one, both]) => (old: Tree) => ({ [keyword]: both ? [old, one] : [old] })),
  fc.constantFrom(['anyOf', 'oneOf'], ['oneOf', 'anyOf'], ['anyOf', 'allOf'], ['prefixItems', 'anyOf']).map(
    ([from, to]) =>
      (old: Tree) =>
        isRecord(old)
          ? Object.fromEntries(Object.entries(old).map(([key, one]) => [key === from ? to : key, one]))
          : old,
  ),
);

const contract: fc.Arbitrary<Contract> = fc.record({ schema, A: schema, B: schema });
/** A contract, and the contract after one or two edits. */
const change = fc
  .tuple(contract, fc.array(fc.tuple(fc.nat(), step), { minLength: 1, maxLength: 2 }))
  .map(([before, steps]) => {
    const after = steps.reduce<Tree>(
      (tree, [place, edit]) => edited(tree, place % sizeOf(tree), edit),
      before as unknown as Tree,
    );
    return [before, after as unknown as Contract] as const;
  });

const SMALL: readonly Tree[] = [null, true, 0, 1, 2, 1.5, '', 'a', 'ab', 'abc'];
const VALUES: readonly (Tree | undefined)[] = [undefined, 0, 1, 'a', 'ab', null, { a: 1 }, { b: 'a' }, []];
const POOL: readonly Tree[] = [
  ...SMALL,
  ...SMALL.map((one) => [one]),
  [],
  [1, 1],
  [1, 2],
  [1, 'a'],
  ['a', 'b'],
  ['a', 'a'],
  [1, 2, 3],
  [{ a: 1 }],
  [[1]],
  ...VALUES.flatMap((a) => VALUES.map((b) => defined({ a, b }))),
  ...VALUES.flatMap((c) => [defined({ c }), defined({ a: 1, b: 'a', c }), defined({ a: 'a', c })]),
  { d: 1 },
  { a: 1, d: 'a' },
];

describe('a schema that refuses a value that it accepted, or returns a value that it never returned', () => {
  it('is reported as breaking, in requests', () => {
    expectNoMisses((before, after) => {
      if (judged(before, after, 'request')) return;
      const known = knownNames(before);
      expectNone(
        (value) => usesOnly(known, value) && before.takes(value) === true && after.takes(value) === false,
      );
    });
  });

  it('is reported as breaking, in responses', () => {
    expectNoMisses((before, after) => {
      if (addsEnumValues(before, after) || judged(before, after, 'response')) return;
      const known = knownNames(before);
      // adc treats a response that matches several alternatives of `oneOf` like a match of `anyOf`.
      const [was, is] = [validator(asAnyOf(before)), validator(asAnyOf(after))];
      expectNone((value) => usesOnly(known, value) && is?.(value) === true && was?.(value) === false);
    });
  });
});

function expectNoMisses(check: (before: Judge, after: Judge) => void): void {
  fc.assert(
    fc.property(change, ([before, after]) => {
      const [was, is] = [validator(before), validator(after)];
      fc.pre(was !== undefined && is !== undefined);
      check({ ...before, takes: was }, { ...after, takes: is });
    }),
    runs(200),
  );
}

function expectNone(isMissed: (value: Tree) => boolean): void {
  expect(POOL.filter(isMissed)).toEqual([]);
}

/** The verdict of the code under test. */
function judged(before: Contract, after: Contract, way: 'request' | 'response'): boolean {
  const rows = openapiChanges(documentOf(before, way), documentOf(after, way));
  return rows.some((row) => row.breaking);
}

function documentOf({ schema: one, A, B }: Contract, way: 'request' | 'response'): string {
  const parts = { components: { schemas: { A, B } } };
  return JSON.stringify({
    ...(way === 'request' ? sending(one, parts) : answering(one, parts)),
    openapi: '3.1.0',
  });
}

const AJV = new Ajv2020({ strict: false, logger: false, addUsedSchema: false });

/** A validator for the contract; undefined if the contract is invalid. */
function validator({ schema: one, A, B }: Contract): Takes | undefined {
  if (![one, A, B].every((part) => isRecord(part) || typeof part === 'boolean')) return undefined;
  const root = { components: { schemas: { A, B } }, allOf: [one] };
  // Beside prefixItems, Ajv wrongly accepts an empty list for contains.
  const text = JSON.stringify(root);
  if (text.includes('"prefixItems"') && text.includes('"contains"')) return undefined;
  try {
    if (![one, A, B].every((part) => AJV.validateSchema(part as boolean) === true)) return undefined;
    const validate = AJV.compile<Tree>(root);
    return (value) => {
      try {
        return validate(value);
      } catch {
        return undefined;
      }
    };
  } catch {
    return undefined;
  } finally {
    AJV.removeSchema(root);
  }
}

/** The property names of a contract; undefined if it also describes unlisted names. */
function knownNames({ schema: one, A, B }: Contract): ReadonlySet<string> | undefined {
  const isUsed = (part: string) => JSON.stringify([one, A, B]).includes(`/${part}"`);
  const before = { one, A: isUsed('A') ? A : {}, B: isUsed('B') ? B : {} };
  const text = JSON.stringify(before);
  if (/"(?:patternProperties|propertyNames)":|"(?:additional|unevaluated)Properties":\{/.test(text))
    return undefined;
  const names = objectsIn(before).flatMap((part) => [
    ...Object.keys(isRecord(part['properties']) ? part['properties'] : {}),
    ...(Array.isArray(part['required']) ? (part['required'] as readonly Tree[]) : []),
  ]);
  return new Set(names.filter((one) => typeof one === 'string'));
}

/** Whether a value has only described properties: callers send no others, and ignore unknown ones. */
function usesOnly(known: ReadonlySet<string> | undefined, value: Tree): boolean {
  return !known || objectsIn(value).every((one) => Object.keys(one).every((key) => known.has(key)));
}

/** Whether the change adds a value to an `enum`, which callers must accept. */
function addsEnumValues(before: Contract, after: Contract): boolean {
  const [was, is] = [before, after].map((one) =>
    objectsIn(one as unknown as Tree)
      .flatMap((part) => [part['enum'], 'const' in part ? [part['const']] : undefined])
      .flatMap((list) => (Array.isArray(list) ? [list.map((value) => JSON.stringify(value))] : [])),
  );
  return is!.some((list) => !was!.some((other) => list.every((value) => other.includes(value))));
}

function asAnyOf(one: Contract): Contract {
  return JSON.parse(JSON.stringify(one), (_, value: Tree) => {
    if (!isRecord(value) || !Array.isArray(value['oneOf'])) return value;
    const { oneOf, ...rest } = value;
    return 'anyOf' in rest
      ? { ...rest, allOf: [...((rest['allOf'] as readonly Tree[] | undefined) ?? []), { anyOf: oneOf }] }
      : { ...rest, anyOf: oneOf };
  }) as Contract;
}

function objectsIn(tree: Tree): readonly Readonly<Record<string, Tree>>[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return [...(isRecord(tree) ? [tree] : []), ...Object.values(tree).flatMap(objectsIn)];
}

function isRecord(tree: unknown): tree is Readonly<Record<string, Tree>> {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

function defined(parts: Readonly<Record<string, Tree | undefined>>): Tree {
  return JSON.parse(JSON.stringify(parts)) as Tree;
}
