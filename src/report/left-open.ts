import type { Outcome } from '../model/outcome.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Mark } from './words.ts';

/** A gateway service that one product let go of in this run, and that the product which was to take it does not protect. */
export interface LeftOpen {
  /** `group/service` */
  readonly service: string;
  readonly from: string;
  readonly to: string;
}

/** The services on their way from one product to another for which the run ended too early: they have no product auth now. */
export function leftOpen(
  { steps, waits }: Pick<Plan, 'steps' | 'waits'>,
  outcomes: readonly Outcome[],
): readonly LeftOpen[] {
  const isDone = new Map(outcomes.map(({ step, status }) => [step.id, status === 'done']));
  const byId = new Map(steps.map((step) => [step.id, step]));
  return waits.flatMap(({ step, after, because }) => {
    const [giver, taker] = [byId.get(after), byId.get(step)];
    const service = because.replace(/^service:/, '');
    if (giver === undefined || taker === undefined || !isDone.get(giver.id)) return [];
    const ofChain = (chain: string): readonly Step[] => steps.filter((one) => one.chain === chain);
    const hadAuth = ofChain(giver.chain).some(({ impact }) => impact.services_without_auth.includes(service));
    if (!hadAuth || ofChain(taker.chain).every(({ id }) => isDone.get(id))) return [];
    return [{ service, from: giver.product.name, to: taker.product.name }];
  });
}

export function leftOpenWords({ service, from, to }: LeftOpen, mark: Mark): string {
  return `${mark.name(service)} has no product auth now: ${mark.name(from)} has let go of it for ${mark.name(to)}`;
}
