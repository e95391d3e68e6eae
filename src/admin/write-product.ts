import { isDeepStrictEqual } from 'node:util';
import { FIELD_KEYS, FIELD_NAMES } from '../fields/field-table.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { BeforeAgain } from '../model/admin.ts';
import type { PartialFields } from '../model/desired.ts';
import { AdminError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import { fingerprint } from '../model/plan.ts';
import { type JsonObject, READ_ONLY_KEYS } from '../model/product.ts';
import { afterWrite, isLost, SETTLING_MS, type Ask, type Reply, backOff } from './client.ts';
import { EMPTY } from './http.ts';
import { liveProduct, knownOnly, updateBody } from './product-format.ts';
import { confirmGone, readProduct, valueOf } from './read-products.ts';
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
 * A PUT of the whole product with `fields` laid over it. If the server refuses the echo of an unchanged `auth`, or of
 * unknown keys, adc tries once without it, and then checks that the product kept it. This is proved safe only if PUT
 * merges (docs/design/admin-api.md §15.6). adc cannot know that beforehand, and a server that locks `auth` can hardly
 * remove it (docs/design/contract.md §7). The server also refuses the echo of an `auth` that another client has just
 * changed, so `again` looks at the product first.
 * @returns the product from the response, undefined if the response is incomplete.
 * @throws AdminError if the server refuses, if the write would lose a field, or if a fallback lost one; what `again`
 * throws.
 */
export async function updateProduct(
  session: Session,
  base: LiveProduct,
  fields: PartialFields,
  again: BeforeAgain = unmoved(session, base),
): Promise<LiveProduct | undefined> {
  const { path, query } = session.dialect.product(session.target.portal.id, base.id);
  const ask: Ask = { method: 'PUT', path, query, product: base.fields.name };
  const written = await put(session, ask, { base, fields, again });
  if (written === undefined) return undefined;
  const { reply, isReduced } = written;
  const answered = wholeProduct(session, reply, base, fields);
  if (!isReduced) return answered;
  const after = answered ?? (await readAfterWrite(session, base.id, base.fields.name));
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
function unmoved(session: Session, base: LiveProduct): BeforeAgain {
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
async function put(session: Session, ask: Ask, { base, fields, again }: Update) {
  const body = session.externalLabels.fitting(updateBody(session, base, fields));
  const unpublishes = base.fields.status === 'published' && fields.status === 'draft';
  const left = [...FALLBACKS];
  for (let current = body; ;) {
    try {
      const whole = { ...ask, body: current };
      const reply = await (unpublishes ? sendAndLook(session, whole, again) : sendWrite(session, whole));
      return reply && { reply, isReduced: current !== body };
    } catch (error) {
      if (!isAboutBody(error)) throw error;
      const { externalLabels } = session;
      const next = externalLabels.afterRefusal(error, current) ?? reduced(error, left, current, fields);
      if (next === undefined) throw error;
      if (await again(error)) return undefined;
      current = next;
    }
  }
}

/**
 * Sends a write that may end subscriptions. The client would retry it blindly if its response was lost. Here `again`
 * reads before each retry, twice, since a server that was too slow to respond may still apply the write
 * (docs/design/contract.md §7).
 * @returns undefined if a read shows that the write was applied.
 */
async function sendAndLook(session: Session, ask: Ask, again: BeforeAgain): Promise<Reply | undefined> {
  const { clock, retryTimeoutMs } = session;
  const end = clock.now() + retryTimeoutMs;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await sendWrite(session, { ...ask, once: true });
    } catch (error) {
      if (!isLost(error)) throw error;
      if (await again(error)) return undefined;
      const pause = Math.max(SETTLING_MS, error.retryAfterMs, backOff(attempts, clock.random()));
      const isOver = clock.now() + pause >= end;
      await clock.sleep(isOver ? SETTLING_MS : pause);
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
async function sendWrite(session: Session, ask: Ask): Promise<Reply> {
  const reply = await session.client.send(ask);
  if (reply.problem === undefined || reply.problem === EMPTY) return reply;
  throw session.client.invalidResponse(ask, reply.problem);
}

/** The body without the refused part; undefined if there is no such part. Removes the used fallback from `left`. */
function reduced(
  refusal: AdminError,
  left: Fallback[],
  body: JsonObject,
  fields: PartialFields,
): JsonObject | undefined {
  const at = left.findIndex(({ words }) => words.test(refusal.words ?? ''));
  const [chosen] = at < 0 ? [] : left.splice(at, 1);
  const next = chosen?.from(body, fields);
  return isDeepStrictEqual(next, body) ? undefined : next;
}

/** A response may have only an id or the changed fields; only one with all earlier keys is a product. */
function wholeProduct(
  session: Session,
  reply: Reply,
  base: LiveProduct,
  fields: PartialFields,
): LiveProduct | undefined {
  const raw = valueOf(reply);
  if (raw === undefined || raw.id !== base.id) return undefined;
  const expected = [...Object.keys(base.raw), ...Object.keys(fields)].filter((key) => base.raw[key] !== null);
  const whole = expected.every((key) => READ_ONLY_KEYS.has(key) || raw[key] !== undefined);
  const live = whole ? liveProduct(raw, session.client.redact) : undefined;
  return live?.unreadable.length === base.unreadable.length ? live : undefined;
}

/**
 * Fields and keys that changed unintentionally: declared fields in the compared form, and keys that only the server
 * knows.
 */
function lostFields(base: LiveProduct, after: LiveProduct, changed: PartialFields): readonly string[] {
  const fields = FIELD_NAMES.filter((name) => changed[name] === undefined);
  const moved = fields.filter(
    (name) => canonicalJson(base.fields[name]) !== canonicalJson(after.fields[name]),
  );
  const unknown = Object.keys(base.raw).filter((key) => !FIELD_KEYS.has(key) && !READ_ONLY_KEYS.has(key));
  const dropped = unknown.filter((key) => canonicalJson(base.raw[key]) !== canonicalJson(after.raw[key]));
  return [...moved, ...dropped];
}

/**
 * Any 2xx of the Admin API may mean success, whatever its body (docs/design/admin-api.md §15.28); a read confirms it.
 * @returns false if the product did not exist before. A 404 to a retry comes from our own deletion.
 * @throws AdminError if the product still exists; InvalidResponseError as sendWrite(); the errors of `again`.
 */
export async function deleteProduct(session: Session, id: string, options: DeleteOptions): Promise<boolean> {
  const { product, again } = options;
  const { path, query } = session.dialect.product(session.target.portal.id, id);
  const ask: Ask = { method: 'DELETE', path, query, product, accept: 404 };
  const reply = await (again ? sendAndLook(session, ask, again) : sendWrite(session, ask));
  if (reply === undefined) return true;
  const { status, attempts } = reply;
  if (status !== 404) {
    await checkGone(session, id, product);
    return true;
  }
  await confirmGone(session, id, product);
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

async function checkGone(session: Session, id: string, product: string | undefined): Promise<void> {
  const left = await readAfterWrite(session, id, product);
  if (left === undefined) return;
  const message = `product "${left.fields.name}": the server reported it as deleted, but it still exists`;
  throw new AdminError(session.client.redact(message));
}
