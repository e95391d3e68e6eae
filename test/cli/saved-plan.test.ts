import { writeFileSync } from 'node:fs';
import { readdir, readFile, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { PAYMENTS, product, productFile } from '../support/product-files.ts';

const FILES = { 'api-products.yaml': PAYMENTS };
const changedAuth = PAYMENTS.replace('key_auth: {}', 'key_auth: { header: x-key }');

/** A published product with one subscription, and a saved plan that changes its auth. */
async function withPlan(use: (place: Workplace) => Promise<void>): Promise<void> {
  await atWorkplace({ files: FILES }, async (place) => {
    await place.adc('sync');
    place.emulator.store.subscribeActively('shop', 'Payments API');
    await place.write({ 'api-products.yaml': changedAuth });
    expect((await place.adc('diff -o plan.json')).exitCode).toBe(0);
    place.emulator.journal.clear();
    await use(place);
  });
}

const APPLY = 'sync --plan plan.json --max-subscription-loss 1';

async function expectRefused(place: Workplace, line: string, words: RegExp): Promise<void> {
  const { exitCode, err } = await place.adc(line);
  expect({ exitCode, err }).toEqual({ exitCode: 5, err: expect.stringMatching(words) });
  expect(place.emulator.journal.writes()).toEqual([]);
}

describe('a saved plan', () => {
  test('is applied as saved, and refused a second time', async () => {
    await withPlan(async (place) => {
      // Only the owner and the consent of the files count.
      await place.write({ 'api-products.yaml': 'portal: elsewhere\napi_products: []\n' });
      expect((await place.adc(APPLY)).exitCode).toBe(0);
      expect(place.emulator.journal.writes().map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT']);
      place.emulator.journal.clear();
      await expectRefused(place, APPLY, /"Payments API" .* was changed.*applied already/);
    });
  });

  test('of creations is refused a second time, so that it creates no duplicates', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.adc('diff -o plan.json');
      expect((await place.adc('sync --plan plan.json')).exitCode).toBe(0);
      place.emulator.journal.clear();
      await expectRefused(place, 'sync --plan plan.json', /"Payments API" exists now/);
    });
  });

  test('contains no consent: without the flag, the safety rule refuses it', async () => {
    await withPlan(async (place) => {
      expect((await place.adc('sync --plan plan.json')).exitCode).toBe(4);
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });

  test('is refused if a product changed meanwhile', async () => {
    await withPlan(async (place) => {
      place.emulator.store.alterProduct('Payments API', { desc: 'changed in the dashboard' });
      await expectRefused(place, APPLY, /"Payments API" \S+ was changed\n/);
    });
  });

  test('is refused if the number of subscriptions changed', async () => {
    await withPlan(async (place) => {
      place.emulator.store.subscribe('mobile', 'Payments API');
      await expectRefused(place, `${APPLY}0`, /had 1 active and 0 pending .* has 1 active and 1 pending/);
    });
  });

  test('is refused if a product was deleted', async () => {
    await withPlan(async (place) => {
      place.emulator.store.removeProduct('Payments API');
      await expectRefused(place, APPLY, /"Payments API" .* was deleted/);
    });
  });

  test('is refused if another product now has a service', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.adc('diff -o plan.json');
      const links = [place.emulator.store.linkTo('payments')];
      const fields = {
        name: 'Other',
        type: 'gateway',
        auth: { key_auth: {} },
        linked_gateway_services: links,
      };
      place.emulator.store.addProduct('default', fields);
      place.emulator.journal.clear();
      await expectRefused(place, 'sync --plan plan.json', /belongs to "Other" now/);
    });
  });

  test('is refused for another portal, server, dialect and other options', async () => {
    await withPlan(async (place) => {
      await expectRefused(place, `${APPLY} --portal default-partners`, /made for the portal "default"/);
      await expectRefused(place, `${APPLY} --dialect path`, /made in the query dialect/);
      await expectRefused(place, `${APPLY} --server http://127.0.0.1:1`, /made for http/);
      await expectRefused(place, `${APPLY} --label-selector team=a`, /--label-selector/);
      await expectRefused(place, `${APPLY} --no-delete`, /--no-delete/);
    });
  });

  test('is refused if it was altered, or if another version saved it', async () => {
    await withPlan(async (place) => {
      const text = await readFile(join(place.folder, 'plan.json'), 'utf8');
      await place.write({ 'plan.json': text.replace('x-key', 'x-other') });
      await expectRefused(place, APPLY, /edited/);
      await place.write({ 'plan.json': text.replace('"format_version": 1', '"format_version": 2') });
      await expectRefused(place, APPLY, /format version is 2/);
    });
  });

  test.each([
    ['nope.json', 'file not found'],
    ['.', 'it is a directory'],
  ])('%s instead: %s, with a hint how to save a plan', async (path, why) => {
    await atWorkplace({ files: FILES }, async (place) => {
      expect(await place.adc(`sync --plan ${path}`)).toMatchObject({
        exitCode: 1,
        err: `error: cannot read the plan ${join(place.folder, path)}: ${why}\nhint: Save a plan with adc diff -o.\n`,
      });
    });
  });

  test('a file that is not a plan is wrong usage', async () => {
    await atWorkplace({ files: { ...FILES, 'plan.json': '{}' } }, async ({ adc }) => {
      expect(await adc('sync --plan plan.json')).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/not a plan/),
      });
      expect(await adc('sync --plan no.json')).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/no\.json/),
      });
      expect(await adc('sync --plan plan.json -f x.yaml')).toMatchObject({ exitCode: 1 });
    });
  });

  test('prints the command to apply it, with the consent that the plan does not have', async () => {
    await withPlan(async (place) => {
      const refused = await place.adc('diff -o plan.json');
      expect(refused.out).toMatch(/allow what sync refuses, then run `adc sync --plan plan\.json`\.\n$/);
      const allowed = await place.adc('diff -o plan.json --max-subscription-loss 1');
      expect(allowed.out).toMatch(/\nNext: run `adc sync --plan plan\.json` with the options that allow it/);
    });
  });

  test('does not contain the token, and is the same each time', async () => {
    await withPlan(async (place) => {
      const text = await readFile(join(place.folder, 'plan.json'), 'utf8');
      expect(text).not.toContain(place.emulator.token);
      await place.adc('diff -o again.json');
      expect(await readFile(join(place.folder, 'again.json'), 'utf8')).toBe(text);
    });
  });

  test('keeps its scope', async () => {
    const files = { 'api-products.yaml': productFile(product('Orders API', 'orders')) };
    await atWorkplace({ files }, async (place) => {
      await place.adc('diff --no-managed-by-label -o plan.json');
      expect((await place.adc('sync --plan plan.json')).exitCode).toBe(0);
      expect(place.emulator.store.product('Orders API').fields.labels).toEqual({});
    });
  });
});

