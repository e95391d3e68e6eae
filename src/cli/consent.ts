import type { Consent } from '../model/consent.ts';
import { UsageError } from '../model/errors.ts';
import { flag, group, list, text, type Values } from './options.ts';
import type { SCOPE } from './scope.ts';

export const CONSENT = group('Consent:', {
  maxSubscriptionLoss: list(
    '--max-subscription-loss <n>',
    'allow n subscriptions to end, or "NAME=N" for one product (repeatable)',
    { fallback: '0' },
  ),
  allowSubscriptionLoss: flag('--allow-subscription-loss', 'allow any number of subscriptions to end'),
  allowUnauthenticated: list(
    '--allow-unauthenticated <service>',
    'allow unauthenticated requests to GROUP/SERVICE, or "all" (repeatable)',
  ),
  takeOver: list('--take-over <name>', 'take over a product from its owner (repeatable)'),
  maxDeletes: text('--max-deletes <n>', 'allow n or n% of products to be deleted', {
    fallback: '30% for each owner, at least 1',
  }),
  renameCheck: flag('--no-rename-check', 'allow a deletion that looks like a rename'),
});

type Options = Values<typeof CONSENT> & Pick<Values<typeof SCOPE>, 'managedByLabel' | 'deleteUnmanaged'>;

/** What the flags allow; entries of the files are added to it (contract-2 §2). No environment variable gives consent. */
export function consentOf(options: Options): Omit<Consent, 'allowances'> {
  const { maxSubscriptionLoss: losses, allowUnauthenticated: open, takeOver } = options;
  const shared = losses.filter((one) => !one.includes('='));
  if (shared.length > 1)
    throw new UsageError(`--max-subscription-loss gives two numbers for all products: ${shared.join(', ')}`);
  if (!options.managedByLabel) refuseWithoutLabel(options);
  return {
    subscriptionLoss: options.allowSubscriptionLoss ? 'any' : lossOf(shared[0]),
    subscriptionLossOf: new Map(losses.filter((one) => one.includes('=')).map(lossOfProduct)),
    unauthenticated: open.includes('all') ? 'all' : open.map(serviceOf),
    takeOver,
    maxDeletes: deletesOf(options.maxDeletes),
    renameCheck: options.renameCheck,
  };
}

/** Without labels nothing says afterwards whose a product is. */
function refuseWithoutLabel({ takeOver, deleteUnmanaged }: Options): void {
  const unmanaged = deleteUnmanaged ? '--delete-unmanaged' : undefined;
  const other = takeOver.length > 0 ? '--take-over' : unmanaged;
  if (other === undefined) return;
  throw new UsageError(`--no-managed-by-label and ${other} exclude each other`, {
    hint: `Remove one of the two: without owner labels, adc cannot tell which products are yours.`,
  });
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

function deletesOf(given: string | undefined): Consent['maxDeletes'] {
  if (given === undefined) return undefined;
  const [, number, percent] = /^(\d{1,9})(%?)$/.exec(given) ?? [];
  if (percent === '') return { count: Number(number) };
  if (percent === '%' && Number(number) <= 100) return { percent: Number(number) };
  throw new UsageError(
    `--max-deletes is ${JSON.stringify(given)}; it must be a whole number, or a percentage such as 30%`,
  );
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`${option} is ${JSON.stringify(text)}; it must be a whole number`);
}
