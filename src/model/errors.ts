import type { Diagnostic } from './diagnostic.ts';

/**
 * The world failed: thrown, caught once in main(), shown in one line with what to do (docs/design/architecture.md §6: never
 * mixed with diagnostics). Anything else that is thrown is a bug of ours.
 */
export class OperationalError extends Error {
  override readonly name: string = 'OperationalError';
  readonly hint: string | undefined;

  constructor(
    message: string,
    options: { readonly hint?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
  }
}

/** Wrong usage of the command line or of the library. */
export class UsageError extends OperationalError {
  override readonly name = 'UsageError';
}

/** A config that cannot be used, or that forbids the command: reported with its places. */
export class InvalidConfig extends OperationalError {
  override readonly name = 'InvalidConfig';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const [first] = diagnostics;
    super(first?.message ?? 'the config is invalid', { hint: first?.hint });
    this.diagnostics = diagnostics;
  }
}

/** The Admin API refused, answered nonsense, or could not be reached. */
export class AdminError extends OperationalError {
  override readonly name = 'AdminError';
  /** HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
  /** The server's own words, credentials taken out. */
  readonly words: string | undefined;
  /** Whether the request may have been carried out all the same: only a refusal (4xx) of all attempts rules that out. */
  readonly mayHaveHappened: boolean;
  /** How long the server asked to wait before the next request, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(
    message: string,
    options: {
      readonly status?: number | undefined;
      readonly words?: string | undefined;
      /** Where the status does not tell. */
      readonly mayHaveHappened?: boolean;
      readonly retryAfterMs?: number;
      readonly hint?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options);
    const { status, words, mayHaveHappened = !isRefusal(status), retryAfterMs = 0 } = options;
    this.status = status;
    this.words = words;
    this.mayHaveHappened = mayHaveHappened;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The server says no to what it was asked. With 408 it only gave up waiting. */
function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 408;
}

/** The process was asked to stop while it was still reading. */
export class InterruptedError extends AdminError {}

/**
 * A saved plan that no longer fits the portal, the target or this program; nothing was changed (docs/design/contract.md §4,
 * exit 5).
 */
export class OutdatedPlan extends OperationalError {
  override readonly name = 'OutdatedPlan';
  /** What moved, a clause each. */
  readonly moved: readonly string[];

  constructor(moved: readonly string[]) {
    super(`the saved plan is stale: ${moved.join('; ')}`, {
      hint: 'Nothing was changed. Make a new plan with adc diff -o and review it.',
    });
    this.moved = moved;
  }
}
