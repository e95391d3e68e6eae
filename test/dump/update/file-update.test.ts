import { expect, test } from 'vitest';
import type { Edit } from '../../../src/fields/edits.ts';
import { fileUpdate, type EditGroup } from '../../../src/dump/update/update.ts';
import type { Json } from '../../../src/model/product.ts';

const FILE = `api_products:
  - name: A
    desc: old
    labels: &l { team: x }
  - name: B
    desc: old
    labels: *l
`;
const setting = (index: number, field: 'desc' | 'labels', value: Json): EditGroup => ({
  document: 0,
  field,
  edits: [{ op: 'set', path: ['api_products', index, field], value }],
});
const removal = (index: number): EditGroup => {
  const edit: Edit = { op: 'remove', path: ['api_products', index] };
  return { document: 0, field: undefined, edits: [edit] };
};

test('changes all values except those shared by an anchor', async () => {
  const groups = [setting(0, 'labels', { team: 'z' }), setting(0, 'desc', 'a'), setting(1, 'desc', 'b')];
  const { text, impossible } = await fileUpdate(FILE, groups);
  expect(text).toBe(FILE.replace('old', 'a').replace('old', 'b'));
  expect([...impossible]).toEqual([[groups[0], 'shared']]);
});

test('does not remove a product with an anchor that others use', async () => {
  const groups = [removal(0), setting(1, 'desc', 'b')];
  const { impossible } = await fileUpdate(FILE, groups);
  expect([...impossible]).toEqual([[groups[0], 'shared']]);
});

test('names an anchor as the reason only if one is affected', async () => {
  const twice = FILE.replace('desc: old', 'desc: old\n    desc: other');
  const groups = [setting(0, 'desc', 'a'), setting(1, 'labels', {})];
  const { text, impossible } = await fileUpdate(twice, groups);
  expect(text).toBe(twice.replace('*l', '{}'));
  expect([...impossible]).toEqual([[groups[0], 'inseparable']]);
});
