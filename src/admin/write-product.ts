import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { DeclaredFields } from '../model/desired.ts';
import { AdminError } from '../model/errors.ts';
import { FIELD_NAMES } from '../model/field-table.ts';
import type { LiveProduct } from '../model/live.ts';
import type { JsonObject } from '../model/product.ts';
import { READ_ONLY_KEYS } from '../model/read-only-keys.ts';
import { afterWrite } from './answer-errors.ts';
import type { Ask, Reply } from './ask.ts';
import { confirmGone } from './confirm-gone.ts';
import { liveProduct } from './from-wire.ts';
import { EMPTY } from './read-json.ts';
import { readProduct, valueOf } from './read-product.ts';
import { isAboutBody } from './refusal.ts';
import type { Session } from './session.ts';
import { knownOnly, updateBody } from './write-body.ts';

/** A part of the echo that a server may refuse, and that the write is then tried without, once (contract §7). */
interface Retreat {
  readonly words: RegExp;
  readonly from: (body: JsonObject, fields: DeclaredFields) => JsonObject;
}

const RETREATS: readonly Retreat[] = [
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
 * A PUT of the whole product with `fields` laid over it. If the server refuses the echo of an unchanged `auth`, or of keys
 * that it does not know, the write is tried once more without that, and then the product is checked to have kept it. The facts
 * would have this only where PUT is known to merge (admin-api §15.6); nobody can know that beforehand, and a server that locks
 * `auth` can hardly take it away (contract §7).
 * @returns the product as the answer holds it, undefined if the answer does not hold all of it.
 * @throws AdminError if the server refuses, if the write would lose a field, or if a retreat lost one.
 */
export async function updateProduct(
  session: Session,
  base: LiveProduct,
  fields: DeclaredFields,
): Promise<LiveProduct | undefined> {
  const { path, query } = session.dialect.product(session.target.portal.id, base.id);
  const ask: Ask = { method: 'PUT', path, query, product: base.fields.name };
  const body = session.externalLabels.fitting(updateBody(session, base, fields));
  const { reply, retreated } = await put(session, ask, body, fields);
  const answered = wholeProduct(session, reply, base, fields);
  if (!retreated) return answered;
  const after = answered ?? (await readBack(session, base));
  const lost = after === undefined ? ['the product'] : lostFields(base, after, fields);
  if (lost.length === 0) return after;
  throw new AdminError(
    session.client.redact(
      `product "${base.fields.name}": the server refused its own ${lost.join(', ')}, and lost it when it was left out`,
    ),
    { hint: 'Check the product on the portal before anything else.' },
  );
}

async function readBack(session: Session, { id, fields }: LiveProduct): Promise<LiveProduct | undefined> {
  return readProduct(session, id, { product: fields.name }).catch((error: unknown) => {
    throw afterWrite(error);
  });
}

interface Written {
  readonly reply: Reply;
  readonly retreated: boolean;
}

async function put(session: Session, ask: Ask, body: JsonObject, fields: DeclaredFields): Promise<Written> {
  const left = [...RETREATS];
  for (let current = body; ;) {
    try {
      const reply = await sendWrite(session, { ...ask, body: current });
      return { reply, retreated: current !== body };
    } catch (error) {
      const next =
        session.externalLabels.afterRefusal(error, current) ?? retreat(error, left, current, fields);
      if (next === undefined) throw error;
      current = next;
    }
  }
}

/**
 * A write may be answered with anything that the Admin API could say, also with nothing. What cannot come from it leaves open
 * whether the write was carried out (contract §7).
 * @throws NonsenseError for a page, half of an answer and the like.
 */
async function sendWrite(session: Session, ask: Ask): Promise<Reply> {
  const reply = await session.client.send(ask);
  if (reply.problem === undefined || reply.problem === EMPTY) return reply;
  throw session.client.nonsense(ask, reply.problem);
}

/** The body without what the server's words are about; undefined if that leaves nothing out. Takes the retreat from those left. */
function retreat(
  error: unknown,
  left: Retreat[],
  body: JsonObject,
  fields: DeclaredFields,
): JsonObject | undefined {
  if (!isAboutBody(error)) return undefined;
  const at = left.findIndex(({ words }) => words.test(error.words ?? ''));
  const [chosen] = at < 0 ? [] : left.splice(at, 1);
  const next = chosen?.from(body, fields);
  return isDeepStrictEqual(next, body) ? undefined : next;
}

/** Answers may hold an id or the changed fields alone; only one with all keys that were there before is a product. */
function wholeProduct(
  session: Session,
  reply: Reply,
  base: LiveProduct,
  fields: DeclaredFields,
): LiveProduct | undefined {
  const raw = valueOf(reply);
  if (raw === undefined || raw.id !== base.id) return undefined;
  const expected = [...Object.keys(base.raw), ...Object.keys(fields)].filter((key) => base.raw[key] !== null);
  const whole = expected.every((key) => READ_ONLY_KEYS.has(key) || raw[key] !== undefined);
  const live = whole ? liveProduct(raw, session.client.redact) : undefined;
  return live?.unreadable.length === base.unreadable.length ? live : undefined;
}

/** What was not to change and did: declared fields in the compared form, and keys that only the server knows. */
function lostFields(base: LiveProduct, after: LiveProduct, changed: DeclaredFields): readonly string[] {
  const fields = FIELD_NAMES.filter((name) => changed[name] === undefined);
  const moved = fields.filter(
    (name) => canonicalJson(base.fields[name]) !== canonicalJson(after.fields[name]),
  );
  const isOurs = (key: string): boolean =>
    (FIELD_NAMES as readonly string[]).includes(key) || key === 'server_url';
  const unknown = Object.keys(base.raw).filter((key) => !isOurs(key) && !READ_ONLY_KEYS.has(key));
  const dropped = unknown.filter((key) => canonicalJson(base.raw[key]) !== canonicalJson(after.raw[key]));
  return [...moved, ...dropped];
}

/**
 * Any 2xx of the Admin API may mean that it is done, whatever its body (admin-api §15.28); a look shows it.
 * @returns false if the product was gone before. A 404 to a repeated request is the echo of our own deletion.
 * @throws AdminError if the product is there all the same; NonsenseError as sendWrite() does.
 */
export async function deleteProduct(session: Session, id: string, product?: string): Promise<boolean> {
  const { path, query } = session.dialect.product(session.target.portal.id, id);
  const ask: Ask = { method: 'DELETE', path, query, product, accept: 404 };
  const { status, attempts } = await sendWrite(session, ask);
  if (status !== 404) {
    await checkGone(session, id, product);
    return true;
  }
  await confirmGone(session, id, product);
  return attempts > 1;
}

async function checkGone(session: Session, id: string, product: string | undefined): Promise<void> {
  const left = await readProduct(session, id, { product }).catch((error: unknown) => {
    throw afterWrite(error);
  });
  if (left === undefined) return;
  const message = `product "${left.fields.name}": the server says that it was deleted, and it is there still`;
  throw new AdminError(session.client.redact(message));
}
