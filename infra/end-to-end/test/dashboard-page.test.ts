import { afterAll, beforeAll, expect } from '@jest/globals';
import { graphqlClient, type GraphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import { inBrowser, launchBrowser } from '@tablekeep/testkit/browser';
import { eventually } from '@tablekeep/testkit/eventually';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
} from '../src/account-under-test.ts';
import { startSite, type PlatformProcess, type Site } from './platform-process.ts';

const SPEED = 240;
const root = join(import.meta.dirname, '..', '..', '..');

let site: Site;
let platform: PlatformProcess;
let pages: Server;
let origin: string;
let token: string;
/** With the page's own token. */
let reader: GraphqlClient;
let policyId: string;
let browser: Browser | undefined;

beforeAll(async () => {
  pages = await servePages(join(root, 'examples', 'dashboard'));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  site = await startSite(SPEED, { platform: { WEB_ORIGINS: origin } });
  platform = await site.startPlatform();
  const accountId = await registerAccount(site.owner, platform.graphql);
  for (const name of ['Orders', 'Customers', 'Invoices']) await createAirportTable(site.owner, name);
  for (const name of ['Scratch', 'Experiments']) await createAirportTable(site.owner, name, { Tags: [] });
  const { policy } = await createPolicy(platform.graphql, policyInput(accountId));
  policyId = policy!.id;
  await endOfSession(platform.graphql, await runPolicy(platform.graphql, policyId), 60_000);
  const { createApiToken } = await platform.graphql<{ createApiToken: { secret: string } }>(
    'mutation { createApiToken(input: { name: "dashboard", role: READ_ONLY }) { secret } }',
  );
  token = createApiToken.secret;
  reader = graphqlClient(platform.url, token);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await platform.kill();
  await site.stop();
  pages.closeAllConnections();
  await new Promise((resolve) => pages.close(resolve));
});

