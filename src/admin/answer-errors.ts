import { AdminError } from '../model/errors.ts';

/** An answer came, but it is not what the Admin API promises: HTML, cut-off JSON, a list without rows (contract §7). */
export class NonsenseError extends AdminError {}

/** A list holds fewer rows than its own total says. */
export class ContradictionError extends NonsenseError {}

/** No complete answer came: whether the server has carried the request out is not known. */
export class NoAnswerError extends AdminError {}

/** A server that was too slow to respond may still apply the write: how long to wait before looking again. */
export const SETTLING_MS = 1000;

/** The same, of a reading that came after a write: whatever became of the reading, the write was carried out. */
export function afterWrite(error: unknown): unknown {
  if (!(error instanceof AdminError)) return error;
  const { message, status, words, hint } = error;
  const options = { status, words, cause: error, mayHaveHappened: true };
  return new AdminError(message, { ...options, ...(hint === undefined ? {} : { hint }) });
}

/** Whether it is an answer of the server with one of the statuses. */
export const isStatus = (error: unknown, ...statuses: readonly number[]): error is AdminError =>
  error instanceof AdminError && error.status !== undefined && statuses.includes(error.status);
