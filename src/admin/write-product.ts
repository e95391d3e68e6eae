import { isDeepStrictEqual } from 'node:util';
import { FIELD_KEYS, FIELD_NAMES } from '../fields/field-table.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { BeforeAgain } from '../model/admin.ts';
import type { PartialFields } from '../model/desired.ts';
import { AdminError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import { fingerprint } from '../model/plan.ts';
import { type JsonObject, READ_ONLY_KEYS } from '../model/product.ts';
import {
  afterWrite,
  isResponseLost,
  SETTLING_MS,
  type ApiRequest,
  type ApiResponse,
  backOff,
} from './client.ts';
import { EMPTY } from './http.ts';
import { liveProduct, knownOnly, updateBody } from './product-format.ts';
import { confirmDeleted, readProduct, valueOf } from './read-products.ts';
import { isAboutBody } from './request-failures.ts';
import type { Session } from './session.ts';

/**
 * A part of the echo that a server may refuse; the write is then tried once without it (docs/design/contract.md §7).
 */
interface Fallback {
  readonly words: RegExp;
  readonly from: (body: JsonObject, fields: PartialFields) => JsonObject;
}

const FALLBACKS: readonly Fallback[] = [
  {
    words: /\bauth\b|authentication|(key|basic)[-_]auth/i,
    from: ({ auth, ...rest }, fields) =>
      fields.auth === undefined || auth === undefined ? rest : { ...rest, auth },
  },
  {
    words: /(additional|unknown|unrecognized|unexpected) (propert|field|key)|not allowed/i,
    from: (body) => knownOnly(body),
  },
];

/**
 * Sends a PUT of the complete product, overridden by `fields`. If the server refuses the echo of an unchanged `auth`, or
 * of unknown keys, adc tries once without it, and then checks that the product kept it. This is proved safe only if PUT
 * merges (docs/design/admin-api.md §15.6). adc cannot know that beforehand, and a server that locks `auth` can hardly
 * remove it (docs/design/contract.md §7). The server also refuses the echo of an `auth` that another client has just
 * changed, so `again` reads the product first.
 * @returns the product from the response, undefined if the response is incomplete.
 * @throws AdminError if the server refuses, if the write would lose a field, or if a fallback lost one; what `again`
 * throws.
 */
export async function updateProduct(
  session: Session,
  base: LiveProduct,
  fields: PartialFields,
  again: BeforeAgain = refuseIfChanged(session, base),
): Promise<LiveProduct | undefined> {
  const { path, query } = session.dialect.product(session.target.portal.id, base.id);
  const request: ApiRequest = { method: 'PUT', path, query, product: base.fields.name };
  const written = await put(session, request, { base, fields, again });
  if (written === undefined) return undefined;
  const { response, isReduced } = written;
  const returned = completeProduct(session, response, base, fields);
  if (!isReduced) return returned;
  const after = returned ?? (await readAfterWrite(session, base.id, base.fields.name));
  const lost = after === undefined ? ['the product'] : lostFields(base, after, fields);
  if (lost.length === 0) return after;
  throw new AdminError(
    session.client.redact(
      `product "${base.fields.name}": ${lost.join(', ')} changed in a write without it (the server refused it): the server lost it, or another client changed it at the same time`,
    ),
    { hint: 'Check the product on the portal first.' },
  );
}

/** Refuses to repeat a write if the product no longer equals `base`. */
function refuseIfChanged(session: Session, base: LiveProduct): BeforeAgain {
  return async () => {
    const live = await readProduct(session, base.id, { product: base.fields.name });
    if (live && fingerprint(live) === fingerprint(base)) return false;
    const message = `product "${base.fields.name}": another client changed it meanwhile, so adc did not repeat the write`;
    throw new AdminError(session.client.redact(message), { mayHaveHappened: false });
  };
}

interface Update {
  readonly base: LiveProduct;
  readonly fields: PartialFields;
  readonly again: BeforeAgain;
}

/** The reply, and whether the body was reduced; undefined if a read shows that the write was applied. */
async function put(session: Session, request: ApiRequest, { base, fields, again }: Update) {
  const body = session.externalLabels.acceptedBody(updateBody(session, base, fields));
  // If the server applies it late, it unpublishes a product that was published since.
  const leavesDraft = body.status === 'draft';
  const check = base.fields.status === 'published' && fields.status === 'draft' ? again : ifLost(again);
  const fallbacks = [...FALLBACKS];
  for (let current = body; ;) {
    try {
      const attempt = { ...request, body: current };
      const response = await (leavesDraft
        ? sendWithChecks(session, attempt, check)
        : sendWrite(session, attempt));
      return response && { response, isReduced: current !== body };
    } catch (error) {
      if (!isAboutBody(error)) throw error;
      const { externalLabels } = session;
      const next =
        externalLabels.afterRefusal(error, current) ?? withoutRefusedPart(error, fallbacks, current, fields);
      if (next === undefined) throw error;
      if (await again(error)) return undefined;
      current = next;
    }
  }
}

/** Reads nothing after a refusal such as 429: while a product is unpublished, a read would only delay its publish. */
function ifLost(again: BeforeAgain): BeforeAgain {
  return async (error) => error.mayHaveHappened && again(error);
}

/**
 * Sends a write that may unpublish or delete. The client would retry it blindly if its response was lost. Here `again`
 * reads before each retry, twice, since a server that was too slow to respond may still apply the write
 * (docs/design/contract.md §7).
 * @returns undefined if a read shows that the write was applied.
 */
async function sendWithChecks(
  session: Session,
  request: ApiRequest,
  again: BeforeAgain,
): Promise<ApiResponse | undefined> {
  const { clock, retryTimeoutMs } = session;
  const end = clock.now() + retryTimeoutMs;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await sendWrite(session, { ...request, once: true });
    } catch (error) {
      if (!isResponseLost(error)) throw error;
      if (await again(error)) return undefined;
      const settlingMs = error.mayHaveHappened ? SETTLING_MS : 0;
      const pause = Math.max(settlingMs, error.retryAfterMs, backOff(attempts, clock.random()));
      const isOver = clock.now() + pause >= end;
      await clock.sleep(isOver ? settlingMs : pause);
      if (await again(error)) return undefined;
      if (isOver) throw error;
    }
  }
}