async function servePages(from: string): Promise<Server> {
  const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
  const server = createServer((request, response) => {
    const name = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1);
    readFile(join(from, name)).then(
      (content) => response.writeHead(200, { 'content-type': types[name.split('.').at(-1) ?? ''] ?? '' }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function openPage(colorScheme: 'light' | 'dark'): Promise<Page> {
  browser ??= await launchBrowser();
  const context = await browser.newContext({ colorScheme, viewport: { width: 1200, height: 760 }, locale: 'en-GB' });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.goto(origin);
  await page.getByLabel('Address of Tablekeep').fill(platform.url);
  await page.getByLabel('API token').fill(token);
  await page.getByRole('button', { name: 'Connect' }).click();
  await eventually(async () => expect(await page.locator('#state').textContent()).toBe('live'));
  expect(problems).toEqual([]);
  return page;
}

const SHOWN = `query ($from: DateTime!, $to: DateTime!) {
  overview(window: WEEK) { tablesProtected tablesUnprotected }
  sessionStats(window: { from: $from, to: $to }) { status sessions }
}`;
type Shown = {
  overview: { tablesProtected: number; tablesUnprotected: number };
  sessionStats: { status: string; sessions: number }[];
};

/** What the API says now, as the charts name it. */
async function numbersOfApi(): Promise<{ tables: string; sessions: string; ended: number }> {
  const [to, from] = [new Date(), new Date(Date.now() - 7 * 86_400_000)];
  const { overview, sessionStats } = await reader<Shown>(SHOWN, { from: from.toISOString(), to: to.toISOString() });
  const ended = sessionStats.reduce((sum, { sessions }) => sum + sessions, 0);
  const succeeded = sessionStats.filter(({ status }) => status === 'SUCCEEDED').map(({ sessions }) => sessions);
  return {
    tables: `Tables: ${overview.tablesProtected} protected, ${overview.tablesUnprotected} unprotected`,
    sessions: `Sessions of 14 days: ${succeeded.reduce((sum, n) => sum + n, 0)} SUCCEEDED, 0 WARNING, 0 FAILED, 0 CANCELED`,
    ended,
  };
}

const nameOf = (page: Page, chart: string) => page.locator(chart).getAttribute('aria-label');

/** Widths or heights of a chart's bars of one colour, in pixels. */
const sizes = async (page: Page, bars: string, side: 'width' | 'height'): Promise<number[]> => {
  const all = await page.locator(bars).all();
  return Promise.all(all.map(async (bar) => (await bar.boundingBox())?.[side] ?? 0));
};

/** The numbers above the columns of all days. */
const drawnSessions = async (page: Page): Promise<number> => {
  const numbers = await page.locator('#sessions .day div span').allInnerTexts();
  return numbers.reduce((sum, text) => sum + Number(text), 0);
};

inBrowser(
  'the example page shows the numbers of the API, and a new session by itself',
  async () => {
    const page = await openPage('light');
    const before = await numbersOfApi();
    expect(before.tables).toBe('Tables: 3 protected, 2 unprotected');
    expect(await nameOf(page, '#tables')).toBe(before.tables);
    expect(await nameOf(page, '#sessions')).toBe(before.sessions);
    const [three] = await sizes(page, '#tables .blue', 'width');
    const [two] = await sizes(page, '#tables .red', 'width');
    expect(three! / two!).toBeCloseTo(1.5, 3);
    expect(await page.locator('#policies tr').allInnerTexts()).toEqual([expect.stringMatching(/^Nightly\s.*\s0$/su)]);
    expect(await drawnSessions(page)).toBe(before.ended);

    const loads: string[] = [];
    page.on('framenavigated', (frame) => loads.push(frame.url()));
    const sessionId = await runPolicy(platform.graphql, policyId);
    const line = page.locator(`#latest tr[data-session="${sessionId}"]`);
    await eventually(async () => expect(await line.innerText()).toContain('policy backup, Nightly'));
    await endOfSession(platform.graphql, sessionId, 60_000);
    await eventually(async () => expect(await line.innerText()).toContain('SUCCEEDED'), { timeoutMs: 20_000 });
    await eventually(async () => expect(await nameOf(page, '#sessions')).toBe((await numbersOfApi()).sessions));
    expect((await numbersOfApi()).sessions).not.toBe(before.sessions);
    const after = await numbersOfApi();
    expect(after.ended).toBeGreaterThan(before.ended);
    expect(await drawnSessions(page)).toBe(after.ended);
    for (const height of await sizes(page, '#sessions .blue', 'height')) expect(height).toBeGreaterThan(1);
    expect(loads).toEqual([]);
    expect(page.url()).toBe(`${origin}/`);
  },
  120_000,
);

inBrowser(
  'the example page connects again after the platform was away, and can be left',
  async () => {
    const page = await openPage('light');
    const state = () => page.locator('#state').textContent();
    await platform.kill();
    await eventually(async () => expect(await state()).toContain('not live'));
    platform = await site.startPlatform({ PORT: new URL(platform.url).port });
    await eventually(async () => expect(await state()).toBe('live'), { timeoutMs: 20_000 });
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByLabel('API token').waitFor();
    expect(await page.evaluate<number>('sessionStorage.length')).toBe(0);
  },
  60_000,
);

inBrowser(
  'a wrong token is told in words, and the form stays',
  async () => {
    browser ??= await launchBrowser();
    const page = await browser.newPage();
    await page.goto(origin);
    await page.getByLabel('Address of Tablekeep').fill(platform.url);
    await page.getByLabel('API token').fill('tk_wrong');
    await page.getByRole('button', { name: 'Connect' }).click();
    await eventually(async () => expect(await page.locator('#state').textContent()).toContain('the token is unknown'));
    expect(await page.getByLabel('API token').isVisible()).toBe(true);
    await page.close();
  },
  60_000,
);

inBrowser.each(['light', 'dark'] as const)(
  'the example page in %s, wide and on a phone',
  async (scheme) => {
    const page = await openPage(scheme);
    const shots = process.env['TABLEKEEP_SCREENSHOTS'] ?? site.folder;
    await mkdir(shots, { recursive: true });
    for (const [name, width] of [
      ['wide', 1200],
      ['phone', 390],
    ] as const) {
      await page.setViewportSize({ width, height: 760 });
      const picture = await page.screenshot({ path: join(shots, `dashboard-${scheme}-${name}.png`), fullPage: true });
      expect(picture.byteLength).toBeGreaterThan(10_000);
      // Nothing is wider than the window.
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
    const lightness = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(lightness).toBe(scheme === 'light' ? 'rgb(245, 246, 248)' : 'rgb(20, 23, 28)');
    await page.context().close();
  },
  60_000,
);
