import type { ErrorObject } from 'ajv';
import { nearest } from '../lib/nearest.ts';
import { pointerPath } from '../json/pointer.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { SourceDocument } from '../model/document.ts';
import { explainKey } from './explain-key.ts';
import { explainType } from './explain-type.ts';
import { nameOf, quoted } from './name-of.ts';
import type { Explanation, ShapeError } from './shape-error.ts';

/** An error of the schema as a diagnostic at its exact place. */
export function explainError(document: SourceDocument, error: ErrorObject): Diagnostic {
  const path = pointerPath(error.instancePath);
  const filled = document.filled.has(error.instancePath);
  const explain = EXPLANATIONS[error.keyword] ?? otherwise;
  const { code, message, hint, key, related } = explain({
    document,
    error,
    path,
    name: nameOf(document, path),
    filled,
  });
  const keyPlace = (one: string) => document.locate([...path, one], 'key');
  return diagnostic(code, {
    message,
    hint,
    location: key === undefined ? document.locate(path) : keyPlace(key),
    ...(related && { related: [{ message: related.message, location: keyPlace(related.key) }] }),
  });
}

const EXPLANATIONS: Readonly<Record<string, (shape: ShapeError) => Explanation>> = {
  additionalProperties: explainKey,

  required: missingKey,
  oneOf: oneOfKeys,
  type: explainType,
  enum: unknownValue,
  minLength: wrongLength,
  maxLength: wrongLength,
  pattern: badFormat,
  minProperties: emptyAuth,
  minItems: emptyList,
};

function otherwise({ error, name }: ShapeError): Explanation {
  return {
    code: 'bad-format',
    message: `${name} ${error.message ?? 'is wrong'}`,
    hint: 'Correct the value.',
  };
}

function missingKey({ error, name }: ShapeError): Explanation {
  const key = String(error.params['missingProperty']);
  const hint = key === 'type' && name.startsWith('the product') ? 'type: gateway, or type: external' : key;
  return { code: 'missing-key', message: `${name} is missing ${quoted(key)}`, hint: `Add ${hint}.` };
}

/** `oneOf: [{ required: [a] }, { required: [b] }]`: a name or an id, never both, never none. */
function oneOfKeys({ error, name }: ShapeError): Explanation {
  const choices = [error.schema as readonly { readonly required: readonly string[] }[]].flat();
  const keys = choices.flatMap(({ required }) => required);
  const [first, second] = keys.filter((key) => Object.hasOwn(error.data as object, key));
  const either = keys.map(quoted).join(' or ');
  if (first === undefined || second === undefined) {
    return { code: 'missing-key', message: `${name} is missing ${either}`, hint: `Add one of them.` };
  }
  return {
    code: 'conflicting-keys',
    message: `${name} has both ${quoted(first)} and ${quoted(second)}`,
    hint: `Remove one of them.`,
    key: second,
    related: { message: 'the other one', key: first },
  };
}

function unknownValue({ error, name, filled }: ShapeError): Explanation {
  const words = [error.schema as readonly unknown[]].flat().filter((word) => typeof word === 'string');
  const given = filled ? 'the value of its variable' : inWords(error.data);
  const near = typeof error.data === 'string' ? nearest(error.data, words) : undefined;
  return {
    code: 'unknown-value',
    message: `${name} must be ${oneOf(words)}, not ${given}`,
    hint: near === undefined || filled ? `Use one of these values.` : `Did you mean ${quoted(near)}?`,
  };
}

function inWords(data: unknown): string {
  if (typeof data !== 'object' || data === null) return JSON.stringify(data);
  return Array.isArray(data) ? 'a list' : 'a mapping';
}

/** `a, b or c` */
function oneOf(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' or ');
}

function wrongLength({ error, name }: ShapeError): Explanation {
  const limit = Number(error.params['limit']);
  const code = 'wrong-length';
  if (error.keyword === 'minLength') {
    const hint = name === '"name"' ? 'Add a value.' : 'Add a value, or remove the key.';
    return { code, message: `${name} is empty`, hint };
  }
  const length = Array.from(String(error.data)).length;
  return { code, message: `${name} has ${length} characters; the limit is ${limit}`, hint: 'Shorten it.' };
}

function badFormat({ name, path }: ShapeError): Explanation {
  if (path.at(-2) === 'labels') {
    const hint = 'Write the value on one line.';
    return { code: 'bad-label-value', message: `${name} has several lines`, hint };
  }
  if (path.at(-2) === 'linked_hosts') {
    const hint = 'Use a host name without scheme, port and path. A leading * is allowed.';
    return { code: 'not-a-host', message: `${name} is not a valid host name`, hint };
  }
  if (path.at(-1) === 'until') {
    return { code: 'bad-format', message: `${name} is not a valid date`, hint: 'Use the form 2026-12-07.' };
  }
  if (path.at(-1) === 'owner' || path.at(-1) === 'take_over_from') {
    const hint = 'Use lowercase letters, digits and, between them, dots, dashes and underscores.';
    return { code: 'bad-format', message: `${name} is not a valid owner`, hint };
  }
  const hint = 'An id has only letters, digits, dots, dashes and underscores.';
  return { code: 'bad-format', message: `${name} is not a valid id`, hint };
}

function emptyList({ name }: ShapeError): Explanation {
  return { code: 'wrong-length', message: `${name} is empty`, hint: 'Add an item, or remove the key.' };
}

function emptyAuth(): Explanation {
  return {
    code: 'empty-auth',
    message: '"auth" has no authentication method',
    hint: 'Add key_auth, basic_auth or dcr, or remove "auth" to keep the live setting.',
  };
}