/**
 * Any response of the Admin API to a write is valid, even an empty one. A response from elsewhere does not show
 * whether the write was applied (docs/design/contract.md §7).
 * @throws InvalidResponseError for an HTML page, a truncated response and the like.
 */
async function sendWrite(session: Session, request: ApiRequest): Promise<ApiResponse> {
  const response = await session.client.send(request);
  if (response.problem === undefined || response.problem === EMPTY) return response;
  throw session.client.invalidResponse(request, response.problem);
}

/** The body without the refused part; undefined if there is no such part. Removes the used fallback from `left`. */
function withoutRefusedPart(
  refusal: AdminError,
  fallbacks: Fallback[],
  body: JsonObject,
  fields: PartialFields,
): JsonObject | undefined {
  const at = fallbacks.findIndex(({ words }) => words.test(refusal.words ?? ''));
  const [chosen] = at < 0 ? [] : fallbacks.splice(at, 1);
  const next = chosen?.from(body, fields);
  return isDeepStrictEqual(next, body) ? undefined : next;
}

/** The product in the response; undefined unless it has all earlier keys: some responses have only the changed fields. */
function completeProduct(
  session: Session,
  response: ApiResponse,
  base: LiveProduct,
  fields: PartialFields,
): LiveProduct | undefined {
  const raw = valueOf(response);
  if (raw === undefined || raw.id !== base.id) return undefined;
  const expected = [...Object.keys(base.raw), ...Object.keys(fields)].filter((key) => base.raw[key] !== null);
  const isComplete = expected.every((key) => READ_ONLY_KEYS.has(key) || raw[key] !== undefined);
  const live = isComplete ? liveProduct(raw, session.client.redact) : undefined;
  return live?.unreadable.length === base.unreadable.length ? live : undefined;
}

/**
 * Fields and keys that changed unintentionally: declared fields in the compared form, and keys that only the server
 * knows.
 */
function lostFields(base: LiveProduct, after: LiveProduct, changed: PartialFields): readonly string[] {
  const fields = FIELD_NAMES.filter((name) => changed[name] === undefined);
  const changedFields = fields.filter(
    (name) => canonicalJson(base.fields[name]) !== canonicalJson(after.fields[name]),
  );
  const unknown = Object.keys(base.raw).filter((key) => !FIELD_KEYS.has(key) && !READ_ONLY_KEYS.has(key));
  const dropped = unknown.filter((key) => canonicalJson(base.raw[key]) !== canonicalJson(after.raw[key]));
  return [...changedFields, ...dropped];
}

/**
 * Any 2xx of the Admin API may mean success, with any body (docs/design/admin-api.md §15.28); a read confirms it.
 * @returns false if the product did not exist before. A 404 to a retry comes from our own deletion.
 * @throws AdminError if the product still exists; InvalidResponseError as sendWrite(); the errors of `again`.
 */
export async function deleteProduct(session: Session, id: string, options: DeleteOptions): Promise<boolean> {
  const { product, again } = options;
  const { path, query } = session.dialect.product(session.target.portal.id, id);
  const request: ApiRequest = { method: 'DELETE', path, query, product, accept: 404 };
  const response = await (again ? sendWithChecks(session, request, again) : sendWrite(session, request));
  if (response === undefined) return true;
  const { status, attempts } = response;
  if (status !== 404) {
    await checkDeleted(session, id, product);
    return true;
  }
  await confirmDeleted(session, id, product);
  return attempts > 1;
}

interface DeleteOptions {
  /** Name of the product if known, for error messages. */
  readonly product: string | undefined;
  readonly again?: BeforeAgain | undefined;
}

async function readAfterWrite(
  session: Session,
  id: string,
  product: string | undefined,
): Promise<LiveProduct | undefined> {
  return readProduct(session, id, { product }).catch((error: unknown) => {
    throw afterWrite(error);
  });
}

async function checkDeleted(session: Session, id: string, product: string | undefined): Promise<void> {
  const existing = await readAfterWrite(session, id, product);
  if (existing === undefined) return;
  const message = `product "${existing.fields.name}": the server reported it as deleted, but it still exists`;
  throw new AdminError(session.client.redact(message));
}
