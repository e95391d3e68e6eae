import { AdminError, InterruptedError } from '../model/errors.ts';
import type { Client } from './client.ts';
import type { Json } from '../model/product.ts';
import { isObject } from '../json/value.ts';

/** What `GET /api/version` says, printable; undefined if it says nothing readable (admin-api §12). */
export async function serverVersion(client: Client): Promise<string | undefined> {
  const value = await readValueOnce(client, '/api/version');
  return typeof value === 'string' ? client.redact(value).slice(0, 50) : undefined;
}

/** The value of something nice to know: undefined whatever goes wrong, but for an interruption. */
export async function readValueOnce(client: Client, path: string): Promise<Json | undefined> {
  try {
    const { body } = await client.send({ method: 'GET', path, once: true });
    return isObject(body) ? body.value : undefined;
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof AdminError)) throw error;
    return undefined;
  }
}

/** Whether a version is known to be lower than another of three numbers; builds such as `dev` are not. */
export function isOlderThan(version: string, than: readonly [number, number, number]): boolean {
  const [, major, minor, patch = '0'] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  const parts = [major, minor, patch].map(Number);
  const at = parts.findIndex((part, index) => part !== than[index]);
  return at >= 0 && (parts[at] ?? 0) < (than[at] ?? 0);
}
