import { describe, expect, it } from 'vitest';
import { connectionFailure } from '../../src/admin/request-failures.ts';

const coded = (code: string, more: object = {}): Error => Object.assign(new Error('no'), { code }, more);

describe('connectionFailure', () => {
  it.each([
    ['ECONNRESET', 'always'],
    ['UND_ERR_SOCKET', 'always'],
    ['EAI_AGAIN', 'always'],
    ['ECONNREFUSED', 'if-reached'],
    ['ENOTFOUND', 'if-reached'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'never'],
    ['CERT_HAS_EXPIRED', 'never'],
    ['HPE_INVALID_CONSTANT', 'never'],
    ['UND_ERR_INVALID_ARG', 'never'],
  ])('retries after %s: %s', (code, retry) => {
    expect(connectionFailure(coded(code))).toMatchObject({ retry });
  });

  it('reports nested causes, and the failure of each address', () => {
    const inner = coded('ECONNREFUSED');
    expect(connectionFailure(new Error('fetch failed', { cause: inner })).retry).toBe('if-reached');
    expect(connectionFailure(new AggregateError([inner], 'all failed')).retry).toBe('if-reached');
  });

  it.each(['toString', '__proto__', 'constructor'])('is not misled by a code called %s', (code) => {
    expect(connectionFailure(coded(code))).toMatchObject({ words: 'no', retry: 'never' });
  });

  it('does not follow causes endlessly', () => {
    const error: Error & { cause?: unknown } = coded('X');
    error.cause = error;
    expect(connectionFailure(error).retry).toBe('never');
    expect(connectionFailure('thrown text')).toMatchObject({ words: 'thrown text' });
  });
});
