import { AdminError } from '../model/errors.ts';
import type { Ask, Reply } from './ask.ts';
import { about } from './ask.ts';
import type { Credential } from './credential.ts';
import type { HttpAnswer } from './http.ts';
import { isObject } from './read-json.ts';
import type { Redact } from './redact.ts';

interface Context {
  readonly reply: Reply;
  readonly credential: Credential;
  readonly redact: Redact;
  /** Whether any attempt at it may have been carried out. */
  readonly doubt: boolean;
  readonly retryAfterMs: number;
}

/**
 * The error for an answer outside 2xx: what was asked, status, the server's words, what to do (acceptance A6). Words are
 * `error_msg`, else `message`, else the text itself; a page or an empty body is named as such (admin-api §1.3).
 */
export function refusal(ask: Ask, answer: HttpAnswer, context: Context): AdminError {
  const { status } = answer;
  if (status >= 300 && status < 400) return redirect(ask, answer, context);
  const { doubt: mayHaveHappened, retryAfterMs } = context;
  const words = shortened(context.redact(serverWords(answer, context.reply)));
  const size = status === 413 ? ` with ${sizeOf(ask)}` : '';
  const message = `${context.redact(about(ask))} failed${size}: ${statusWords(status, words)}`;
  const hint = hintFor(status, context.credential);
  const options = { status, words, mayHaveHappened, retryAfterMs, ...(hint === undefined ? {} : { hint }) };
  return new AdminError(message, options);
}

/** `401 Unauthorized`, and the server's words where they say more. */
function statusWords(status: number, words: string): string {
  const reason = process.getBuiltinModule('node:http').STATUS_CODES[status] ?? '';
  const known = `${status} ${reason}`.trim();
  return words.toLowerCase() === reason.toLowerCase() ? known : `${known}: ${words}`;
}

/** Of the body, in a unit that people compare limits in. */
function sizeOf({ body }: Ask): string {
  const bytes = Buffer.byteLength(JSON.stringify(body ?? ''));
  return bytes < 1024 * 1024
    ? `a body of ${Math.ceil(bytes / 1024)} KiB`
    : `a body of ${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** A redirect is never followed: the credential would go wherever the answer says (acceptance S2). */
function redirect(ask: Ask, answer: HttpAnswer, { redact, doubt }: Context): AdminError {
  const target = answer.header('location');
  const where = target === undefined ? 'elsewhere' : `to ${target}`;
  return new AdminError(shortened(redact(`${about(ask)} failed: ${answer.status}, redirected ${where}`)), {
    status: answer.status,
    mayHaveHappened: doubt,
    hint: 'adc follows no redirects, so that the token goes nowhere else. If the target is the Admin API, pass its address with --server.',
  });
}

function serverWords(answer: HttpAnswer, { body, problem }: Reply): string {
  if (problem === 'text that is not JSON') return answer.bytes.toString('utf8').trim();
  if (problem !== undefined) return problem;
  const said = isObject(body) ? (body.error_msg ?? body.message) : body;
  return typeof said === 'string' && said !== '' ? said : JSON.stringify(said ?? body);
}

const MOST_WORDS = 1000;

/** What the server said, cut to what a terminal can bear; after redaction, since half a token is a secret too. */
export function shortened(text: string): string {
  return text.length <= MOST_WORDS ? text : `${text.slice(0, MOST_WORDS)} … (${text.length} characters)`;
}

const TOO_LARGE =
  'The body is too large for the server or for a proxy before it. Raise its limit (client_max_body_size in nginx), or reduce the OpenAPI document or the logo.';

function hintFor(status: number, { shown }: Credential): string | undefined {
  if (status === 401) {
    return `The token was sent as ${shown}. Check --token or ADC_TOKEN, and --auth-scheme.`;
  }
  if (status === 403) {
    return `The token, sent as ${shown}, lacks the permission, or this machine's address is blocked. Ask the administrator of the control plane.`;
  }
  if (status === 407) {
    return 'The proxy requires credentials: set HTTP_PROXY=http://user:password@proxy:3128, or list the server in NO_PROXY.';
  }
  if (status === 413) return TOO_LARGE;
  if (status === 429) return 'Lower --request-concurrent, or raise --retry-timeout.';
  return status >= 500 ? 'The server failed. Try again later, or check its logs.' : undefined;
}

/** Not about what was in the body. */
const NOT_THE_BODY: ReadonlySet<number> = new Set([401, 403, 404, 408, 429]);

/** Whether the server refuses a request for what its body says. */
export function isAboutBody(error: unknown): error is AdminError {
  if (!(error instanceof AdminError) || error.status === undefined) return false;
  return error.status >= 400 && error.status < 500 && !NOT_THE_BODY.has(error.status);
}
