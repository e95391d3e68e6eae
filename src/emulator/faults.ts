/** What goes wrong instead of, or after, the ordinary answer. */
export type FaultAction =
  /** The ordinary answer, so many milliseconds late. */
  | { readonly kind: 'delay'; readonly ms: number }
  | {
      readonly kind: 'status';
      readonly status: number;
      /** Default: empty for 500, HTML for 502 and 504, the error envelope for all others. */
      readonly body?: 'json' | 'empty' | 'html';
      /** In seconds. */
      readonly retryAfter?: number;
      /** The request is carried out first, as where a gateway gave up waiting. */
      readonly after?: boolean;
    }
  /** The connection is cut: before the request is carried out, or after. */
  | { readonly kind: 'close-before' | 'close-after' }
  /** Carried out, and answered with status 200 and what is no JSON, or JSON of 100,000 levels. */
  | { readonly kind: 'garbage'; readonly as: 'html' | 'cut-json' | 'deep-json' }
  /** Carried out, and answered with a body that never ends, or one of 100 MB. */
  | { readonly kind: 'endless' | 'huge' }
  | { readonly kind: 'redirect'; readonly to: string };

export interface FaultCondition {
  /** The n-th request from now on that meets the other conditions; 1 is the next one. */
  readonly request?: number;
  readonly method?: string;
  /** Of the path with its query; a text may hold `*` for anything. */
  readonly path?: RegExp | string;
  /** Only requests other than GET and HEAD, or only those. */
  readonly write?: boolean;
}

export interface Fault {
  readonly on: FaultCondition;
  /** How often; 1 by default, Infinity for ever. */
  readonly times?: number;
  readonly do: FaultAction;
}

export interface FaultyRequest {
  readonly method: string;
  readonly path: string;
}

/** The faults that wait for their request. Of several that fit, the one that was added first strikes. */
export class Faults {
  #waiting: { readonly fault: Fault; seen: number; struck: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, seen: 0, struck: 0 });
  }

  remove(fault: Fault): void {
    this.#waiting = this.#waiting.filter((one) => one.fault !== fault);
  }

  clear(): void {
    this.#waiting = [];
  }

  /** Counts a request, and gives what goes wrong with it. */
  strike(request: FaultyRequest): FaultAction | undefined {
    const fitting = this.#waiting.filter(({ fault }) => fits(fault.on, request));
    for (const one of fitting) one.seen += 1;
    const chosen = fitting.find(
      ({ fault, seen, struck }) => seen >= (fault.on.request ?? 1) && struck < (fault.times ?? 1),
    );
    if (chosen === undefined) return undefined;
    chosen.struck += 1;
    return chosen.fault.do;
  }
}

function fits(on: FaultCondition, request: FaultyRequest): boolean {
  const write = request.method !== 'GET' && request.method !== 'HEAD';
  return (
    (on.method === undefined || on.method === request.method) &&
    (on.write === undefined || on.write === write) &&
    (on.path === undefined || pattern(on.path).test(request.path))
  );
}

/** A text stands for the whole path; without a `?` it leaves the query open. */
function pattern(path: RegExp | string): RegExp {
  if (typeof path !== 'string') return new RegExp(path.source, path.flags.replace(/[gy]/g, ''));
  const parts = path.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}${path.includes('?') ? '' : String.raw`(\?.*)?`}$`);
}
