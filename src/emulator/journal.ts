import type { Json } from '../model/product.ts';

export interface JournalledRequest {
  /** 1 for the first one. */
  readonly n: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Whether it came to the Developer Portal backend. */
  readonly backend?: true;
  /** 0 as long as there is no answer, and where the connection was cut without one. */
  readonly status: number;
  /** False where a fault came before it was carried out. */
  readonly handled: boolean;
  /** Whether a fault struck it; left out where none did. */
  readonly struck?: true;
  /** Anything but GET and HEAD. */
  readonly write: boolean;
  readonly product?: ProductRef;
  /** Names of the headers that carried a credential, joined by `+`; never the credential. */
  readonly credential: string;
  /** The scheme of an Authorization header, if it is one that is known. */
  readonly scheme?: 'Bearer' | 'Basic';
  /** What a write sent, parsed; left out where that was no JSON. */
  readonly body?: Json;
}

type NewRequest = Pick<JournalledRequest, 'method' | 'path' | 'backend' | 'credential' | 'scheme'>;
type RequestResult = Partial<Pick<JournalledRequest, 'status' | 'handled' | 'struck' | 'product' | 'body'>>;

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** What came in and what came of it, in order. Holds no credentials. */
export class Journal {
  readonly #most: number;
  readonly #requests = new Map<number, JournalledRequest>();
  #effects: JournalledEffect[] = [];
  #last = 0;
  #current = 0;
  #inFlight = 0;
  #mostInFlight = 0;

  /** @param most is how many requests and effects it keeps: the last ones. */
  constructor(most = Infinity) {
    this.#most = most;
  }

  get requests(): readonly JournalledRequest[] {
    return [...this.#requests.values()];
  }

  /** The largest number of requests that were under way at one time. */
  get mostInFlight(): number {
    return this.#mostInFlight;
  }

  writes(): readonly JournalledRequest[] {
    return this.requests.filter((request) => request.write);
  }

  effects(): readonly JournalledEffect[];
  effects<Kind extends Effect['kind']>(kind: Kind): readonly (JournalledEffect & { readonly kind: Kind })[];
  /** Effects of one kind, or all of them. */
  effects(kind?: Effect['kind']): readonly JournalledEffect[] {
    return kind === undefined ? [...this.#effects] : this.#effects.filter((effect) => effect.kind === kind);
  }

  /** Forgets what was written down so far; the numbers go on. */
  clear(): void {
    this.#requests.clear();
    this.#effects = [];
    this.#mostInFlight = this.#inFlight;
  }

  /** Notes that a request came in, and gives its number. */
  begin(request: NewRequest): number {
    const n = ++this.#last;
    this.#requests.set(n, { n, ...request, status: 0, handled: false, write: !READS.has(request.method) });
    this.#requests.delete(n - this.#most);
    this.#inFlight += 1;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight);
    return n;
  }

  /** Adds what is known of a request by now. */
  note(n: number, result: RequestResult): void {
    const request = this.#requests.get(n);
    if (request !== undefined) this.#requests.set(n, { ...request, ...result });
  }

  end(): void {
    this.#inFlight -= 1;
  }

  /** Runs a request; effects recorded meanwhile have its number. */
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

/** What a write did beyond the row itself (docs/design/admin-api.md §7.5, §14.4). */
export type Effect =
  | {
      readonly kind: 'created' | 'updated' | 'deleted' | 'published' | 'unpublished';
      readonly product: ProductRef;
    }
  | {
      readonly kind: 'subscriptions-ended';
      readonly product: ProductRef;
      readonly active: number;
      readonly pending: number;
    }
  | { readonly kind: 'auth-pushed'; readonly product: ProductRef; readonly service: ServiceRef }
  | {
      readonly kind: 'auth-removed';
      readonly product: ProductRef;
      readonly service: ServiceRef;
      readonly because: 'unpublished' | 'deleted' | 'unlinked';
    }
  | {
      readonly kind:
        | 'subscribed'
        | 'subscription-requested'
        | 'subscription-cancelled'
        | 'approval-accepted'
        | 'approval-rejected';
      readonly product: ProductRef;
      readonly application: string;
    }
  | {
      readonly kind: 'notified';
      readonly product: ProductRef;
      readonly event: string;
      readonly contact_points: readonly string[];
    }
  | { readonly kind: 'openapi-stored'; readonly service: ServiceRef };

/** `request` is the number of the request that caused it, 0 where it came about behind the client's back. */
export type JournalledEffect = Effect & { readonly request: number };

export function productRef(product: {
  readonly id: string;
  readonly fields: { readonly name: string };
}): ProductRef {
  return { id: product.id, name: product.fields.name };
}