test('can be saved only to a file, not to -, a pipe or a device', async () => {
  await atWorkplace({ files: FILES }, async (place) => {
    await symlink('/dev/null', join(place.folder, 'null'));
    for (const output of ['-', 'null']) {
      const ran = await place.adc(`diff -o ${output}`);
      expect(ran).toMatchObject({ exitCode: 1, out: '' });
      expect(ran.err).toContain('hint: Name a ');
    }
    expect(await readlink(join(place.folder, 'null'))).toBe('/dev/null');
  });
});

describe('diff -o replaces nothing except an earlier plan', () => {
  const others = {
    'api-products.yaml': PAYMENTS,
    'o.yaml': 'openapi: 3.0.3\n',
    'package.json': '{"name":"x"}\n',
    'half.json': '{\n  "format": "adc/plan",\n',
  };

  test.each(Object.keys(others))('%s is refused before anything is read', async (name) => {
    await atWorkplace({ files: others }, async (place) => {
      const ran = await place.adc(`diff -o ${name}`);
      expect(ran).toMatchObject({ exitCode: 1, err: expect.stringContaining('is not a plan') as string });
      expect(await readFile(join(place.folder, name), 'utf8')).toBe(others[name as keyof typeof others]);
      expect(place.emulator.journal.requests).toEqual([]);
    });
  });

  test('a plan with unreadable files is refused without a place in them', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.adc('diff -o plan.json');
      const { err } = await place.adc('sync --plan plan.json -f missing.yaml');
      expect(err).toContain('owner and consent have errors: file not found: missing.yaml');
    });
  });

  test('a symlink is refused, also one to a plan', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.adc('diff -o plan.json');
      await symlink('plan.json', join(place.folder, 'link.json'));
      expect((await place.adc('diff -o link.json')).exitCode).toBe(1);
      expect(await readlink(join(place.folder, 'link.json'))).toBe('plan.json');
    });
  });

  test.each(['folder', 'new/'])('the directory %s gets a plan.json', async (output) => {
    await atWorkplace({ files: { ...FILES, 'folder/notes.txt': '' } }, async (place) => {
      const { exitCode, out } = await place.adc(`diff -o ${output}`);
      expect([exitCode, out]).toEqual([0, expect.stringMatching(/adc sync --plan (folder|new)\/plan\.json/)]);
      expect(await readFile(join(place.folder, output, 'plan.json'), 'utf8')).toContain('"adc/plan"');
    });
  });

  test('an earlier plan and an empty file are replaced', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      await place.write({ 'plan.json': '' });
      for (const _ of [1, 2]) expect((await place.adc('diff -o plan.json')).exitCode).toBe(0);
      expect((await readdir(place.folder)).toSorted()).toEqual(['api-products.yaml', 'plan.json']);
      expect(await readFile(join(place.folder, 'plan.json'), 'utf8')).toContain('"adc/plan"');
    });
  });

  test('does not replace a file that was created while adc read the portal', async () => {
    let path: string | undefined;
    const onRequest = (): void => {
      if (path !== undefined) writeFileSync(path, 'mine');
    };
    await atWorkplace({ files: { ...FILES, 'plan.json': '' }, onRequest }, async (place) => {
      path = join(place.folder, 'plan.json');
      expect((await place.adc('diff -o plan.json')).exitCode).toBe(1);
      expect(await readFile(path, 'utf8')).toBe('mine');
      expect((await readdir(place.folder)).toSorted()).toEqual(['api-products.yaml', 'plan.json']);
    });
  });
});
