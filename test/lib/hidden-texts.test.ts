import { assert, dictionary, jsonValue, property, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HiddenTexts, hiddenIn, hiding } from '../../src/lib/hidden-texts.ts';

const TOKEN = "a7ee-it's/a+Token==";

test.each([
  [`is ${TOKEN}.`, 'is ***.'],
  [`is '${TOKEN.replace("'", "''")}'`, "is '***'"],
  [encodeURIComponent(TOKEN), '***'],
  [encodeURIComponent(TOKEN).replaceAll(/%../g, (escape) => escape.toLowerCase()), '***'],
  [`${TOKEN.slice(0, -1)}…`, '***…'],
  [`${TOKEN.slice(0, 4)}… and ${TOKEN.slice(0, 3)}…`, `***… and ${TOKEN.slice(0, 3)}…`],
  [TOKEN.slice(0, -1), TOKEN.slice(0, -1)],
])('%j is shown as %j', (text, said) => expect(hiding([TOKEN])(text)).toBe(said));

describe('plain data', () => {
  const hidden = new HiddenTexts();
  hidden.add(TOKEN);

  test('has no token, not even in keys, and stays valid JSON of the same shape', () => {
    const data = tuple(jsonValue(), dictionary(string(), jsonValue()), string());
    assert(
      property(data, ([value, map, text]) => {
        const with_ = { value, map, [`${text}${TOKEN}`]: [{ deep: `${TOKEN}${text}` }] };
        const json = JSON.stringify(hiddenIn(with_, hidden.hide));
        expect(json).not.toContain(TOKEN);
        expect(Object.keys(JSON.parse(json) as object)).toHaveLength(3);
      }),
    );
  });

  test('is the same value if there is nothing to redact', () => {
    assert(
      property(jsonValue(), (value) => {
        expect(hiddenIn(value, hidden.hide)).toBe(value);
      }),
    );
  });

  test('keeps the keys of the report, for any token', () => {
    const hide = hiding(['products', 'exitCode']);
    expect(hiddenIn({ exitCode: 0 }, hide)).toEqual({ exitCode: 0 });
    expect(hiddenIn({ products: 'my products', 'my products': 1 }, hide)).toEqual({
      products: 'my ***',
      'my ***': 1,
    });
  });

  test('keeps shared objects shared', () => {
    const step = { product: TOKEN };
    const { plan, outcomes } = hiddenIn({ plan: [step], outcomes: [{ step }] }, hidden.hide);
    expect(plan[0]).toEqual({ product: '***' });
    expect(outcomes[0]?.step).toBe(plan[0]);
  });

  test('may hold own keys like __proto__', () => {
    const value = JSON.parse(`{ "__proto__": "${TOKEN}" }`) as object;
    expect(JSON.stringify(hiddenIn(value, hidden.hide))).toBe('{"__proto__":"***"}');
  });
});

test('does not redact a short password, and neither it nor a short token garbles texts', () => {
  const hidden = new HiddenTexts();
  for (const token of ['admin:admin', 'a', '']) hidden.add(token);
  expect(hidden.hide('an admin is admin:admin')).toBe('an admin is ***');
  expect(hidden.holds('admin')).toBe(false);
});
