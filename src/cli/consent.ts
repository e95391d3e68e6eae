import type { Consent } from '../model/consent.ts';
import { UsageError } from '../model/errors.ts';
import type { Flags } from './settings.ts';

/** What the flags allow (contract §6). Consent is only ever a flag: no file and no environment gives it. */
export function consentOf(flags: Flags): Consent {
  return {
    subscriptionLoss: flags['allowSubscriptionLoss'] === true ? 'any' : lossOf(flags['maxSubscriptionLoss']),
    maxDeletes: deletesOf(flags['maxDeletes']),
    renameCheck: flags['renameCheck'] !== false,
  };
}

function lossOf(flag: unknown): number {
  return typeof flag === 'string' ? wholeNumber('--max-subscription-loss', flag) : 0;
}

function deletesOf(flag: unknown): Consent['maxDeletes'] {
  if (typeof flag !== 'string') return undefined;
  const text = flag;
  if (!text.endsWith('%')) return { count: wholeNumber('--max-deletes', text) };
  const percent = wholeNumber('--max-deletes', text.slice(0, -1));
  if (percent > 100)
    throw new UsageError(`--max-deletes is ${JSON.stringify(text)}; more than all can't be deleted`);
  return { percent };
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`${option} is ${JSON.stringify(text)}; it must be a whole number`);
}
