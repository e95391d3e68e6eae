import { expect, test } from 'vitest';
import type { RecordEntry, RecordSink } from '../../src/model/record.ts';
import { recordingAdmin } from '../../src/record/recording-admin.ts';
import { liveProduct } from '../support/live-product.ts';
import { memoryAdmin } from '../support/memory-admin.ts';

const NOW = (): string => '2026-12-07T10:15:00.000Z';

/** The recorded entries and the writes, in order. `full` is the number of entries that fit on the disk. */
function recorded(status: 'draft' | 'published', full = Infinity) {
  const events: string[] = [];
  const entries: RecordEntry[] = [];
  const live = liveProduct({ name: 'Payments API', status });
  const memory = memoryAdmin([live], (what) => void events.push(what));
  const sink: RecordSink = {
    close: async () => undefined,
    append: async (entry) => {
      if (entries.length >= full) throw new Error('the disk is full');
      entries.push(entry);
      events.push(entry.entry);
    },
  };
  const rows = [{ developer_id: 'd', application_id: 'a', status: 'active' }] as const;
  const reading = { ...memory.admin, readSubscriptionIds: async () => rows };
  return { live, events, entries, admin: recordingAdmin(reading, sink, NOW) };
}

test('an unpublish is recorded with its subscriptions before it is sent', async () => {
  const { admin, live, events, entries } = recorded('published');
  await admin.updateProduct(live, { status: 'draft' });
  expect(events).toEqual(['subscriptions', 'intent', 'update status', 'answer']);
  expect(entries[0]).toMatchObject({ product: live.id, rows: [{ application_id: 'a' }] });
});

test('a delete is recorded with its subscriptions, another update without', async () => {
  const { admin, live, events } = recorded('published');
  await admin.updateProduct(live, { desc: 'new' });
  await admin.deleteProduct(live.id);
  const update = ['intent', 'update desc', 'answer'];
  expect(events).toEqual([...update, 'subscriptions', 'intent', 'delete', 'answer']);
});

test('a write that fails is recorded with the error', async () => {
  const { admin, live, entries } = recorded('draft');
  const failing = recordingAdmin(
    { ...admin, updateProduct: () => Promise.reject(new Error('no')) },
    { append: async (entry) => void entries.push(entry), close: async () => undefined },
    NOW,
  );
  await expect(failing.updateProduct(live, { desc: 'new' })).rejects.toThrow('no');
  expect(entries.at(-1)).toMatchObject({ entry: 'answer', write: 1, error: 'no' });
});

test('subscriptions to restore are not ended if they cannot be listed, but with other consent they are', async () => {
  const { admin, live, events } = recorded('published');
  const unlisted = { ...admin, readSubscriptionIds: async () => undefined };
  const sink = { append: async () => undefined, close: async () => undefined };
  const restoring = recordingAdmin(unlisted, sink, NOW, new Map([[live.id, 1]]));
  await expect(restoring.updateProduct(live, { status: 'draft' })).rejects.toThrow('could not be listed');
  await expect(restoring.deleteProduct(live.id)).rejects.toThrow('could not be listed');
  expect(events).toEqual([]);
  await recordingAdmin(unlisted, sink, NOW).updateProduct(live, { status: 'draft' });
  expect(events).toContain('update status');
});

test('a write that cannot be recorded is not sent', async () => {
  for (const full of [0, 1]) {
    const { admin, live, events } = recorded('published', full);
    await expect(admin.updateProduct(live, { status: 'draft' })).rejects.toThrow('the disk is full');
    await expect(admin.deleteProduct(live.id)).rejects.toThrow('the disk is full');
    const created = { type: 'gateway', fields: { name: 'New' } } as const;
    await expect(admin.createProduct(created)).rejects.toThrow('"New" was not written');
    expect(events.filter((event) => /^(?:update|delete|create)/.test(event))).toEqual([]);
    expect(String(await admin.finish())).toContain('the disk is full');
  }
});

test('a full disk does not prevent the publish of a draft, and nothing is recorded after it', async () => {
  const { admin, live, events, entries } = recorded('draft', 0);
  await admin.updateProduct(live, { status: 'published' });
  expect(events).toEqual(['update status']);
  expect(entries).toEqual([]);
});
