import { isObject } from '../json/value.ts';
import { printable } from '../lib/printable.ts';
import { OperationalError, UsageError } from '../model/errors.ts';
import type { Io } from './io.ts';

const TIMEOUT_MS = 10_000;
const HINT = 'Run adc dev in another terminal, and export what it prints.';

/**
 * `adc dev subscribe`: subscribes an application in a running `adc dev`.
 * @throws OperationalError if it refuses, or ADC_SERVER is not an `adc dev`.
 */
export async function subscribeInDev(words: readonly string[], io: Io): Promise<void> {
  const [application, product, ...others] = words;
  if (application === undefined || product === undefined || others.length > 0)
    throw new UsageError('adc dev subscribe takes an application and a product', {
      hint: 'For example: adc dev subscribe shop "Payments API"',
    });
  const { status } = await askDev('subscriptions', { application, api_product: product }, io);
  const pair = pairText({ application, api_product: product });
  if (status === 'subscribed') io.out(`subscribed: ${pair}\n`);
  else io.out(`waiting for approval: ${pair}\nNext: adc dev approve\n`);
}

/**
 * `adc dev approve`: accepts the pending approval of a running `adc dev`, or all of them.
 * @throws OperationalError if several are pending and `all` is false.
 */
export async function approveInDev(words: readonly string[], all: boolean, io: Io): Promise<void> {
  if (words.length > 0)
    throw new UsageError(`adc dev approve takes no "${printable(words.join(' '))}"`, {
      hint: 'It accepts the only pending approval; --all accepts all of them.',
    });
  const { accepted, pending } = await askDev('approvals', { all }, io);
  const [done, left] = [pairs(accepted), pairs(pending)];
  if (left.length > 0)
    throw new OperationalError(`several approvals are pending: ${left.join('; ')}`, {
      hint: 'Pass --all to accept all of them.',
    });
  io.out(done.length === 0 ? 'no approval is pending\n' : done.map((pair) => `approved: ${pair}\n`).join(''));
}

function pairs(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(isObject).map(pairText) : [];
}

function pairText({ application, api_product: product }: Readonly<Record<string, unknown>>): string {
  return `${printable(String(application))} for ${printable(String(product))}`;
}

/** Checks without the token whether ADC_SERVER is an `adc dev`, and sends nothing else if it is not. */
async function askDev(path: string, body: object, io: Io): Promise<Readonly<Record<string, unknown>>> {
  const { ADC_SERVER: server = '', ADC_TOKEN: token = '' } = io.env;
  if (server === '' || token === '')
    throw new UsageError('ADC_SERVER and ADC_TOKEN are not both set', { hint: HINT });
  const address = `${server.replace(/\/+$/, '')}/adc-dev`;
  const marker = await exchange(address, {}, io).catch(() => undefined);
  if (marker?.value !== 'adc dev')
    throw new OperationalError(
      `ADC_SERVER does not point to a running adc dev: ${printable(hostOf(server))}`,
      {
        hint: HINT,
      },
    );
  const sent = { method: 'POST', headers: { 'x-api-key': token }, body: JSON.stringify(body) };
  const { value, error_msg: refusal } = await exchange(`${address}/${path}`, sent, io);
  if (isObject(value)) return value;
  throw new OperationalError(`adc dev refused: ${printable(String(refusal))}`);
}

/** The host of an address, without user and password. */
function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : 'not a URL';
}

/** @throws Error if the response is not a JSON object, or does not arrive in time. */
async function exchange(address: string, sent: RequestInit, { signal }: Io) {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const response = await fetch(address, { ...sent, redirect: 'manual', signal: limit });
  const body: unknown = await response.json();
  if (!isObject(body)) throw new OperationalError('the response is not a JSON object');
  return body;
}
