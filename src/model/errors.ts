import type { Diagnostic } from './diagnostic.ts';

/** The message of a thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * A failure outside of adc, shown in one line with a hint. Only main() catches it. Any other thrown value is a bug in
 * adc (docs/design/architecture.md §6).
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

/** Invalid usage of the command line or of the library. */
export class UsageError extends OperationalError {
  override readonly name = 'UsageError';
}

/** An invalid config, or a config that forbids the command. */
export class InvalidConfig extends OperationalError {
  override readonly name = 'InvalidConfig';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const [first] = diagnostics;
    super(first?.message ?? 'the config is invalid', { hint: first?.hint });
    this.diagnostics = diagnostics;
  }
}

/** The Admin API refused, returned an invalid response, or could not be reached. */
export class AdminError extends OperationalError {
  override readonly name = 'AdminError';
  /** HTTP status; undefined if no response arrived. */
  readonly status: number | undefined;
  /** The server's own message, without credentials. */
  readonly words: string | undefined;
  /** Whether the server may have applied the request. False only if it refused all attempts (4xx). */
  readonly mayHaveHappened: boolean;
  /** Milliseconds that the server asks to wait before the next request. */
  readonly retryAfterMs: number;

  constructor(
    message: string,
    options: {
      readonly status?: number | undefined;
      readonly words?: string | undefined;
      /** Default: derived from the status. */
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

/** Whether the status means that the server refused the request. 408 means a timeout, not a refusal. */
function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 408;
}

/** The process was interrupted during a request. */
export class InterruptedError extends AdminError {}

/** The saved plan is stale, and nothing was changed (docs/design/contract.md §4, exit 5). */
export class OutdatedPlan extends OperationalError {
  override readonly name = 'OutdatedPlan';
  /** The differences, one clause each. */
  readonly moved: readonly string[];

  constructor(moved: readonly string[]) {
    super(`the saved plan is stale: ${moved.join('; ')}`, {
      hint: 'Nothing was changed. Make a new plan with adc diff -o and review it.',
    });
    this.moved = moved;
  }
}
