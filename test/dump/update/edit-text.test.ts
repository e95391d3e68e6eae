import { describe, expect, test } from 'vitest';
import type { Edit } from '../../../src/fields/edits.ts';
import { editableText } from '../../../src/dump/update/edit-text.ts';
import type { Json } from '../../../src/model/product.ts';

type Steps = readonly (string | number)[];
const product = (path: Steps): Steps => ['api_products', 0, ...path];
const set = (path: Steps, value: Json): Edit => ({ op: 'set', path: product(path), value });
const append = (path: Steps, value: Json): Edit => ({ op: 'append', path: product(path), value });
const remove = (path: Steps): Edit => ({ op: 'remove', path: product(path) });

const edited = (text: string, ...edits: readonly Edit[]): string | undefined =>
  editableText(text).edited([{ document: 0, edits }]);

/** The file of one product with these lines below its name. */
const fileOf = (...lines: readonly string[]): string =>
  [
    '# top',
    'api_products:',
    '  - name: A # the name',
    ...lines.map((line) => `    ${line}`),
    '    # last',
    '',
  ].join('\n');

type Case = readonly [
  title: string,
  before: readonly string[],
  edits: readonly Edit[],
  after: readonly string[],
];

const CASES: readonly Case[] = [
  ['a plain text', ['desc: old  # why'], [set(['desc'], 'new')], ['desc: new  # why']],
  ['a plain text that now needs quotes', ['desc: old'], [set(['desc'], 'no')], ['desc: "no"']],
  ['single quotes stay', ["desc: 'old' # c"], [set(['desc'], "it's")], ["desc: 'it''s' # c"]],
  ['double quotes stay', ['desc: "old"'], [set(['desc'], 'new')], ['desc: "new"']],
  [
    'a block stays one',
    ['desc: |', '  one', '  two', 'x: 1'],
    [set(['desc'], 'one\n2\n')],
    ['desc: |', '  one', '  2', 'x: 1'],
  ],
  ['a block of one line', ['desc: |-', '  one', 'x: 1'], [set(['desc'], '2')], ['desc: |-', '  2', 'x: 1']],
  [
    'a text becomes lines',
    ['desc: old', 'x: 1'],
    [set(['desc'], 'a\nb')],
    ['desc: |-', '  a', '  b', 'x: 1'],
  ],
  ['lines with a comment at the end', ['desc: old # c'], [set(['desc'], 'a\nb')], ['desc: "a\\nb" # c']],
  [
    'folded lines become a literal block',
    ['desc: >', '  a', '  b', 'x: 1'],
    [set(['desc'], 'c\nd\n')],
    ['desc: |', '  c', '  d', 'x: 1'],
  ],
  ['a boolean', ['on: true # c'], [set(['on'], false)], ['on: false # c']],
  ['null', ['desc: null'], [set(['desc'], 'x')], ['desc: x']],
  ['nothing', ['desc: # c', 'x: 1'], [set(['desc'], 'x')], ['desc: x # c', 'x: 1']],
  ['a new key', ['x: 1 # c'], [set(['k'], '2')], ['x: 1 # c', 'k: "2"']],
  [
    'a key in braces',
    ['labels: { a: b, c: "d" } # e'],
    [set(['labels', 'c'], 'x')],
    ['labels: { a: b, c: "x" } # e'],
  ],
  [
    'a new key in braces',
    ['labels: { a: b }'],
    [set(['labels', 'c'], 'yes')],
    ['labels: { a: b, c: "yes" }'],
  ],
  ['a new key in tight braces', ['labels: {a: b}'], [set(['labels', 'c'], 'd')], ['labels: {a: b, c: d}']],
  ['a key out of braces', ['labels: { a: b, c: d }'], [remove(['labels', 'a'])], ['labels: { c: d }']],
  ['the last key out of braces', ['labels: { a: b, c: d }'], [remove(['labels', 'c'])], ['labels: { a: b }']],
  ['all keys out of braces', ['labels: { a: b }'], [remove(['labels', 'a'])], ['labels: {}']],
  ['a key into empty braces', ['labels: {}'], [set(['labels', 'a'], 'b')], ['labels: { a: b }']],
  [
    'a key out of lines',
    ['labels:', '  # why', '  a: b', '  c: d # e', 'x: 1'],
    [remove(['labels', 'c'])],
    ['labels:', '  # why', '  a: b', 'x: 1'],
  ],
  [
    'all keys out of lines',
    ['labels: # l', '  a: b', 'x: 1'],
    [remove(['labels', 'a'])],
    ['labels: {} # l', 'x: 1'],
  ],
  [
    'one key for another in lines',
    ['labels:', '    a: b', 'x: 1'],
    [remove(['labels', 'a']), set(['labels', 'c'], 'd')],
    ['labels:', '    c: d', 'x: 1'],
  ],
  [
    'an item into lines',
    ['hosts:', '- a # c', 'x: 1'],
    [append(['hosts'], 'b')],
    ['hosts:', '- a # c', '- b', 'x: 1'],
  ],
  [
    'an item for another in lines',
    ['hosts:', '  - a', '  # two', '  - b', 'x: 1'],
    [remove(['hosts', 1]), append(['hosts'], 'c')],
    ['hosts:', '  - a', '  - c', '  # two', 'x: 1'],
  ],
  ['an item into brackets', ['hosts: [a, b]'], [append(['hosts'], 'c')], ['hosts: [a, b, c]']],
  [
    'items out of brackets',
    ['hosts: [a, b, c]'],
    [remove(['hosts', 1]), remove(['hosts', 2]), append(['hosts'], 'd')],
    ['hosts: [a, d]'],
  ],
  [
    'brackets over lines',
    ['hosts: [', '  a, # one', '  b,', ']'],
    [append(['hosts'], 'c')],
    ['hosts: [', '  a, # one', '  b,', '  c,', ']'],
  ],
  [
    'behind a comment in brackets',
    ['hosts: [', '  a, # one', '  b # two', ']'],
    [append(['hosts'], 'c'), append(['hosts'], 'd')],
    ['hosts: [', '  a, # one', '  b, # two', '  c,', '  d', ']'],
  ],
  [
    'the first of brackets with comments',
    ['hosts: [ # all', '  a, # one', '  # about b', '  b, # two', ']'],
    [remove(['hosts', 0])],
    ['hosts: [ # all', '  # about b', '  b, # two', ']'],
  ],
  [
    'the last of brackets with comments',
    ['hosts: [', '  a, # one', '  b # two', ']'],
    [remove(['hosts', 1])],
    ['hosts: [', '  a # one', ']'],
  ],
  [
    'the last for another, in brackets with comments',
    ['hosts: [', '  a, # one', '  b # two', ']'],
    [remove(['hosts', 1]), append(['hosts'], 'c')],
    ['hosts: [', '  a, # one', '  c', ']'],
  ],
  [
    'one of a line, in brackets with comments',
    ['hosts: [', '  a, b, c, # three', '  d', ']'],
    [remove(['hosts', 1])],
    ['hosts: [', '  a, c, # three', '  d', ']'],
  ],
  [
    'all out of brackets with a comment',
    ['hosts: [ # all', '  a, # one', '  b', ']'],
    [remove(['hosts', 0]), remove(['hosts', 1])],
    ['hosts: [ # all', ']'],
  ],
  [
    'into brackets with nothing but a comment',
    ['hosts: [ # none', ']'],
    [append(['hosts'], 'a'), append(['hosts'], 'b')],
    ['hosts: [ # none', '  a,', '  b,', ']'],
  ],
  [
    'a key out of braces with comments',
    ['labels: {', '  a: b, # one', '  # about c', '  c: d, # two', '}'],
    [remove(['labels', 'a']), set(['labels', 'e'], 'f')],
    ['labels: {', '  # about c', '  c: d, # two', '  e: f,', '}'],
  ],
  ['an item with a tag out of brackets', ['hosts: [ !!str a, b ]'], [remove(['hosts', 0])], ['hosts: [ b ]']],
  ['an item into nothing', ['hosts: []'], [append(['hosts'], 'a')], ['hosts: [ a ]']],
  ['a list that was null', ['hosts: ~', 'x: 1'], [set(['hosts'], ['a'])], ['hosts:', '  - a', 'x: 1']],
  [
    'an alias',
    ['y: &a { k: v }', 'labels: *a'],
    [set(['labels', 'k'], 'w')],
    ['y: &a { k: v }', 'labels:', '  k: w'],
  ],
  [
    'an alias that is a text',
    ['y: &a old', 'desc: *a # c'],
    [set(['desc'], 'new')],
    ['y: &a old', 'desc: new # c'],
  ],
  [
    'a merged key',
    ['<<: { desc: old }', 'x: 1'],
    [set(['desc'], 'new')],
    ['<<: { desc: old }', 'x: 1', 'desc: new'],
  ],
  [
    'an object out of lines, whose neighbours have comments',
    [
      'links:',
      '  - a: 1',
      '    # of one',
      '  # about two',
      '  - a: 2',
      '    # of two',
      '  # about three',
      '  - a: 3',
    ],
    [remove(['links', 1])],
    ['links:', '  - a: 1', '    # of one', '  # about three', '  - a: 3'],
  ],
  [
    'an object below a block whose last line looks like a comment',
    ['links:', '  - a: |', '      # Title', '  - a: 2', 'x: 1'],
    [remove(['links', 1])],
    ['links:', '  - a: |', '      # Title', 'x: 1'],
  ],
  [
    'an object behind one that a comment is about',
    ['links:', '  - a: 1', '    # of one', 'x: 1'],
    [append(['links'], { a: '2' })],
    ['links:', '  - a: 1', '    # of one', '  - a: "2"', 'x: 1'],
  ],
  [
    'lines for nothing, with a comment',
    ['hosts: ~ # why', 'x: 1'],
    [set(['hosts'], ['a'])],
    ['hosts: # why', '  - a', 'x: 1'],
  ],
  [
    'lines for nothing at all, with a comment',
    ['hosts: # why', 'x: 1'],
    [set(['hosts'], ['a'])],
    ['hosts: # why', '  - a', 'x: 1'],
  ],
  [
    'lines for an alias, with a comment',
    ['y: &a { k: v }', 'labels: *a # why'],
    [set(['labels', 'k'], 'w')],
    ['y: &a { k: v }', 'labels: # why', '  k: w'],
  ],
  [
    'lines for a value below a comment',
    ['hosts:', '  # why', '  ~ # c', 'x: 1'],
    [set(['hosts'], ['a'])],
    ['hosts:', '  # why', '  # c', '  - a', 'x: 1'],
  ],
  [
    'a text below a comment',
    ['desc: # why', '  # more', '  old # c', 'x: 1'],
    [set(['desc'], 'new')],
    ['desc: # why', '  # more', '  new # c', 'x: 1'],
  ],
  [
    'lines of text below a comment',
    ['desc: # why', '  old', 'x: 1'],
    [set(['desc'], 'a\nb\n')],
    ['desc: # why', '  |', '  a', '  b', 'x: 1'],
  ],
  [
    'the comment of a block',
    ['desc: | # why', '  one', 'x: 1'],
    [set(['desc'], 'two\n')],
    ['desc: | # why', '  two', 'x: 1'],
  ],
  [
    'the comment of a block that becomes short',
    ['desc: >- # why', '  one', 'x: 1'],
    [set(['desc'], 'no')],
    ['desc: "no" # why', 'x: 1'],
  ],
  [
    'the comment of a block that becomes a list',
    ['hosts: | # why', '  one', 'x: 1'],
    [set(['hosts'], ['a'])],
    ['hosts: # why', '  - a', 'x: 1'],
  ],
  [
    'the comments of a list that goes',
    ['hosts: # why', '  # more', '  - a', 'x: 1'],
    [set(['hosts'], 'b')],
    ['hosts: b # why', '  # more', 'x: 1'],
  ],
  [
    'all of a list that ends in a key of nothing with a comment',
    ['links:', '  - a: 1', '    b: # c', 'x: 1'],
    [remove(['links', 0])],
    ['links: []', 'x: 1'],
  ],
  [
    'an object into lines',
    ['links:', '  - a: 1', '    b: 2', 'x: 1'],
    [append(['links'], { a: '3', b: ['c'] })],
    ['links:', '  - a: 1', '    b: 2', '  - a: "3"', '    b:', '      - c', 'x: 1'],
  ],
  [
    'a key of an object in a list',
    ['links:', '  - a: 1', '    b: [x]', '  - { a: 2 }', 'x: 1'],
    [append(['links', 0, 'b'], 'w'), set(['links', 1, 'b'], ['z'])],
    ['links:', '  - a: 1', '    b: [x, w]', '  - { a: 2, b: [ z ] }', 'x: 1'],
  ],
];

