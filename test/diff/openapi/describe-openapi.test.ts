import { describe, expect, it } from 'vitest';
import { describeOpenapi } from '../../../src/diff/openapi/openapi-changes.ts';
import { apiDocument, operation } from './api-document.ts';

describe('describeOpenapi', () => {
  it('reports title, version, operations and size', () => {
    const paths = {
      '/a': { get: operation(), put: operation(), parameters: [] },
      '/b': { get: operation() },
    };
    const text = JSON.stringify(apiDocument({ paths }));
    expect(describeOpenapi(text)).toBe(`Billing 1.0.0, 3 operations, ${text.length} bytes`);
  });

  it('works without the missing parts', () => {
    expect(describeOpenapi('paths: { /a: { get: {} } }')).toBe('untitled, 1 operation, 26 bytes');
  });

  it('reports text that is not a document', () => {
    expect(describeOpenapi('a: [')).toBe('not an OpenAPI document, 4 bytes');
  });

  it('escapes control characters in a title, and shortens it', () => {
    const described = describeOpenapi(JSON.stringify({ info: { title: `\u001B[2J\n${'x'.repeat(1e6)}` } }));
    expect(described).toMatch(/^\\x1b\[2J\\x0ax+…, 0 operations/);
    expect(described.length).toBeLessThan(200);
  });
});
