import { printable } from '../lib/printable.ts';
import type { Allowance } from '../model/declared.ts';
import type { Permit } from '../model/plan.ts';
import { hazardWords, type InlineStyle } from './words.ts';

export const PERMITS_TITLE = 'Allowed by consent';

/** `"Payments API": 2 active subscriptions would end (allowed by products.yaml:12: 42 until 2026-12-07)` */
export function permitText({ hazard, by }: Permit, mark: InlineStyle): string {
  const source = 'flag' in by ? mark.command(by.flag) : entryWords({ hazard, by }, mark);
  return `${permittedWords(hazard, mark)} (allowed by ${source})`;
}

/** The allowed change, as a clause. */
export function permittedWords(hazard: Permit['hazard'], mark: InlineStyle): string {
  if (hazard.code === 'breaking-openapi')
    return `${mark.name(hazard.product.name)}: the OpenAPI document has changes that break callers`;
  if (hazard.code === 'releases') return `${mark.name(hazard.product.name)} would lose its owner label`;
  return hazardWords(hazard, mark).text;
}

function entryWords(
  { hazard, by }: { readonly hazard: Permit['hazard']; readonly by: Allowance },
  mark: InlineStyle,
): string {
  const { file, line } = by.at([]);
  const number = hazard.code === 'subscription-loss' ? `: ${by.subscription_loss}` : '';
  const reason = by.reason === undefined ? '' : `, ${printable(by.reason)}`;
  return `${mark.command(`${file}:${line}`)}${number} until ${by.until}${reason}`;
}

/** A permit in the form of the report schemas. */
export function permitJson({ hazard, by }: Permit, mark: InlineStyle) {
  const given =
    'flag' in by
      ? by
      : {
          file: by.at([]).file,
          line: by.at([]).line,
          until: by.until,
          ...(hazard.code === 'subscription-loss' && { subscription_loss: by.subscription_loss }),
          ...(by.reason !== undefined && { reason: by.reason }),
        };
  return { code: hazard.code, message: permittedWords(hazard, mark), by: given };
}
