import type { JournalledEffect, ProductRef, ServiceRef } from './effect.ts';

/** The time in which a gateway service could be called without the auth of its product. */
export interface AuthGap {
  readonly service: ServiceRef;
  /** The product that the auth belonged to. */
  readonly product: ProductRef;
  readonly because: 'unpublished' | 'deleted' | 'unlinked';
  /** The request that took the auth away. */
  readonly from: number;
  /** The request that brought one back; undefined: none did. */
  readonly to: number | undefined;
}

type Removal = Extract<JournalledEffect, { kind: 'auth-removed' }>;

/**
 * The gaps in the order in which they opened. A service that was let go for good is no gap: it is nobody's product any
 * more. One that goes from product to product has a gap in between.
 */
export function authGaps(effects: readonly JournalledEffect[]): readonly AuthGap[] {
  return effects
    .flatMap((effect, index) =>
      effect.kind === 'auth-removed' ? [gap(effect, effects.slice(index + 1))] : [],
    )
    .filter((one) => one.because === 'unpublished' || one.to !== undefined);
}

function gap(removal: Removal, later: readonly JournalledEffect[]): AuthGap {
  const { service, product, because, request } = removal;
  const pushed = later.find((effect) => effect.kind === 'auth-pushed' && isSame(effect.service, service));
  return { service, product, because, from: request, to: pushed?.request };
}

function isSame(a: ServiceRef, b: ServiceRef): boolean {
  return a.gateway_group_id === b.gateway_group_id && a.service_id === b.service_id;
}