test.each(CASES)('%s', (_, before, edits, after) => {
  expect(edited(fileOf(...before), ...edits)).toBe(fileOf(...after));
});

describe('unrelated bytes', () => {
  const before = '\ufeffapi_products:\r\n  - name: A\r\n    desc: old # c\r\n';

  test('keeps a byte order mark and Windows line ends', () => {
    expect(edited(before, set(['desc'], 'new'), set(['x'], 'w'))).toBe(
      '\ufeffapi_products:\r\n  - name: A\r\n    desc: new # c\r\n    x: w\r\n',
    );
  });

  test('adds no line end at the end of the file', () => {
    expect(edited('api_products:\n  - name: A', set(['desc'], 'new'))).toBe(
      'api_products:\n  - name: A\n    desc: new',
    );
  });

  test('without edits nothing changes', () => {
    expect(edited(before)).toBe(before);
  });

  test('keeps other documents of the file', () => {
    const text = 'api_products: [{ name: B}]\n---\n# two\napi_products:\n- name:   A\n';
    const path = ['api_products', 0, 'name'];
    expect(editableText(text).edited([{ document: 1, edits: [{ op: 'set', path, value: 'C' }] }])).toBe(
      text.replace('A', 'C'),
    );
  });
});

test.each([
  ['an empty one before it', (text: string) => `---\n---\n${text}`],
  ['an empty one behind it', (text: string) => `${text}---\n`],
  ['a comment and nothing else before it', (text: string) => `# mine\n---\n${text}`],
  ['one that is a lone value', (text: string) => `${text}---\nnull\n`],
])('edits a document beside %s', (_, around) => {
  const text = around(fileOf('desc: old'));
  expect(edited(text, set(['desc'], 'new'))).toBe(text.replace('old', 'new'));
});

describe('JSON stays JSON', () => {
  const text = JSON.stringify({ api_products: [{ name: 'A', labels: { a: 'b' }, hosts: [] }] }, null, 2);

  test.each([
    ['a text', set(['name'], 'é\u2028'), '"name": "A"', '"name": "é\\u2028"'],
    ['a new key', set(['labels', 'c'], 'd'), '"a": "b"', '"a": "b",\n        "c": "d"'],
    ['an item', append(['hosts'], 'x'), '[]', '["x"]'],
  ] as const)('%s', (_, edit, before, after) => {
    expect(edited(text, edit)).toBe(text.replace(before, after));
  });
});

test('edits nothing if other places would change too', () => {
  const shared = fileOf('y: &a { k: v }', 'labels: *a');
  expect(edited(shared, set(['y', 'k'], 'w'))).toBeUndefined();
});
