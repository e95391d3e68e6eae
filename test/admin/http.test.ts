import { array, assert, property, uint8Array } from 'fast-check';
import { expect, it } from 'vitest';
import { ResponseBytes, Buffers } from '../../src/admin/http.ts';

it('the bytes of a response are those received, even in reused memory', () => {
  const pieces = array(uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 12 });
  assert(
    property(array(pieces, { maxLength: 8 }), (answers) => {
      const buffers = new Buffers();
      for (const answer of answers) {
        const bytes = new ResponseBytes(buffers);
        for (const piece of answer) bytes.add(Buffer.from(piece));
        const expected = Buffer.concat(answer);
        expect(bytes.bytes.equals(expected)).toBe(true);
        expect(bytes.size).toBe(expected.length);
        bytes.release();
      }
    }),
  );
});

it('two concurrent responses share no memory, even if each is released twice', () => {
  const buffers = new Buffers();
  const answer = (text: string): ResponseBytes => {
    const bytes = new ResponseBytes(buffers);
    for (const letter of text) bytes.add(Buffer.from(letter));
    return bytes;
  };
  const first = answer('first');
  first.release();
  first.release();
  const [second, third] = [answer('second'), answer('third')];
  expect([second.bytes.toString(), third.bytes.toString()]).toEqual(['second', 'third']);
});

it('reuses the memory of a large response', () => {
  const buffers = new Buffers();
  const large = buffers.take(1_000_000);
  buffers.give(large);
  expect(buffers.take(900_000)).toBe(large);
  expect(buffers.take(900_000)).not.toBe(large);
});
