import type { Journal, JournalledEffect } from '../../src/emulator/journal.ts';

type Removal = Extract<JournalledEffect, { kind: 'auth-removed' }>;

/**
 * From which request to which one gateway services could be called without the auth of their product, in order. `to` is
 * undefined if no request brought an auth back. A service that its product let go of for good has no gap.
 */
export function authGaps(journal: Journal) {
  const effects = journal.effects();
  const gap = ({ service, product, because, request }: Removal, later: typeof effects) => {
    const pushed = later.find(
      (one) =>
        one.kind === 'auth-pushed' &&
        one.service.gateway_group_id === service.gateway_group_id &&
        one.service.service_id === service.service_id,
    );
    return { service, product, because, from: request, to: pushed?.request };
  };
  return effects
    .flatMap((effect, at) => (effect.kind === 'auth-removed' ? [gap(effect, effects.slice(at + 1))] : []))
    .filter(({ because, to }) => because === 'unpublished' || to !== undefined);
}
