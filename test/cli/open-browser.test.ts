import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { openBrowser } from '../../src/cli/preview-page.ts';
import { tempFiles } from '../support/temp-files.ts';

afterEach(() => vi.unstubAllEnvs());

test.runIf(process.platform === 'linux')('the address is one argument, and no shell reads it', async () => {
  const script =
    '#!/bin/sh\nprintf "%s|" "$#" "$1" > "$(dirname "$0")/new" && mv "$(dirname "$0")/new" "$(dirname "$0")/opened"\n';
  const folder = await tempFiles({ 'xdg-open': script });
  await chmod(join(folder, 'xdg-open'), 0o700);
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
  const url = 'http://127.0.0.1:1/?a=b&c=$(touch x);`id`';
  openBrowser(url, { err: (text) => expect.fail(text) });
  const opened = await vi.waitUntil(() => readFile(join(folder, 'opened'), 'utf8').catch(() => ''));
  expect(opened).toBe(`1|${url}|`);
});

test.runIf(process.platform === 'linux')('a browser that cannot be opened is a warning', async () => {
  vi.stubEnv('PATH', await tempFiles({}));
  let said = '';
  openBrowser('http://127.0.0.1:1/', { err: (text) => void (said += text) });
  await vi.waitUntil(() => said !== '');
  expect(said).toMatch(/^warning: the browser cannot be opened: .*ENOENT\n$/);
});
