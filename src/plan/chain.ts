import type { ProductChange } from '../model/change.ts';
import type { Step } from '../model/plan.ts';

export type DraftStep = Omit<Step, 'id' | 'after' | 'chain'>;

/** Steps of one product that run back to back, and what they mean for the services that others wait for. */
export interface Chain {
  /** Unique in the plan and the same for the same input. */
  readonly key: string;
  readonly change: ProductChange;
  readonly steps: readonly DraftStep[];
  /** Services, by serviceKey(), that the product holds now and lets go of here. */
  readonly frees: ReadonlySet<string>;
  /** Services that the product takes here. */
  readonly claims: ReadonlySet<string>;
  /** A chain of the same product that comes first. */
  readonly follows?: string;
}

/** @param part tells the chains of one product apart; the same words in other places never give the same key. */
export function chainKey(action: string, name: string, id: string, part = ''): string {
  return JSON.stringify([action, name, id, part]);
}

/** The place of the step after which the freed services are free. */
export function freeingStep(chain: Chain): number {
  const place = chain.steps.findIndex(
    ({ action, fields }) => action === 'delete' || 'linked_gateway_services' in fields,
  );
  return place === -1 ? chain.steps.length - 1 : place;
}
