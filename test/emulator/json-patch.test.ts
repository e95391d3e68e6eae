import { describe, expect, test } from 'vitest';
import { patched } from '../../src/emulator/json-patch.ts';
import { Refusal } from '../../src/emulator/refusal.ts';
import type { Json } from '../../src/model/product.ts';

/** The examples of RFC 6902, appendix A, and what its section 4 says beyond them: before, operations, after. */
test.each<[string, Json, Json, Json]>([
  ['A.1 add a member', { foo: 'bar' }, [add('/baz', 'qux')], { baz: 'qux', foo: 'bar' }],
  ['A.2 add an item', { foo: ['bar', 'baz'] }, [add('/foo/1', 'qux')], { foo: ['bar', 'qux', 'baz'] }],
  ['A.3 remove a member', { baz: 'qux', foo: 'bar' }, [remove('/baz')], { foo: 'bar' }],
  ['A.4 remove an item', { foo: ['bar', 'qux', 'baz'] }, [remove('/foo/1')], { foo: ['bar', 'baz'] }],
  ['A.5 replace a value', { baz: 'qux', foo: 'bar' }, [replace('/baz', 'boo')], { baz: 'boo', foo: 'bar' }],
  [
    'A.6 move a value',
    { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
    [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
    { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
  ],
  [
    'A.7 move an item',
    { foo: ['all', 'grass', 'cows', 'eat'] },
    [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
    { foo: ['all', 'cows', 'eat', 'grass'] },
  ],
  [
    'A.8 test a value',
    { baz: 'qux', foo: ['a', 2, 'c'] },
    [is('/baz', 'qux'), is('/foo/1', 2)],
    { baz: 'qux', foo: ['a', 2, 'c'] },
  ],
  ['A.10 add an object', { foo: 'bar' }, [add('/child', { a: {} })], { foo: 'bar', child: { a: {} } }],
  ['A.11 ignore other members', { foo: 'bar' }, [{ ...add('/baz', 1), xyz: 123 }], { foo: 'bar', baz: 1 }],
  ['A.14 escapes', { '/': 9, '~1': 10 }, [is('/~01', 10), is('/~1', 9)], { '/': 9, '~1': 10 }],
  ['A.16 add to the end', { foo: ['bar'] }, [add('/foo/-', ['abc'])], { foo: ['bar', ['abc']] }],
  [
    'copy a value',
    { a: [1] },
    [{ op: 'copy', from: '/a', path: '/b' }, add('/b/-', 2)],
    { a: [1], b: [1, 2] },
  ],
  ['add over a member', { foo: 1 }, [add('/foo', null)], { foo: null }],
  ['add after the last item', [1], [add('/1', 2)], [1, 2]],
  ['replace an item', { foo: [1, 2] }, [replace('/foo/1', 3)], { foo: [1, 3] }],
  ['replace the whole', { foo: 1 }, [replace('', [2])], [2]],
  [
    'test the whole, whatever the order of its keys',
    { a: 1, b: 2 },
    [is('', { b: 2, a: 1 })],
    { a: 1, b: 2 },
  ],
  ['an empty name', { '': 1 }, [replace('/', 2)], { '': 2 }],
  ['nothing to do', { foo: 1 }, [], { foo: 1 }],
])('%s', (_, before, operations, after) => {
  const copy = structuredClone(before);
  expect(patched(before, operations)).toEqual(after);
  expect(before).toEqual(copy);
});

describe('is refused whole', () => {
  test.each<[string, Json, Json | undefined]>([
    ['A.9 a test that fails', { baz: 'qux' }, [is('/baz', 'bar')]],
    ['A.12 a target whose parent is not there', { foo: 'bar' }, [add('/baz/bat', 'qux')]],
    ['A.15 a number tested against a text', { '~1': 10 }, [is('/~01', '10')]],
    ['no body', {}, undefined],
    ['an object instead of operations', {}, add('/a', 1)],
    ['an operation that is a text', {}, ['remove']],
    ['an operation without a name', {}, [{ path: '/a' }]],
    ['an unknown operation', { a: 1 }, [{ op: 'toString', path: '/a' }]],
    ['no path', { a: 1 }, [{ op: 'remove' }]],
    ['no value', { a: 1 }, [{ op: 'replace', path: '/a' }]],
    ['no from', { a: 1 }, [{ op: 'move', path: '/b' }]],
    ['a path without its slash', { a: 1 }, [remove('a')]],
    ['an escape that is none', { 'a~2': 1 }, [remove('/a~2')]],
    ['a member that is not there', {}, [remove('/a')]],
    ['a replacement of what is not there', {}, [replace('/a', 1)]],
    ['a member of every object', {}, [is('/constructor/name', 'Object')]],
    ['a member of a text', { a: 'text' }, [is('/a/length', 4)]],
    ['an index past the end', [1], [add('/2', 2)]],
    ['an item past the last one', [1], [remove('/-')]],
    ['an index with a leading zero', [1, 2], [remove('/01')]],
    ['an index that is a word', [1], [add('/one', 2)]],
    ['the length of a list', [1], [replace('/length', 0)]],
    ['a move into itself', { a: [{}, {}] }, [{ op: 'move', from: '/a/0', path: '/a/0/b' }]],
    ['the whole taken away', { a: 1 }, [remove('')]],
  ])('%s', (_, before, operations) => {
    expect(() => patched(before, operations)).toThrow(Refusal);
  });
});

test('a key named __proto__ is an ordinary key', () => {
  const operations: Json = JSON.parse('[{"op":"add","path":"/__proto__","value":{"polluted":1}}]') as Json;
  const after = patched({ a: {} }, operations);
  expect(Object.keys(after ?? {})).toEqual(['a', '__proto__']);
  expect(after).not.toHaveProperty('polluted');
  expect({}).not.toHaveProperty('polluted');
  expect(() => patched({}, [add('/__proto__/polluted', 1)])).toThrow(Refusal);
});

function add(path: string, value: Json) {
  return { op: 'add', path, value };
}

function replace(path: string, value: Json) {
  return { op: 'replace', path, value };
}

function is(path: string, value: Json) {
  return { op: 'test', path, value };
}

function remove(path: string) {
  return { op: 'remove', path };
}
