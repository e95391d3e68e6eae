import type { Ask, Reply } from './ask.ts';
import type { NonsenseError } from './answer-errors.ts';
import type { Credential } from './credential.ts';
import type { Redact } from './redact.ts';

/** What the rest of this folder needs of a connection: requests in, answers or errors out. */
export interface Client {
  readonly credential: Credential;
  /** For whatever holds text of the server and is shown. */
  readonly redact: Redact;
  /**
   * @throws AdminError if the server refuses; NoAnswerError if no answer came; InterruptedError.
   */
  readonly send: (ask: Ask) => Promise<Reply>;
  /**
   * Gives what `use` makes of the reply at once, so that no promise holds the reply itself: those of a request are older than
   * its answer, and what old objects refer to is given back late, even if nothing refers to them.
   * @throws as send() does, and what `use` throws.
   */
  readonly sendFor: <Result>(ask: Ask, use: (reply: Reply) => Result) => Promise<Result>;
  /** An error about an answer that is not what it ought to be. */
  readonly nonsense: (ask: Ask, what: string) => NonsenseError;
}
