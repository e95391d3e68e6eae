import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownerName } from '../../src/init/init.ts';
import { runs } from '../support/runs.ts';

describe('the owner of a new repository', () => {
  test.each([
    ['git@github.com:acme/payments-apis.git', 'acme.payments-apis'],
    ['https://github.com/acme/payments-apis', 'acme.payments-apis'],
    ['https://user:pw@git.example.com:8443/acme/payments-apis.git/', 'acme.payments-apis'],
    ['ssh://git@git.example.com:22/Acme/Payments APIs.git\n', 'acme.payments-apis'],
    ['git@host:~acme/apis.git', 'acme.apis'],
    ['https://gitlab.example.com/acme/team/sub/apis.git', 'acme.team.sub.apis'],
    ['../bare/apis.git', 'bare.apis'],
    ['/srv/git/apis.git', 'srv.git.apis'],
  ])('of the remote %s', (remote, owner) => {
    expect(ownerName(remote, 'folder', 'a7ee')).toBe(owner);
  });

  test.each([
    [undefined, 'My APIs', 'my-apis-a7ee'],
    ['', 'apis', 'apis-a7ee'],
    ['https://example.com/', 'apis', 'apis-a7ee'],
    [undefined, '日本', 'products-a7ee'],
    [undefined, '/', 'products-a7ee'],
  ])('of the remote %s in the folder %s has the digits', (remote, folder, owner) => {
    expect(ownerName(remote, folder, 'a7ee')).toBe(owner);
  });

  test('can be declared, for any remote and folder', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 90 }),
      fc
        .array(fc.constantFrom('a', '/', '.', '-', ':', 'B', '@', 'git'), { maxLength: 90 })
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(fc.option(text, { nil: undefined }), text, (remote, folder) => {
        expect(ownerName(remote, folder, 'a7ee')).toMatch(/^[a-z0-9]([a-z0-9._-]{0,58}[a-z0-9])?$/);
      }),
      runs(1_000),
    );
  });
});
