import type { Consent } from '../model/consent.ts';
import { UsageError } from '../model/errors.ts';
import type { Flags } from './settings.ts';

/** What the flags allow; entries of the files are added to it (contract-2 §2). No environment variable gives consent. */
export function consentOf(flags: Flags): Omit<Consent, 'allowances'> {
  const losses = listOf(flags['maxSubscriptionLoss']);
  const shared = losses.filter((one) => !one.includes('='));
  if (shared.length > 1)
    throw new UsageError(`--max-subscription-loss gives two numbers for all products: ${shared.join(', ')}`);
  const takeOver = listOf(flags['takeOver']);
  if (flags['managedByLabel'] === false) refuseWithoutLabel(flags, takeOver);
  const open = listOf(flags['allowUnauthenticated']);
  return {
    subscriptionLoss: flags['allowSubscriptionLoss'] === true ? 'any' : lossOf(shared[0]),
    subscriptionLossOf: new Map(losses.filter((one) => one.includes('=')).map(lossOfProduct)),
    unauthenticated: open.includes('all') ? 'all' : open.map(serviceOf),
    takeOver,
    maxDeletes: deletesOf(flags['maxDeletes']),
    renameCheck: flags['renameCheck'] !== false,
  };
}

/** Without labels nothing says afterwards whose a product is. */
function refuseWithoutLabel(flags: Flags, takeOver: readonly string[]): void {
  const other =
    takeOver.length > 0
      ? '--take-over'
      : flags['deleteUnmanaged'] === true
        ? '--delete-unmanaged'
        : undefined;
  if (other === undefined) return;
  throw new UsageError(`--no-managed-by-label and ${other} exclude each other`, {
    hint: `Remove one of the two: without owner labels, adc cannot tell which products are yours.`,
  });
}

function listOf(flag: unknown): readonly string[] {
  return Array.isArray(flag) ? flag.map(String) : [];
}

function lossOf(text: string | undefined): number {
  return text === undefined ? 0 : wholeNumber('--max-subscription-loss', text);
}

/** `Payments API=42`, split at the last `=`: names may have one. */
function lossOfProduct(text: string): readonly [string, number] {
  const at = text.lastIndexOf('=');
  const name = text.slice(0, at);
  if (name === '') throw new UsageError(`--max-subscription-loss ${JSON.stringify(text)} names no product`);
  return [name, wholeNumber(`--max-subscription-loss ${JSON.stringify(name)}`, text.slice(at + 1))];
}

function serviceOf(text: string): string {
  if (/^[^/]+\/.+$/.test(text)) return text;
  throw new UsageError(
    `--allow-unauthenticated is ${JSON.stringify(text)}; it must be GROUP/SERVICE, or all`,
  );
}

function deletesOf(flag: unknown): Consent['maxDeletes'] {
  if (typeof flag !== 'string') return undefined;
  const [, number, percent] = /^(\d{1,9})(%?)$/.exec(flag) ?? [];
  if (percent === '') return { count: Number(number) };
  if (percent === '%' && Number(number) <= 100) return { percent: Number(number) };
  throw new UsageError(
    `--max-deletes is ${JSON.stringify(flag)}; it must be a whole number, or a percentage such as 30%`,
  );
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`${option} is ${JSON.stringify(text)}; it must be a whole number`);
}
