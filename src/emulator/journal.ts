import type { Json } from '../model/product.ts';

export interface JournalledRequest {
  /** Number of the request, from 1. */
  readonly n: number;
  readonly method: string;
  /** Includes the query. */
  readonly path: string;
  /** True for requests to the Developer Portal backend. */
  readonly backend?: true;
  /** 0 before the response, and if the connection was cut without a response. */
  readonly status: number;
  /** Whether the request was applied: a fault may occur before that. */
  readonly handled: boolean;
  /** True if a fault occurred. */
  readonly struck?: true;
  /** Whether the method is not GET or HEAD. */
  readonly write: boolean;
  readonly product?: ProductRef;
  /** Names of the headers with a credential, joined by `+`; never their values. */
  readonly credential: string;
  /** Scheme of the Authorization header, if it is known. */
  readonly scheme?: 'Bearer' | 'Basic';
  /** The parsed body; undefined if it is not JSON. */
  readonly body?: Json;
}

type NewRequest = Pick<JournalledRequest, 'method' | 'path' | 'backend' | 'credential' | 'scheme'>;
type RequestResult = Partial<Pick<JournalledRequest, 'status' | 'handled' | 'struck' | 'product' | 'body'>>;

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The requests and their effects, in order. Contains no credentials. */
export class Journal {
  readonly #most: number;
  readonly #requests = new Map<number, JournalledRequest>();
  #effects: JournalledEffect[] = [];
  #last = 0;
  #current = 0;
  #inFlight = 0;
  #mostInFlight = 0;

  /** @param most number of requests, and of effects, that it keeps. */
  constructor(most = Infinity) {
    this.#most = most;
  }

  get requests(): readonly JournalledRequest[] {
    return [...this.#requests.values()];
  }

  /** The largest number of concurrent requests. */
  get mostInFlight(): number {
    return this.#mostInFlight;
  }

  writes(): readonly JournalledRequest[] {
    return this.requests.filter((request) => request.write);
  }

  effects(): readonly JournalledEffect[];
  effects<Kind extends Effect['kind']>(kind: Kind): readonly (JournalledEffect & { readonly kind: Kind })[];
  /** The effects of one kind, or all effects. */
  effects(kind?: Effect['kind']): readonly JournalledEffect[] {
    return kind === undefined ? [...this.#effects] : this.#effects.filter((effect) => effect.kind === kind);
  }

  /** Deletes all entries. The next request has the next number. */
  clear(): void {
    this.#requests.clear();
    this.#effects = [];
    this.#mostInFlight = this.#inFlight;
  }

  /** Adds a request and returns its number. */
  begin(request: NewRequest): number {
    const n = ++this.#last;
    this.#requests.set(n, { n, ...request, status: 0, handled: false, write: !READS.has(request.method) });
    this.#requests.delete(n - this.#most);
    this.#inFlight += 1;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight);
    return n;
  }

  /** Adds properties to a request. */
  note(n: number, result: RequestResult): void {
    const request = this.#requests.get(n);
    if (request !== undefined) this.#requests.set(n, { ...request, ...result });
  }

  end(): void {
    this.#inFlight -= 1;
  }

  /** Applies a request. Effects that are recorded meanwhile have its number. */
  during<Result>(n: number, work: () => Result): Result {
    this.#current = n;
    try {
      return work();
    } finally {
      this.#current = 0;
    }
  }

  record(effect: Effect): void {
    this.#effects.push({ ...effect, request: this.#current });
    if (this.#effects.length > this.#most) this.#effects.shift();
  }
}

export interface ProductRef {
  readonly id: string;
  readonly name: string;
}
interface ServiceRef {
  readonly gateway_group_id: string;
  readonly service_id: string;
}

/** An effect of a write beyond its row (docs/design/admin-api.md §7.5, §14.4). */
export type Effect =
  | { readonly kind: 'openapi-stored'; readonly service: ServiceRef }
  | ({ readonly product: ProductRef } & ProductEffect);

type ProductEffect =
  | { readonly kind: 'created' | 'updated' | 'deleted' | 'published' | 'unpublished' }
  | { readonly kind: 'subscriptions-ended'; readonly active: number; readonly pending: number }
  | { readonly kind: 'auth-pushed'; readonly service: ServiceRef }
  | {
      readonly kind: 'auth-removed';
      readonly service: ServiceRef;
      readonly because: 'unpublished' | 'deleted' | 'unlinked';
    }
  | { readonly kind: ApplicationEffect; readonly application: string }
  | { readonly kind: 'notified'; readonly event: string; readonly contact_points: readonly string[] };

type ApplicationEffect =
  | 'subscribed'
  | 'subscription-requested'
  | 'subscription-cancelled'
  | 'approval-accepted'
  | 'approval-rejected';

/** An effect with the number of its request; 0 for a change without a request. */
export type JournalledEffect = Effect & { readonly request: number };

export function productRef({
  id,
  fields,
}: {
  readonly id: string;
  readonly fields: { readonly name: string };
}): ProductRef {
  return { id, name: fields.name };
}
