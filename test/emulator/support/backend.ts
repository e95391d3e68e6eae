import type { Emulator, EmulatorOptions } from '../../../src/emulator/start-emulator.ts';
import { published } from './bodies.ts';
import { emulated, send, type Loose, type Reply } from './emulated.ts';

export const DORA = 'de000000-0000-4000-8000-000000000001';
export const [SHOP, MOBILE] = [
  'ab000000-0000-4000-8000-000000000001',
  'ab000000-0000-4000-8000-000000000002',
] as const;

export interface Backend {
  readonly emulator: Emulator;
  /** A published product of the portal. */
  readonly id: string;
  /** Sends a request as dora, as another developer, or without a developer (`''`). */
  readonly call: (method: string, path: string, body?: unknown, developer?: string) => Promise<Reply>;
  /** The rows of a list. */
  readonly list: (path: string, developer?: string) => Promise<Loose[]>;
  readonly subscribe: (application: string, product?: string) => Promise<Reply>;
}

/** The Developer Portal backend with one published product, `Payments API`. */
export async function backend(fields: object = {}, options: EmulatorOptions = {}): Promise<Backend> {
  const emulator = await emulated({ ...options, backend: true });
  const { id } = emulator.store.addProduct('default', published('query', emulator, fields));
  const call: Backend['call'] = (method, path, body, developer = DORA) => {
    const headers = {
      authorization: `Bearer ${emulator.portalToken}`,
      ...(developer !== '' && { 'x-portal-developer-id': developer }),
    };
    return send(emulator.backendUrl + path, method, body, headers);
  };
  const list: Backend['list'] = async (path, developer) => {
    const { status, json } = await call('GET', path, undefined, developer);
    if (status !== 200) throw new Error(`${path}: ${status} ${json?.message}`);
    return json.list;
  };
  const subscribe: Backend['subscribe'] = (application, product = id) =>
    call('POST', '/api/subscriptions', { applications: [application], api_products: [product] });
  return { emulator, id, call, list, subscribe };
}
