import { expect } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/start-emulator.ts';
import { PAYMENTS } from './product-files.ts';
import { atWorkplace, type Workplace } from './run-adc.ts';

export const CHANGED_AUTH = PAYMENTS.replace('key_auth: {}', 'key_auth: { header: x-key }');

/**
 * A published product with one active and one pending subscription, and files that change its auth: the next `sync` must
 * unpublish it and publish it again. The journal is empty.
 */
export async function atRepublish(
  options: EmulatorOptions,
  use: (place: Workplace) => Promise<void>,
): Promise<void> {
  await atWorkplace({ ...options, files: { 'api-products.yaml': PAYMENTS } }, async (place) => {
    const first = await place.adc('sync');
    expect(first).toMatchObject({ exitCode: 0 });
    const { store, journal } = place.emulator;
    store.subscribeActively('shop', 'Payments API');
    store.subscribe('mobile', 'Payments API');
    await place.write({ 'api-products.yaml': CHANGED_AUTH });
    journal.clear();
    await use(place);
  });
}

/** The current status and API key header of the product. */
export function seen({ emulator }: Workplace): { readonly status: string; readonly header: unknown } {
  const { status, auth } = emulator.store.product('Payments API').fields;
  return { status, header: auth?.key_auth?.['header'] ?? 'apikey' };
}
