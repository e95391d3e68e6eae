import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The system's Chromium, or what CHROMIUM names; scripts/ci.sh installs it. */
const executablePath = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

/** For describe.skipIf(). */
export const hasNoBrowser = executablePath === undefined;

export const launchBrowser = (): Promise<Browser> =>
  // Containers run as root, where the sandbox of the browser does not start.
  chromium.launch({
    executablePath: executablePath ?? '',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
