import { setImmediate } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ApiRequest, Client } from '../../src/admin/client.ts';
import { portalAdmin } from '../../src/admin/connect.ts';
import { NewestProducts } from '../../src/admin/newest-products.ts';
import { openSession, type Session } from '../../src/admin/session.ts';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import type { Switches } from '../../src/emulator/switches.ts';
import type { Admin, Pause } from '../../src/model/admin.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import { Random } from '../campaign/support/random.ts';
import { connectionTo } from './support/connection.ts';
import { BOTH, emulated } from './support/emulated.ts';
import { newExternal, OPENAPI } from './support/products.ts';

/** Limits concurrent work. A paused task frees its place. */
class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(free: number) {
    this.#free = free;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.#end();
    }
  }

  readonly pause: Pause = async (wait) => {
    this.#end();
    const result = await wait();
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.unshift(resolve));
    return result;
  };

  #end(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}

type ReadMode = 'own' | 'shared';

interface World {
  readonly dialect: 'path' | 'query';
  readonly switches: Partial<Switches>;
  /** The number of existing and of created products. */
  readonly before: number;
  readonly created: number;
  /** Requests in flight. */
  readonly concurrency: number;
  /** Percentage of requests before which the other client acts. */
  readonly busy: number;
  /** Percentage of its actions that create a product that this run also creates. */
  readonly twins: number;
}

function randomWorld(random: Random): World {
  return {
    dialect: random.oneOf(BOTH),
    switches: {
      rowOrder: 'stable',
      listRows: random.oneOf(['summary', 'full']),
      maxPageSize: random.oneOf([100, 70, 50, 30]),
      writeAnswer: random.oneOf(['value', 'value', 'id-only']),
    },
    before: random.oneOf([0, 3, 99, 110]),
    created: random.oneOf([8, 60, 90]),
    concurrency: random.oneOf([2, 5, 20]),
    busy: random.oneOf([5, 15, 40]),
    twins: random.oneOf([30, 70]),
  };
}

const nameOf = (index: number): string => `Product ${index}`;

/** Another client of the portal: creates some products of this run, creates other products, and deletes some of them. */
class OtherClient {
  readonly #emulator: Emulator;
  readonly #random: Random;
  readonly #world: World;
  readonly #mine: string[] = [];
  /** The names that it created before this run, and all names that it created. */
  readonly first = new Map<string, string>();
  readonly ever = new Set<string>();

