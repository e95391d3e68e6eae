import type { Outcome } from '../model/outcome.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Mark } from './words.ts';

/** A gateway service that a run which failed leaves without product auth. */
export interface LeftOpen {
  /** `group/service` */
  readonly service: string;
  /** The product that has let go of it, or that is off the portal. */
  readonly from: string;
  /** The product that was to take it; undefined if it was to stay. */
  readonly to?: string;
  /** Whether it is sure that nothing protects it. */
  readonly known: boolean;
}

type Ran = Pick<Plan, 'steps' | 'waits'>;

/** The services that have no product auth now because the run ended too early (contract-2 §2). */
export function leftOpen(plan: Ran, outcomes: readonly Outcome[]): readonly LeftOpen[] {
  const done = new Set(outcomes.filter(({ status }) => status === 'done').map(({ step }) => step.id));
  return [...ofProductsOff(plan, outcomes, done), ...onTheirWay(plan, done)];
}

/** Those of products that did not come back on the portal, but for those that they had let go of for another product. */
function ofProductsOff(
  { steps, waits }: Ran,
  outcomes: readonly Outcome[],
  done: ReadonlySet<string>,
): readonly LeftOpen[] {
  return outcomes.flatMap(({ step, stays_off: staysOff }) => {
    if (staysOff === undefined) return [];
    const own = steps.filter(({ chain }) => chain === step.chain);
    const passedOn = new Set(
      waits
        .filter(({ after }) => done.has(after) && own.some(({ id }) => id === after))
        .map(({ service }) => service),
    );
    const services = new Set(own.flatMap(({ impact }) => impact.services_without_auth));
    return [...services]
      .filter((service) => !passedOn.has(service))
      .map((service) => ({ service, from: step.product.name, known: staysOff === 'known' }));
  });
}

/** Those on their way from one product to another. */
function onTheirWay({ steps, waits }: Ran, done: ReadonlySet<string>): readonly LeftOpen[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  return waits.flatMap(({ step, after, service }) => {
    const [giver, taker] = [byId.get(after), byId.get(step)];
    if (service === undefined || !giver || !taker || !done.has(giver.id)) return [];
    const ofChain = (chain: string): readonly Step[] => steps.filter((one) => one.chain === chain);
    const hadAuth = ofChain(giver.chain).some(({ impact }) => impact.services_without_auth.includes(service));
    if (!hadAuth || ofChain(taker.chain).every(({ id }) => done.has(id))) return [];
    return [{ service, from: giver.product.name, to: taker.product.name, known: true }];
  });
}

export function leftOpenWords({ service, from, to, known }: LeftOpen, mark: Mark): string {
  const state = `${mark.name(service)} ${known ? 'has' : 'may have'} no product auth now`;
  if (to !== undefined) return `${state}: ${mark.name(from)} has let go of it for ${mark.name(to)}`;
  return known
    ? `${state}: ${mark.name(from)} did not come back on the portal`
    : `${state}: whether ${mark.name(from)} is on the portal is not known`;
}
