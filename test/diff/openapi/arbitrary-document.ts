import * as fc from 'fast-check';

export type Tree = null | boolean | number | string | readonly Tree[] | { readonly [key: string]: Tree };

const NAMES = ['Bill', 'Item', '__proto__', 'constructor', 'a/b~c'];

const name = fc.constantFrom(...NAMES);
const record = <T extends Tree>(value: fc.Arbitrary<T>): fc.Arbitrary<Tree> =>
  fc.array(fc.tuple(name, value), { maxLength: 3 }).map((entries) => Object.fromEntries(entries));
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('NO', '1.10', '', ' x\n y\n', '# no comment', '<<'),
);
const anything: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    record(tie('tree')),
    fc.array(tie('tree'), { maxLength: 2 }),
  ),
})).tree;

const { schema } = fc.letrec<{ schema: Tree }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    name.map((one) => ({ $ref: `#/components/schemas/${one.replace('~', '~0').replace('/', '~1')}` })),
    fc.record({
      type: fc.constantFrom('string', 'integer', 'number'),
      enum: fc.array(text, { maxLength: 2 }),
    }),
    fc.record({
      type: fc.constant('object'),
      properties: record(tie('schema')),
      required: fc.array(name, { maxLength: 2 }),
    }),
    fc.record({ items: tie('schema'), minItems: fc.nat(3) }),
    fc.record({ oneOf: fc.array(tie('schema'), { maxLength: 2 }), description: text }),
    fc.record({ additionalProperties: fc.oneof(fc.boolean(), tie('schema')) }),
  ),
}));

const content = fc.record({ content: fc.record({ 'application/json': fc.record({ schema }) }) });
const operation = fc.record(
  {
    summary: text,
    parameters: fc.array(
      fc.record({ name, in: fc.constantFrom('query', 'header'), required: fc.boolean(), schema }),
      { maxLength: 2 },
    ),
    requestBody: content,
    responses: fc.record({ 200: content, default: content }, { requiredKeys: ['200'] }),
    security: fc.array(fc.record({ key: fc.constant([]) }), { maxLength: 1 }),
    callbacks: anything,
    'x-more': anything,
  },
  { requiredKeys: ['responses'] },
);
const item = fc.record(
  { get: operation, post: operation, parameters: fc.constant([]) },
  { requiredKeys: ['get'] },
);

/** Realistic OpenAPI 3.1 documents with unusual names. */
export const arbitraryDocument: fc.Arbitrary<Tree> = fc
  .record(
    {
      openapi: fc.constant('3.1.0'),
      info: fc.record({ title: text, version: text }),
      servers: fc.array(fc.record({ url: text }), { maxLength: 2 }),
      paths: fc.record({ '/bills': item, '/bills/{id}': item }, { requiredKeys: [] }),
      components: fc.record({ schemas: record(schema), securitySchemes: record(anything) }),
      tags: anything,
    },
    { requiredKeys: ['openapi', 'info', 'paths'] },
  )
  // Records without a prototype are not deeply equal to parsed objects.
  .map((document) => JSON.parse(JSON.stringify(document)) as Tree);

/** The tree with the keys of every object in reverse order. */
export function reordered(tree: Tree): Tree {
  if (Array.isArray(tree)) return tree.map(reordered);
  if (typeof tree !== 'object' || tree === null) return tree;
  const entries = Object.entries(tree).toReversed();
  return Object.fromEntries(entries.map(([key, value]) => [key, reordered(value)]));
}

/** The number of places that edited() can change. */
export function sizeOf(tree: Tree): number {
  if (typeof tree !== 'object' || tree === null) return 1;
  return Object.values(tree).reduce<number>((sum, one) => sum + sizeOf(one), 1);
}

/** The tree with the result of `edit` at place `index` (in reading order, from 0). */
export function edited(tree: Tree, index: number, edit: (old: Tree) => Tree): Tree {
  let left = index;
  const walk = (one: Tree): Tree => {
    if (left-- === 0) return edit(one);
    if (Array.isArray(one)) return one.map(walk);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, value]) => [key, walk(value)]));
  };
  return walk(tree);
}
