import type { Switches } from '../../../src/emulator/switches.ts';
import type { ProductType } from '../../../src/model/product.ts';
import { Draw } from './random.ts';
import { FAULTS } from './disruptions.ts';
import type { Mishap, Setting } from './disrupted-run.ts';
import type { Cast, Side, World } from './world.ts';

/** A whole run, drawn from a number: the same number gives the same run. */
export interface Drawn {
  readonly setting: Setting;
  readonly mishap: Mishap;
}

export function drawn(seed: number): Drawn {
  const draw = new Draw(seed);
  const world = drawnWorld(draw);
  const setting: Setting = {
    world,
    dialect: draw.oneOf(['path', 'query']),
    switches: drawnSwitches(draw),
    concurrent: draw.oneOf([1, 2, 5]),
  };
  return { setting, mishap: drawnMishap(draw, world) };
}

/** What is known of a product before services are dealt out. */
interface Outline {
  readonly before?: ProductType;
  readonly after?: ProductType;
}

const range = (length: number): readonly number[] => Array.from({ length }, (_, place) => place);

function drawnWorld(draw: Draw): World {
  const outlines = range(1 + draw.below(7)).map((): Outline => {
    const type = draw.oneOf(['gateway', 'gateway', 'gateway', 'external']);
    const other = draw.chance(15) ? (type === 'gateway' ? 'external' : 'gateway') : type;
    const sides = draw.oneOf(['both', 'both', 'both', 'both', 'before', 'after']);
    return { ...(sides !== 'after' && { before: type }), ...(sides !== 'before' && { after: other }) };
  });
  const before = dealt(
    draw,
    outlines.map((one) => one.before),
  );
  const after = dealt(
    draw,
    outlines.map((one) => one.after),
  );
  return { cast: outlines.map((outline, place) => drawnCast(draw, outline, place, [before, after])) };
}

const MOVING = 4;

/** Who holds which of the services that move about, on one side. */
function dealt(draw: Draw, types: readonly (ProductType | undefined)[]): readonly (readonly string[])[] {
  const holders = types.flatMap((type, place) => (type === 'gateway' ? [place] : []));
  const owners = range(MOVING).map(() =>
    holders.length === 0 || draw.chance(20) ? -1 : draw.oneOf(holders),
  );
  return types.map((_, place) =>
    owners.flatMap((owner, service) => (owner === place ? [`m${service}`] : [])),
  );
}

function drawnCast(
  draw: Draw,
  outline: Outline,
  place: number,
  [before, after]: readonly [readonly (readonly string[])[], readonly (readonly string[])[]],
): Cast {
  const name = `P${place}`;
  const renamed = outline.before !== undefined && outline.before === outline.after && draw.chance(15);
  const side = (type: ProductType, services: readonly string[] = []): Side => ({
    type,
    status: draw.chance(70) ? 'published' : 'draft',
    header: draw.chance(25) ? 'x-key' : 'apikey',
    services: type === 'gateway' ? [`home${place}`, ...services] : [],
    desc: draw.oneOf(['one', 'other']),
  });
  return {
    name,
    ...(renamed && { oldName: `Q${place}` }),
    ...(outline.before && { before: side(outline.before, before[place]) }),
    ...(outline.after && { after: side(outline.after, after[place]) }),
    active: draw.below(3),
    pending: draw.below(3),
  };
}

function drawnSwitches(draw: Draw): Partial<Switches> {
  return {
    putSemantics: draw.oneOf(['merge', 'replace']),
    writeAnswer: draw.oneOf(['value', 'value', 'id-only', 'empty']),
    authEcho: draw.oneOf(['bare', 'defaulted']),
    authKeys: draw.oneOf(['hyphen', 'underscore', 'dialect']),
    authEchoLocks: draw.chance(20),
    timestamps: draw.oneOf(['iso', 'unix']),
    getReturnsOpenapi: draw.oneOf(['raw_openapi', 'raw_openapis']),
    listRows: draw.oneOf(['full', 'summary', 'shortened', 'partial']),
    // Lists of subscriptions have no order: pages smaller than these lists would make their number unknown, and that is refused.
    maxPageSize: draw.oneOf([10, 100]),
    linkConflictStatus: draw.oneOf([400, 409]),
    lockedAuthStatus: draw.oneOf([400, 409]),
    deleteBody: draw.oneOf(['empty', 'object', 'value']),
    unpublishEndsPending: draw.chance(70),
    readOnlyKeys: draw.oneOf(['ignore', 'refuse']),
    subscriptionsEndpoint: draw.oneOf(['on', 'nested', 'flat']),
  };
}

function drawnMishap(draw: Draw, { cast }: World): Mishap {
  const request = 1 + draw.below(8 + 7 * cast.length);
  switch (draw.oneOf(['dies', 'dies', 'fault', 'fault', 'fault', 'storm', 'interrupt'])) {
    case 'dies':
      return { kind: 'dies', request, sent: draw.chance(50) };
    case 'fault':
      return { kind: 'fault', request, do: draw.oneOf(FAULTS) };
    case 'storm':
      return { kind: 'fault', request, do: draw.oneOf(FAULTS), times: 2 + draw.below(4) };
    case 'interrupt':
      return { kind: 'interrupt', request };
  }
}
