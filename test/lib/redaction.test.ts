import { assert, dictionary, jsonValue, property, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Redactor, redactedData, redaction } from '../../src/lib/redaction.ts';

const TOKEN = "a7ee-it's/a+Token==";

test.each([
  [`is ${TOKEN}.`, 'is ***.'],
  [`is '${TOKEN.replace("'", "''")}'`, "is '***'"],
  [encodeURIComponent(TOKEN), '***'],
  [encodeURIComponent(TOKEN).replaceAll(/%../g, (escape) => escape.toLowerCase()), '***'],
  [`${TOKEN.slice(0, -1)}…`, '***…'],
  [`${TOKEN.slice(0, 4)}… and ${TOKEN.slice(0, 3)}…`, `***… and ${TOKEN.slice(0, 3)}…`],
  [TOKEN.slice(0, -1), TOKEN.slice(0, -1)],
])('%j is shown as %j', (text, said) => expect(redaction([TOKEN])(text)).toBe(said));

describe('plain data', () => {
  const redactor = new Redactor();
  redactor.add(TOKEN);

  test('has no token, not even in keys, and stays valid JSON of the same shape', () => {
    const data = tuple(jsonValue(), dictionary(string(), jsonValue()), string());
    assert(
      property(data, ([value, map, text]) => {
        const with_ = { value, map, [`${text}${TOKEN}`]: [{ deep: `${TOKEN}${text}` }] };
        const json = JSON.stringify(redactedData(with_, redactor.redact));
        expect(json).not.toContain(TOKEN);
        expect(Object.keys(JSON.parse(json) as object)).toHaveLength(3);
      }),
    );
  });

  test('is the same value if there is nothing to redact', () => {
    assert(
      property(jsonValue(), (value) => {
        expect(redactedData(value, redactor.redact)).toBe(value);
      }),
    );
  });

  test('keeps the keys of the report, for any token', () => {
    const redact = redaction(['products', 'exitCode']);
    expect(redactedData({ exitCode: 0 }, redact)).toEqual({ exitCode: 0 });
    expect(redactedData({ products: 'my products', 'my products': 1 }, redact)).toEqual({
      products: 'my ***',
      'my ***': 1,
    });
  });

  test('keeps shared objects shared', () => {
    const step = { product: TOKEN };
    const { plan, outcomes } = redactedData({ plan: [step], outcomes: [{ step }] }, redactor.redact);
    expect(plan[0]).toEqual({ product: '***' });
    expect(outcomes[0]?.step).toBe(plan[0]);
  });

  test('may hold own keys like __proto__', () => {
    const value = JSON.parse(`{ "__proto__": "${TOKEN}" }`) as object;
    expect(JSON.stringify(redactedData(value, redactor.redact))).toBe('{"__proto__":"***"}');
  });
});

test('does not redact a short password, and neither it nor a short token garbles texts', () => {
  const redactor = new Redactor();
  for (const token of ['admin:admin', 'a', '']) redactor.add(token);
  expect(redactor.redact('an admin is admin:admin')).toBe('an admin is ***');
  expect(redactor.hasSecret('admin')).toBe(false);
});
