import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The browser of CHROMIUM, or an installed one. scripts/ci.sh installs the headless shell, which opens pages three times as fast. */
const executablePath = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path));

/** For describe.skipIf(). */
export const hasNoBrowser = executablePath === undefined;

export const launchBrowser = (): Promise<Browser> =>
  // The sandbox of the browser does not start as root, which is the user in containers.
  chromium.launch({
    executablePath: executablePath ?? '',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