  constructor(emulator: Emulator, random: Random, world: World) {
    [this.#emulator, this.#random, this.#world] = [emulator, random, world];
  }

  act(): void {
    const kind = this.#random.below(100);
    if (kind < this.#world.twins) this.#create(nameOf(this.#soon()));
    else if (kind < this.#world.twins + 10) this.#takeBack();
    else
      for (let more = this.#random.below(40); more >= 0; more -= 1)
        this.#create(`Other ${this.#mine.length}`);
  }

  /** A name that this run creates next or has just created. */
  #soon(): number {
    const posts = this.#emulator.journal.requests.filter(({ method }) => method === 'POST').length;
    return Math.min(this.#world.created - 1, Math.max(0, posts - 5 + this.#random.below(40)));
  }

  #create(name: string): void {
    const { journal, store } = this.#emulator;
    const isPosted = journal
      .writes()
      .some(({ method, handled, body }) => method === 'POST' && handled && isNamed(body, name));
    const { id } = store.addProduct('default', { type: 'external', name, raw_openapi: OPENAPI });
    this.#mine.push(id);
    this.ever.add(name);
    if (!isPosted) this.first.set(id, name);
  }

  #takeBack(): void {
    const id = this.#mine.splice(this.#random.below(this.#mine.length + 1), 1)[0];
    if (id === undefined) return;
    this.#emulator.store.removeProduct(id);
    this.first.delete(id);
  }
}

const isNamed = (body: unknown, name: string): boolean =>
  typeof body === 'object' && body !== null && 'name' in body && body.name === name;

/** Simulates a server that ignores the requested order: the last updated product comes first. */
function ignoringOrder(session: Session): Session {
  const { client: real } = session;
  const withoutOrder = (ask: ApiRequest): ApiRequest => {
    const { order_by: _, direction: __, ...query } = ask.query ?? {};
    return { ...ask, query };
  };
  const client: Client = {
    credential: real.credential,
    redact: real.redact,
    send: async (ask) => real.send(withoutOrder(ask)),
    sendFor: async (ask, use) => real.sendFor(withoutOrder(ask), use),
    invalidResponse: (ask, what) => real.invalidResponse(ask, what),
  };
  const newest = new NewestProducts(client, session.dialect.products(session.target.portal.id));
  return { ...session, client, newest };
}

interface RunResult {
  /** The errors of failed creations, by product name. */
  readonly failed: ReadonlyMap<string, string>;
  readonly other: OtherClient;
  readonly emulator: Emulator;
  readonly world: World;
}

async function played(seed: number, mode: ReadMode, ignoresOrder = false): Promise<RunResult> {
  const random = new Random(seed);
  const world = randomWorld(random);
  const emulator = await emulated({ dialects: [world.dialect], switches: world.switches });
  for (let index = 0; index < world.before; index += 1)
    emulator.store.addProduct('default', { type: 'external', name: `Old ${index}`, raw_openapi: OPENAPI });
  const session = await openSession(connectionTo(emulator.url, { concurrency: world.concurrency }));
  onTestFinished(async () => session.close());
  const admin = portalAdmin(ignoresOrder ? ignoringOrder(session) : session);
  await admin.readPortal();
  emulator.journal.clear();
  const other = new OtherClient(emulator, random, world);
  const stop = emulator.onRequest(async () => {
    for (let turns = random.below(6); turns > 0; turns -= 1) await setImmediate();
    if (random.chance(world.busy)) other.act();
  });
  const failed = new Map<string, string>();
  const names = Array.from({ length: world.created }, (_, index) => nameOf(index));
  const turns = new Turns(world.concurrency);
  const pause = mode === 'shared' ? turns.pause : undefined;
  const create = async (name: string): Promise<unknown> =>
    turns
      .run(async () => createAndPublish(admin, name, pause))
      .catch((error: Error) => failed.set(name, error.message));
  await Promise.all(names.map(create));
  stop();
  return { failed, other, emulator, world };
}

async function createAndPublish(admin: Admin, name: string, pause: Pause | undefined): Promise<void> {
  const live = await admin.createProduct(
    newExternal({ name, server_urls: ['https://a.example.com'] }),
    pause,
  );
  await admin.updateProduct(live, { status: 'published' });
}

/** Contradictions between the result of a run and the actions of the other client. */
function wrongs({ failed, other, emulator, world }: RunResult): readonly string[] {
  const first = new Set(other.first.values());
  const names = Array.from({ length: world.created }, (_, index) => nameOf(index));
  return names.flatMap((name) => {
    const told = failed.get(name);
    const here = emulator.store.products.filter(
      ({ fields }) => fields.name === name && fields.status === 'published',
    );
    if (told !== undefined && !/another client created it at the same time/.test(told))
      return [`${name}: ${told}`];
    if (told === undefined && first.has(name)) return [`${name}: another client created it first, unnoticed`];
    if (told !== undefined && !other.ever.has(name)) return [`${name}: no other client created it`];
    if (here.length !== (told === undefined ? 1 : 0)) return [`${name}: there are ${here.length} published`];
    return [];
  });
}

/** In world 14, a server that ignores the order hides the other product behind products that this run updated. */
const SEEDS = Array.from({ length: Number(process.env['ADC_CAMPAIGN_RUNS'] ?? '4') }, (_, at) => at + 14);

describe('another client creates products with the same names at the same time, in random runs', () => {
  test.each(SEEDS)('detects each of them, with separate or shared reads: run %i', async (seed) => {
    expect(wrongs(await played(seed, 'own'))).toEqual([]);
    expect(wrongs(await played(seed, 'shared'))).toEqual([]);
    expect(wrongs(await played(seed, 'shared', true))).toEqual([]);
  });
});

/** A page that a server would give, and what it makes of two creations; `new` and `newer` are those. */
const PAGES = [
  { what: 'shows both', rows: ['newer', 'new', 'old'], shown: [true, true] },
  { what: 'is older than one of them', rows: ['new', 'old'], shown: [true, false] },
  {
    what: 'has another product of a name',
    rows: ['newer', 'twin of new', 'new', 'old'],
    shown: [false, true],
  },
  { what: 'does not go back to a known product', rows: ['newer', 'new', 'other'], shown: [false, false] },
  { what: 'is the whole list', rows: ['newer', 'new', 'other'], total: 3, shown: [true, true] },
];

describe('a page with the newest products', () => {
  test.each(PAGES)('$what', async ({ rows, total = 1000, shown }) => {
    const list = rows.map((id) => ({ id, name: id.replace('twin of ', '') }));
    const answer = { status: 200, attempts: 1, body: { list, total }, problem: undefined };
    const client = { send: async () => Promise.resolve(answer) } as unknown as Client;
    const newest = new NewestProducts(client, { path: '/', query: {} });
    const created = ['new', 'newer'].map((id) => ({ id, fields: { name: id } }) as LiveProduct);
    for (const product of created) await newest.creating(async () => Promise.resolve(product));
    const before = new Set(['old']);
    expect(await Promise.all(created.map(async (one) => newest.isOnlyOne(one, before)))).toEqual(shown);
  });
});
