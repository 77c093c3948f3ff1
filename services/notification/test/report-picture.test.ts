import { afterAll, beforeAll, expect } from '@jest/globals';
import { inBrowser, launchBrowser } from '@tablekeep/testkit/browser';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeReport } from '../src/domain/compose-report.ts';
import { dailyReport } from '../src/domain/daily-report.ts';
import { badDay } from './report-facts.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablekeep-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Look = { width: number; outside: string[]; background: string; text: string };
/** In the browser: how wide the page is, what of it lies beside the window, and what a reader meets. */
const LOOK = `({
  width: document.documentElement.scrollWidth,
  outside: [...document.body.querySelectorAll(':not(:has(*))')]
    .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((element) => element.textContent.trim()),
  background: getComputedStyle(document.body).backgroundColor,
  text: document.body.innerText,
})`;

inBrowser(
  'the report of a bad day fits a phone and a mail program’s window, in light and in dark',
  async () => {
    const shots = process.env['TABLEKEEP_SCREENSHOTS'] ?? folder;
    await mkdir(shots, { recursive: true });
    const { html } = composeReport(dailyReport(badDay));
    const browser = await launchBrowser();
    const backgrounds = new Map<string, Set<string>>();
    try {
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [390, 640]) {
          const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 }, locale: 'en-GB' });
          await page.setContent(html);
          const { background, text, ...seen } = await page.evaluate<Look>(LOOK);
          expect(seen).toEqual({ width, outside: [] });
          for (const words of ['NEEDS A PERSON', 'Orders', 'Access denied: backup:StartBackupJob'])
            expect(text).toContain(words);
          backgrounds.set(colorScheme, (backgrounds.get(colorScheme) ?? new Set()).add(background));
          await page.screenshot({ path: join(shots, `daily-report-${colorScheme}-${width}.png`), fullPage: true });
          await page.close();
        }
      }
    } finally {
      await browser.close();
    }
    const [light, dark] = [[...backgrounds.get('light')!], [...backgrounds.get('dark')!]];
    expect([light.length, dark.length]).toEqual([1, 1]);
    expect(dark).not.toEqual(light);
  },
  60_000,
);
