import type { Journal, JournalledEffect } from '../../src/emulator/journal.ts';

type Removal = Extract<JournalledEffect, { kind: 'auth-removed' }>;

/**
 * The periods in which gateway services had no product auth, as numbers of requests, in order. `to` is undefined if no later
 * request pushed auth. A service that its product released for good has no gap.
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
