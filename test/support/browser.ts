import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The browser that CHROMIUM names, or the system's. Its headless shell opens a page three times as fast; scripts/ci.sh installs it. */
const executablePath = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path));

/** For describe.skipIf(). */
export const hasNoBrowser = executablePath === undefined;

export const launchBrowser = (): Promise<Browser> =>
  // Containers run as root, where the sandbox of the browser does not start.
  chromium.launch({
    executablePath: executablePath ?? '',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
