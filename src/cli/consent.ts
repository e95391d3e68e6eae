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
