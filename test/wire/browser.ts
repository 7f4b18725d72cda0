/** A real browser, where the machine has one. */
import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { chromium, type Page } from 'playwright-core';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** An empty page, or undefined where there is no Chromium; then the test is skipped. */
export async function openPage(t: TestContext): Promise<Page | undefined> {
  const executablePath = CHROMIUM.find((candidate) => existsSync(candidate));
  if (!executablePath) {
    t.skip('there is no Chromium here');
    return undefined;
  }
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  t.after(() => browser.close());
  return browser.newPage();
}
