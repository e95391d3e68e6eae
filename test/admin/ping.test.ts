import { describe, expect, it } from 'vitest';
import { ping } from '../../src/admin/session.ts';
import { connectionTo } from './support/connection.ts';
import { BOTH, emulated } from './support/emulated.ts';
import { servePortal } from './support/serve.ts';

describe('ping', () => {
  it.each(BOTH)('describes the server in the %s dialect', async (dialect) => {
    const emulator = await emulated({ dialects: [dialect], switches: { version: '3.9.9' } });
    expect(await ping(connectionTo(emulator.url))).toEqual({
      target: {
        server: emulator.url,
        portal: { id: '90000000-0000-4000-8000-000000000001', name: 'default' },
        dialect,
      },
      version: '3.9.9',
      credential: dialect === 'path' ? 'Authorization: Bearer' : 'X-API-KEY',
      user: 'admin',
    });
    expect(emulator.journal.writes()).toEqual([]);
  });

  it('works without a version and a name', async () => {
    const { url } = await servePortal(() => undefined);
    expect(await ping(connectionTo(url))).toMatchObject({ version: undefined, user: undefined });
  });

  it('sends only GET', async () => {
    const { url, requests } = await servePortal(() => undefined);
    await ping(connectionTo(url));
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('fails like connect()', async () => {
    const emulator = await emulated();
    await expect(ping(connectionTo(emulator.url, { portal: 'nobody' }))).rejects.toMatchObject({
      name: 'AdminError',
    });
  });
});
