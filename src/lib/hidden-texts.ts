export type Hide = (text: string) => string;

/** A shorter token can not be redacted without garbling texts, so it is never sent (contract-2 §7). */
export const LEAST_TOKEN = 8;

const REDACTED = '***';

/** Replaces every spelling of the secrets: plain, percent-encoded, as JSON, YAML or HTML quote it, as base64. */
export function hiding(secrets: readonly string[], replacement = REDACTED): Hide {
  const spellings = new Set(secrets.flatMap(spellingsOf).filter((text) => text !== ''));
  // Longest first: a spelling that holds another one is taken out whole.
  const ordered = [...spellings].toSorted((a, b) => b.length - a.length);
  return (text) => ordered.reduce((rest, secret) => rest.replaceAll(secret, replacement), text);
}

/** For basic, the password is as secret as the pair. */
export function secretsOf(token: string): readonly string[] {
  const colon = token.indexOf(':');
  return colon < 0 ? [token] : [token, token.slice(colon + 1)];
}

/** A key that adc itself writes into a document: replacing one would break the document, not protect a secret. */
const OWN_KEY = /^[a-z_]+$/;

/** A copy of plain data with each text in it hidden, keys included; the value itself where nothing is to hide. */
export function hiddenIn<Value>(value: Value, hide: Hide): Value {
  return hidden(value, hide) as Value;
}

function hidden(value: unknown, hide: Hide): unknown {
  if (typeof value === 'string') return hide(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => hidden(item, hide));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isPlain(value)) return value;
  const before = Object.entries(value);
  const after = before.map(
    ([key, part]) => [OWN_KEY.test(key) ? key : hide(key), hidden(part, hide)] as const,
  );
  const isSame = after.every(([key, part], index) => key === before[index]?.[0] && part === before[index][1]);
  return isSame ? value : Object.fromEntries(after);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The tokens in use: whatever is said after one was added does not hold it. */
export class HiddenTexts {
  readonly #secrets = new Set<string>();
  #hide: Hide = (text) => text;

  add(token: string): void {
    // A short password can not be told from a word, and a short token is refused before it is sent.
    for (const secret of secretsOf(token)) if (secret.length >= LEAST_TOKEN) this.#secrets.add(secret);
    this.#hide = hiding([...this.#secrets]);
  }

  readonly hide: Hide = (text) => this.#hide(text);

  holds(text: string): boolean {
    return this.#hide(text) !== text;
  }

  /** For files that others read: text that is valid in YAML wherever a plain word is. */
  forFiles(): Hide {
    return hiding([...this.#secrets], 'REDACTED');
  }
}

function spellingsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64');
  // Through bytes, since half a surrogate pair can't be percent-encoded.
  const encoded = encodeURIComponent(Buffer.from(secret).toString());
  const quoted = quotedInJson(secret);
  const inYaml = secret.replaceAll("'", "''");
  const plain = [secret, encoded, quoted, quotedInJson(quoted), inYaml, base64, base64.replace(/=+$/, '')];
  return plain.flatMap((spelling) => [spelling, ...inHtml(spelling)]);
}

function quotedInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** As pages of errors write what was sent to them: numbers or names for what means something in HTML. */
function inHtml(text: string): readonly string[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return ['&#34;', '&quot;'].flatMap((quote) =>
    ['&#39;', '&#x27;', '&apos;'].map((one) => escaped.replaceAll('"', quote).replaceAll("'", one)),
  );
}
