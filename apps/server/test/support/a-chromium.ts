import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const INSTALL_MS = 180_000;

/**
 * A real Chromium, without a screen. On Debian as root it is installed where it is missing.
 * @throws Error that says what is missing, where it is not there and cannot be installed
 */
export async function aChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: PLACES.find((path) => existsSync(path)) ?? installed(),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
}

function installed(): string {
  const [path = ''] = PLACES;
  const hint = `this test needs a Chromium at one of ${PLACES.join(', ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`${hint}; install it: sudo apt-get install chromium`);
  }
  try {
    const options = { timeout: INSTALL_MS, stdio: 'ignore' } as const;
    execFileSync('apt-get', ['update'], options);
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
  } catch (cause) {
    throw new Error(`${hint}; apt-get could not install it`, { cause });
  }
  return path;
}
