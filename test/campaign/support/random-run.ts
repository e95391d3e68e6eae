import type { Switches } from '../../../src/emulator/switches.ts';
import type { ProductType } from '../../../src/model/product.ts';
import { Random } from './random.ts';
import { FAULTS } from './disruptions.ts';
import type { Disruption, Setting } from './disrupted-run.ts';
import type { ProductChange, Side, World } from './world.ts';

/** A run with a disruption. The same seed returns the same run. */
export interface RandomRun {
  readonly setting: Setting;
  readonly disruption: Disruption;
}

export function randomRun(seed: number): RandomRun {
  const random = new Random(seed);
  const world = randomWorld(random);
  const setting: Setting = {
    world,
    dialect: random.oneOf(['path', 'query']),
    switches: randomSwitches(random),
    concurrent: random.oneOf([1, 2, 5]),
  };
  return { setting, disruption: randomDisruption(random, world) };
}

/** The types of a product before and after, without services. */
interface Outline {
  readonly before?: ProductType;
  readonly after?: ProductType;
}

const range = (length: number): readonly number[] => Array.from({ length }, (_, place) => place);

function randomWorld(random: Random): World {
  const outlines = range(1 + random.below(7)).map((): Outline => {
    const type = random.oneOf(['gateway', 'gateway', 'gateway', 'external']);
    const other = random.chance(15) ? (type === 'gateway' ? 'external' : 'gateway') : type;
    const sides = random.oneOf(['both', 'both', 'both', 'both', 'before', 'after']);
    return { ...(sides !== 'after' && { before: type }), ...(sides !== 'before' && { after: other }) };
  });
  const before = randomServices(
    random,
    outlines.map((one) => one.before),
  );
  const after = randomServices(
    random,
    outlines.map((one) => one.after),
  );
  return { changes: outlines.map((outline, place) => randomChange(random, outline, place, [before, after])) };
}

const MOVING = 4;

/** For each product, its part of the services that can move, on one side. */
function randomServices(
  random: Random,
  types: readonly (ProductType | undefined)[],
): readonly (readonly string[])[] {
  const holders = types.flatMap((type, place) => (type === 'gateway' ? [place] : []));
  const owners = range(MOVING).map(() =>
    holders.length === 0 || random.chance(20) ? -1 : random.oneOf(holders),
  );
  return types.map((_, place) =>
    owners.flatMap((owner, service) => (owner === place ? [`m${service}`] : [])),
  );
}

function randomChange(
  random: Random,
  outline: Outline,
  place: number,
  [before, after]: readonly [readonly (readonly string[])[], readonly (readonly string[])[]],
): ProductChange {
  const name = `P${place}`;
  const renamed = outline.before !== undefined && outline.before === outline.after && random.chance(15);
  const side = (type: ProductType, services: readonly string[] = []): Side => ({
    type,
    status: random.chance(70) ? 'published' : 'draft',
    header: random.chance(25) ? 'x-key' : 'apikey',
    services: type === 'gateway' ? [`home${place}`, ...services] : [],
    desc: random.oneOf(['one', 'other']),
  });
  return {
    name,
    ...(renamed && { oldName: `Q${place}` }),
    ...(outline.before && { before: side(outline.before, before[place]) }),
    ...(outline.after && { after: side(outline.after, after[place]) }),
    active: random.below(3),
    pending: random.below(3),
  };
}

function randomSwitches(random: Random): Partial<Switches> {
  return {
    putSemantics: random.oneOf(['merge', 'replace']),
    writeAnswer: random.oneOf(['value', 'value', 'id-only', 'empty']),
    authEcho: random.oneOf(['bare', 'defaulted']),
    authKeys: random.oneOf(['hyphen', 'underscore', 'dialect']),
    authEchoLocks: random.chance(20),
    timestamps: random.oneOf(['iso', 'unix']),
    getReturnsOpenapi: random.oneOf(['raw_openapi', 'raw_openapis']),
    listRows: random.oneOf(['full', 'summary', 'shortened', 'partial']),
    // Lists of subscriptions have no order. If pages were smaller, the count would be unknown, and adc would refuse the plan.
    maxPageSize: random.oneOf([10, 100]),
    linkConflictStatus: random.oneOf([400, 409]),
    lockedAuthStatus: random.oneOf([400, 409]),
    deleteBody: random.oneOf(['empty', 'object', 'value']),
    unpublishEndsPending: random.chance(70),
    readOnlyKeys: random.oneOf(['ignore', 'refuse']),
    subscriptionsEndpoint: random.oneOf(['on', 'nested', 'flat']),
  };
}

function randomDisruption(random: Random, { changes }: World): Disruption {
  const request = 1 + random.below(8 + 7 * changes.length);
  switch (random.oneOf(['crash', 'crash', 'fault', 'fault', 'fault', 'storm', 'interrupt'])) {
    case 'crash':
      return { kind: 'crash', request, sent: random.chance(50) };
    case 'fault':
      return { kind: 'fault', request, do: random.oneOf(FAULTS) };
    case 'storm':
      return { kind: 'fault', request, do: random.oneOf(FAULTS), times: 2 + random.below(4) };
    case 'interrupt':
      return { kind: 'interrupt', request };
  }
}
