import { setTimeout } from 'node:timers/promises';
import { restorable } from '../api/restorable.ts';
import type { ApplyOptions } from '../api/apply-plan.ts';
import { printable } from '../lib/printable.ts';
import { AdminError, OperationalError } from '../model/errors.ts';
import type { PortalBackend } from '../model/portal-backend.ts';
import { PLAIN } from '../report/words.ts';
import { lossesIn } from '../restore/losses.ts';
import { restore, type RestoredPair } from '../restore/restore.ts';
import type { ExistingRecord } from './record-file.ts';
import type { Reporter } from './reporter.ts';

/** The portal itself sends these; adc cannot stop them (docs/design/admin-api.md §16). */
export const MAILS =
  'The portal may send its usual messages about each subscription to approvers, contact points and developers.';

/**
 * Checks the portal backend and its token once for all subscriptions.
 * @throws OperationalError if the token is refused, or there is no portal backend.
 */
export async function checkBackend(backend: PortalBackend): Promise<void> {
  const hint = 'Check --portal-server, and --portal-token-file or ADC_PORTAL_TOKEN.';
  try {
    const isServed = (await backend.readApprovals()) !== undefined || (await backend.isServed());
    if (isServed) return;
  } catch (error) {
    if (!(error instanceof AdminError) || (error.status !== 401 && error.status !== 403)) throw error;
    const message = `the Developer Portal backend refuses the portal token: ${error.message}`;
    throw new OperationalError(message, { hint, cause: error });
  }
  throw new OperationalError('the portal server has no Developer Portal backend', {
    hint: 'Check --portal-server. The backend exists since 3.9, and with approvals since 3.9.14.',
  });
}

/**
 * Restores the subscriptions of a record, and reports each one. @param only ids of products (default: all products of
 * the record).
 */
export async function restoreRecord(
  record: ExistingRecord,
  backend: PortalBackend,
  { report, only }: { readonly report: Reporter; readonly only?: ReadonlySet<string> },
): Promise<readonly RestoredPair[]> {
  const all = lossesIn(record.entries);
  const subscriptions = all.subscriptions.filter(({ product }) => only?.has(product.id) !== false);
  if (subscriptions.length === 0) return [];
  report.progress(MAILS);
  const sink = await record.open();
  try {
    return await restore({
      losses: { ...all, subscriptions },
      backend,
      sink,
      now: () => new Date(),
      sleep: async (ms) => setTimeout(ms),
      signal: report.io.signal,
      onPair: (pair) => report.progress(pairWords(pair)),
    });
  } finally {
    await sink.close();
  }
}

/**
 * Allows `sync --restore-subscriptions` to end the subscriptions that it restores; reports why the others need
 * consent.
 */
export function allowRestorable(
  backend: PortalBackend,
  report: Reporter,
): NonNullable<ApplyOptions['restorable']> {
  return async (plan, admin) => {
    await checkBackend(backend);
    const { losses, refused } = await restorable(plan, admin, backend);
    for (const { product, why } of refused)
      report.tell(`the subscriptions of ${PLAIN.name(product)} cannot be restored: ${printable(why)}`);
    return losses;
  };
}

/** Whether the subscription has its recorded status, as far as adc can restore it. */
export function isBack({ outcome }: RestoredPair): boolean {
  return outcome === 'restored' || outcome === 'kept';
}

const OUTCOMES: Readonly<Record<RestoredPair['outcome'], string>> = {
  restored: 'restored',
  kept: 'was not lost',
  pending: 'waits for approval',
  impossible: 'cannot be restored',
  failed: 'failed',
};

function pairWords({ product, developer_id, application_id, ...pair }: RestoredPair): string {
  const { outcome, status, why, seconds } = pair;
  const what = `application ${printable(application_id)} of developer ${printable(developer_id)}`;
  const time = seconds === undefined ? '' : ` after ${seconds.toFixed(1)} s`;
  const isPending = outcome === 'restored' && status === 'pending' && why === undefined;
  const words = `${OUTCOMES[outcome]}${time}${isPending ? ', waits for approval as before' : ''}`;
  const because = why === undefined ? '' : `: ${printable(why)}`;
  return `${PLAIN.name(product.name)}: ${what}: ${words}${because}`;
}

export function pairJson({ product: { id, name }, developer_id, application_id, ...pair }: RestoredPair) {
  const { status, outcome, why, seconds, lostAt } = pair;
  return {
    product: { id, name },
    developer_id,
    application_id,
    status,
    outcome,
    ...(why !== undefined && { why }),
    ...(seconds !== undefined && { seconds }),
    lost_at: lostAt,
  };
}
