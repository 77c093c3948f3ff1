import { test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const file = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((one) =>
  existsSync(one),
);
/** In CI a missing browser is a failure, so that pages cannot quietly go untested. */
if (file === undefined && process.env['CI'] === 'true')
  throw new Error('in CI the tests need a browser: apt-get install chromium');

/** A test that is skipped where there is no browser. */
export const inBrowser = file === undefined ? test.skip : test;

/** The caller closes it. */
export function launchBrowser(): Promise<Browser> {
  if (file === undefined) throw new Error('there is no browser: apt-get install chromium');
  return chromium.launch({
    executablePath: file,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-component-update'],
  });
}
