import type { Outcome, Plan, Step } from '../model/plan.ts';
import type { InlineStyle } from './words.ts';

/** A gateway service that a failed run leaves without product auth. */
export interface LeftOpen {
  /** `group/service` */
  readonly service: string;
  /** The product that released it, or that is unpublished. */
  readonly from: string;
  /** The product that should have taken it; undefined if it should have stayed. */
  readonly to?: string;
  /** Whether adc knows that no product protects it. */
  readonly known: boolean;
}

type Ran = Pick<Plan, 'steps' | 'waits'>;

/** The services without product auth after an incomplete run (docs/design/contract.md §11). */
export function leftOpen(plan: Ran, outcomes: readonly Outcome[]): readonly LeftOpen[] {
  const done = doneIds(outcomes);
  const ofProductsOff = outcomes.flatMap((outcome) =>
    servicesOff(outcome, plan, done).map((service) => ({
      service,
      from: outcome.step.product.name,
      known: outcome.stays_off === 'known',
    })),
  );
  return [...ofProductsOff, ...betweenProducts(plan, done)];
}

function doneIds(outcomes: readonly Outcome[]): ReadonlySet<string> {
  return new Set(outcomes.filter(({ status }) => status === 'done').map(({ step }) => step.id));
}

/** The services of a product that stays unpublished, except those that another product took. */
function servicesOff(
  { step, stays_off: staysOff }: Outcome,
  { steps, waits }: Ran,
  done: ReadonlySet<string>,
): readonly string[] {
  if (staysOff === undefined) return [];
  const own = steps.filter(({ chain }) => chain === step.chain);
  const passedOn = new Set(
    waits
      .filter(({ after }) => done.has(after) && own.some(({ id }) => id === after))
      .map(({ service }) => service),
  );
  const services = new Set(own.flatMap(({ impact }) => impact.services_without_auth));
  return [...services].filter((service) => !passedOn.has(service));
}

/** The services that one product released and the other has not taken yet. */
function betweenProducts({ steps, waits }: Ran, done: ReadonlySet<string>): readonly LeftOpen[] {
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

/** An urgent result of a failed run, at the beginning of its report. */
export interface Headline {
  /** `"Payments API" was unpublished and could not be published again` */
  readonly title: string;
  /** `default/payments accepts unauthenticated requests now`; '' if no service is open. */
  readonly open: string;
  readonly next: string;
}

/** Products that stay unpublished, and services that no product has. */
export function headlines(
  plan: Ran,
  outcomes: readonly Outcome[],
  planFile: string | undefined,
  mark: InlineStyle,
): readonly Headline[] {
  const done = doneIds(outcomes);
  const again =
    planFile === undefined
      ? 'run the same command again'
      : `make a new plan with ${mark.command('adc diff -o')} and apply it`;
  return [
    ...outcomes
      .filter(({ stays_off: staysOff }) => staysOff !== undefined)
      .map((outcome) => unpublished(outcome, servicesOff(outcome, plan, done), again, mark)),
    ...betweenProducts(plan, done).map((one) => released(one, again, mark)),
  ];
}

function unpublished(
  { step, stays_off: staysOff }: Outcome,
  services: readonly string[],
  again: string,
  mark: InlineStyle,
): Headline {
  const name = mark.name(step.product.name);
  const isKnown = staysOff === 'known';
  return {
    title: isKnown
      ? `${name} was unpublished and could not be published again`
      : `${name} was unpublished, and it is unknown whether it is published again`,
    open: openWords(services, isKnown ? '' : 'may ', mark),
    next: isKnown
      ? `fix the cause below, then ${again} to publish ${name}${stopWords(services)}`
      : `check ${name} in the dashboard, then ${again}${stopWords(services)}`,
  };
}

function released({ service, from, to = '' }: LeftOpen, again: string, mark: InlineStyle): Headline {
  return {
    title: `${mark.name(from)} released ${mark.name(service)}, and ${mark.name(to)} did not take it`,
    open: openWords([service], '', mark),
    next: `fix the cause below, then ${again}${stopWords([service])}`,
  };
}

function openWords(services: readonly string[], may: string, mark: InlineStyle): string {
  if (services.length === 0) return '';
  const verb = may === '' && services.length === 1 ? 'accepts' : `${may}accept`;
  return `${services.map(mark.name).join(', ')} ${verb} unauthenticated requests now`;
}

function stopWords(services: readonly string[]): string {
  if (services.length === 0) return '';
  return `; until then, you can stop requests to ${services.length === 1 ? 'this service' : 'these services'} at the gateway`;
}
