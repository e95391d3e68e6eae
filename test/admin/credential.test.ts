import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/admin/session.ts';
import { Secret } from '../../src/lib/redaction.ts';

describe('redactor', () => {
  it('redacts the token in every text and encoding', () => {
    const token = string({ minLength: 8 }).filter((text) => !'*'.repeat(8).includes(text));
    assert(
      property(token, string(), string(), (secret, before, after) => {
        const redact = redactor(new Secret(secret), []);
        const json = JSON.stringify(secret).slice(1, -1);
        const html = secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
        const spellings = [
          secret,
          encodeURIComponent(secret),
          Buffer.from(secret).toString('base64'),
          json,
          JSON.stringify(json).slice(1, -1),
          html.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
        ];
        for (const spelled of spellings) {
          expect(redact(`${before} ${spelled} ${after}`)).not.toContain(spelled);
        }
      }),
    );
  });

  it('redacts the password of a user:password pair', () => {
    const proxies = ['http://user:s%40fe@proxy:3128', 'user:pr0xy@proxy:3128'];
    const redact = redactor(new Secret('admin:hunter2'), proxies);
    expect(redact('hunter2 admin:hunter2 s%40fe s@fe pr0xy')).toBe('*** *** *** *** ***');
  });

  it('keeps all other text, and makes control characters visible', () => {
    const redact = redactor(new Secret('a7ee-token'), ['', 'http://proxy:3128', 'http://u:%zz@proxy']);
    expect(redact('no such product\u001b[2J')).toBe(String.raw`no such product\x1b[2J`);
  });
});
