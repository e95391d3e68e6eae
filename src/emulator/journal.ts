import type { Json } from '../model/product.ts';
import { authGaps, type AuthGap } from './auth-gaps.ts';
import type { Effect, JournalledEffect, ProductRef } from './effect.ts';

export interface JournalledRequest {
  /** 1 for the first one. */
  readonly n: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** 0 as long as there is no answer, and where the connection was cut without one. */
  readonly status: number;
  /** False where a fault came before it was carried out. */
  readonly handled: boolean;
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

export type NewRequest = Pick<JournalledRequest, 'method' | 'path' | 'credential' | 'scheme'>;
export type RequestResult = Partial<Pick<JournalledRequest, 'status' | 'handled' | 'product' | 'body'>>;

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** What came in and what came of it, in order. Holds no credentials. */
export class Journal {
  readonly #requests = new Map<number, JournalledRequest>();
  #effects: JournalledEffect[] = [];
  #last = 0;
  #current = 0;
  #inFlight = 0;
  #mostInFlight = 0;

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
  effects<Kind extends Effect['kind']>(kind: Kind): readonly Extract<JournalledEffect, { kind: Kind }>[];
  /** Effects of one kind, or all of them. */
  effects(kind?: Effect['kind']): readonly JournalledEffect[] {
    return kind === undefined ? [...this.#effects] : this.#effects.filter((effect) => effect.kind === kind);
  }

  /** Gateway services that had no auth from one request to another although a product links them. */
  servicesWithoutAuth(): readonly AuthGap[] {
    return authGaps(this.#effects);
  }

  /** The requests that came in after the one with the first effect and before the one with the second. */
  requestsBetween(
    first: Pick<JournalledEffect, 'request'>,
    second: Pick<JournalledEffect, 'request'>,
  ): readonly JournalledRequest[] {
    return this.requests.filter(({ n }) => n > first.request && n < second.request);
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

  /** Carries out a request; effects recorded meanwhile bear its number. */
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
  }
}
