/** Replaces the secrets in a text. */
export type Redact = (text: string) => string;

/** Minimum length of a token: a shorter one could be part of any text (docs/design/contract.md §16). */
export const MIN_TOKEN_LENGTH = 8;

const REDACTED = '***';

/** Returns a function that replaces the secrets in every encoding: plain, percent, JSON, YAML, HTML and base64. */
export function redaction(secrets: readonly string[], replacement = REDACTED): Redact {
  const encodings = new Set(secrets.flatMap(encodingsOf).filter((text) => text !== ''));
  // Longest first: an encoding may contain another one.
  const ordered = [...encodings].toSorted((a, b) => b.length - a.length);
  const shortest = ordered.at(-1)?.length ?? 0;
  return (text) => {
    if (text.length < shortest && !text.includes(CUT)) return text;
    const replaced = ordered.reduce((rest, secret) => rest.replaceAll(secret, replacement), text);
    return replaced.includes(CUT)
      ? ordered.reduce((rest, one) => withoutPrefix(rest, one, replacement), replaced)
      : replaced;
  };
}

/** The end of a shortened text, before which may be the beginning of a secret. */
const CUT = '…';
const MIN_PREFIX = 4;

function withoutPrefix(text: string, secret: string, replacement: string): string {
  let rest = text;
  for (let length = secret.length - 1; length >= MIN_PREFIX; length--)
    rest = rest.replaceAll(`${secret.slice(0, length)}${CUT}`, `${replacement}${CUT}`);
  return rest;
}

/** The secrets in a token: the token, and for `user:password` also the password. */
export function secretsOf(token: string): readonly string[] {
  const colon = token.indexOf(':');
  return colon < 0 ? [token] : [token, token.slice(colon + 1)];
}

/** The form of the keys that adc writes: redacting such a key would only break the document. */
const OWN_KEY = /^(?:[a-z_]+|[a-z]+(?:[A-Z][a-z]+)+)$/;

/** Plain data with redacted texts and keys. Shared objects stay shared, and unchanged data is not copied. */
export function redactedData<Value>(value: Value, redact: Redact): Value {
  const copies = new Map<object, unknown>();
  const keyOf = (key: string): string => (OWN_KEY.test(key) ? key : redact(key));
  const copied = (one: unknown): unknown => {
    if (typeof one === 'string') return redact(one);
    if (typeof one !== 'object' || one === null) return one;
    const copy = copies.get(one) ?? (Array.isArray(one) ? listOf(one) : isPlain(one) ? objectOf(one) : one);
    if (copy !== one) copies.set(one, copy);
    return copy;
  };
  const listOf = (list: readonly unknown[]): unknown => {
    return list.every((item) => copied(item) === item) ? list : list.map(copied);
  };
  const objectOf = (object: object): unknown => {
    const parts = object as Readonly<Record<string, unknown>>;
    const keys = Object.keys(parts);
    if (keys.every((key) => keyOf(key) === key && copied(parts[key]) === parts[key])) return object;
    return Object.fromEntries(keys.map((key) => [keyOf(key), copied(parts[key])]));
  };
  return copied(value) as Value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The tokens in use, and their redaction. */
export class Redactor {
  readonly #secrets = new Set<string>();
  #redact: Redact = (text) => text;

  add(token: string): void {
    // A short password could be part of any text. adc refuses a short token before it sends it.
    for (const secret of secretsOf(token)) if (secret.length >= MIN_TOKEN_LENGTH) this.#secrets.add(secret);
    this.#redact = redaction([...this.#secrets]);
  }

  readonly redact: Redact = (text) => this.#redact(text);

  hasSecret(text: string): boolean {
    return this.#redact(text) !== text;
  }

  /** For files: the replacement is a plain YAML scalar. */
  forFiles(): Redact {
    return redaction([...this.#secrets], 'REDACTED');
  }
}

function encodingsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64');
  // From bytes, since a lone surrogate cannot be percent-encoded.
  const encoded = encodeURIComponent(Buffer.from(secret).toString());
  const quoted = quotedInJson(secret);
  const inYaml = secret.replaceAll("'", "''");
  const lower = encoded.replaceAll(/%../g, (escape) => escape.toLowerCase());
  const plain = [
    secret,
    encoded,
    lower,
    quoted,
    quotedInJson(quoted),
    inYaml,
    base64,
    base64.replace(/=+$/, ''),
  ];
  return plain.flatMap((spelling) => [spelling, ...inHtml(spelling)]);
}

function quotedInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The forms of a text in HTML: with numeric or named character references. */
function inHtml(text: string): readonly string[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return ['&#34;', '&quot;'].flatMap((quote) =>
    ['&#39;', '&#x27;', '&apos;'].map((one) => escaped.replaceAll('"', quote).replaceAll("'", one)),
  );
}

/** A text that is printed as `***` (docs/design/contract.md §9); only reveal() returns it. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
