import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleConsole } from '../../../scripts/bundle.ts';
import { createFeed, type Feed } from '../../../src/console/feed.ts';
import { type PageFile, readPage } from '../../../src/console/page-files.ts';
import { type ConsoleServer, startServer } from '../../../src/console/server.ts';
import { alertOf, play, type Scene, SCENES } from '../scenes.ts';
import { leastContrast } from './least-contrast.ts';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** What the section of audits says. */
const AUDITS: Readonly<Record<Scene, string>> = {
  empty: 'No audit is made by the clock.',
  healthy: 'running: 61 of 240 shards, 26 %, about 1',
  burning: 'the quote of $14.20 is above the budget of $10.00',
};

/** What the section of routes says. */
const ROUTES: Readonly<Record<Scene, string>> = {
  empty: 'No Multi-Region Access Point is configured',
  healthy: 'failback to us-east-1, a person: effective after 71 s',
  burning: 'A person should switch to eu-west-1',
};

interface Look {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

interface Opened {
  readonly page: Page;
  readonly feed: Feed;
  readonly server: ConsoleServer;
  readonly errors: readonly string[];
  close(): Promise<void>;
}

describe.skipIf(!existsSync(CHROMIUM))('the page, in Chromium', () => {
  let folder: string;
  let files: ReadonlyMap<string, PageFile>;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-console-'));
    await bundleConsole(folder);
    files = await readPage(join(folder, 'console'));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  async function open(scene: Scene, { width = 1_600, scheme = 'light' }: Look = {}): Promise<Opened> {
    const feed = createFeed('run');
    play(scene, feed, new Date());
    const server = await startServer({ feed, page: files, port: 0 });
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    const errors: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) errors.push(message.text());
    });
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !request.url().startsWith('data:')) errors.push(request.url());
    });
    await page.goto(server.url);
    await page.getByText('live', { exact: true }).waitFor();
    return {
      page,
      feed,
      server,
      errors,
      async close() {
        await page.close();
        await server.close();
      },
    };
  }

  it.each(SCENES.flatMap((scene) => (['light', 'dark'] as const).map((scheme) => [scene, scheme] as const)))(
    'is legible when %s and %s, and fits into 400 pixels',
    async (scene, scheme) => {
      const { page, errors, close } = await open(scene, { width: 400, scheme });
      await page.getByText(ROUTES[scene]).waitFor();
      await page.getByText(AUDITS[scene]).waitFor();
      for (const summary of (await page.locator('summary').all()).slice(0, 4)) await summary.click();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
      const least = await page.evaluate(leastContrast);
      expect(least).toSatisfy(({ ratio }: typeof least) => ratio >= 4.5);
      expect(errors).toEqual([]);
      await close();
    },
  );

  it('says in one sentence how things stand, and what it does not know', async () => {
    const [empty, healthy, burning] = [await open('empty'), await open('healthy'), await open('burning')];
    expect(await empty.page.locator('#verdict').textContent()).toContain('3 of 3 links unknown');
    expect(await empty.page.locator('#troubles').isVisible()).toBe(true);
    expect(await empty.page.locator('#alerts .count').textContent()).toBe('Unknown: alerts cannot be read everywhere.');
    expect(await healthy.page.locator('#verdict').textContent()).toContain('3 links in time');
    expect(await healthy.page.locator('#troubles').isVisible()).toBe(false);
    expect(await burning.page.locator('#verdict').textContent()).toContain('4 critical alerts · 1 of 3 links overdue');
    expect(await burning.page.title()).toBe('(4) Holdfast');
    for (const each of [empty, healthy, burning]) await each.close();
  });

  it('shows an alert as it comes, tells who listens, and leaves open what somebody reads', async () => {
    const { page, feed, close } = await open('burning');
    const first = page.locator('#alerts li').first();
    await first.locator('summary').click();
    await first.getByText('For the owner of the source bucket').waitFor();
    const key = '<img src=x onerror=alert(1)>&amp;';
    feed.addAlerts([alertOf('object-lost', { severity: 'critical', at: new Date(), key })]);
    await page.locator('#alerts li').first().getByText('object-lost').waitFor();
    expect(await page.locator('#alerts li').first().locator('.subject').textContent()).toContain(key);
    expect(await page.locator('#news').textContent()).toContain('New critical alert: object-lost');
    expect(await page.locator('#alerts li').nth(1).locator('details').getAttribute('open')).not.toBeNull();
    await close();
  });

  it('filters by severity, pair and text', async () => {
    const { page, close } = await open('burning');
    const count = page.locator('#alerts .count');
    await page.getByLabel('warning').uncheck();
    await page.getByText('4 alerts of 31').waitFor();
    await page.getByLabel('Search').fill('invoice-0042');
    await page.getByText('1 alert of 31').waitFor();
    await page.getByLabel('Pair').selectOption('ledger');
    expect(await count.textContent()).toBe('None of 31 alerts matches the filter.');
    await close();
  });

  it('says when the connection is lost, and goes on where it was', async () => {
    const { page, feed, server } = await open('healthy');
    const { port } = new URL(server.url);
    await server.close();
    await page.getByText('connection lost, trying again').waitFor();
    feed.addAlerts([alertOf('object-lost', { severity: 'critical', at: new Date() })]);
    const again = await startServer({ feed, page: files, port: Number(port) });
    await page.getByText('live', { exact: true }).waitFor();
    await page.locator('#alerts li').first().getByText('object-lost').waitFor();
    expect(await page.locator('#news').textContent()).toContain('object-lost'); // resumed: only what is new was told
    await page.close();
    await again.close();
  });

  it('can be used without a mouse and read without a picture', async () => {
    const { page, close } = await open('burning');
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    expect(await focused.textContent()).toBe('Skip to alerts');
    expect(await focused.evaluate((skip) => skip.getBoundingClientRect().top >= 0)).toBe(true);
    await page.keyboard.press('Enter');
    for (let presses = 0; presses < 12 && (await page.locator('#alerts summary:focus').count()) === 0; presses += 1) {
      await page.keyboard.press('Tab');
    }
    expect(await focused.evaluate((summary) => getComputedStyle(summary).outlineStyle)).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Copy: aws s3api copy-object' }).waitFor();
    await page.locator('#risk summary').press('Enter');
    await page.getByRole('table', { name: 'Data at risk' }).getByRole('row').nth(5).waitFor();
    expect(await page.getByRole('img').getAttribute('aria-label')).toMatch(/orders-use1 → orders-euw1: 22,4\d\d now/);
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Replication',
      'Data at risk',
      'Audits',
      'Alerts',
      'KMS headroom',
      'Stacks',
      'Routes',
    ]);
    expect(await page.getByRole('table', { name: 'Links of the pairs' }).getByRole('rowheader').count()).toBe(3);
    await close();
  });

  it('stays small after ten thousand alerts', async () => {
    const { page, feed, close } = await open('healthy');
    for (let batch = 0; batch < 100; batch += 1) {
      const at = new Date(Date.now() + batch);
      feed.addAlerts(
        Array.from({ length: 100 }, (_, index) => {
          const number = batch * 100 + index;
          return alertOf('replica-missing', { severity: 'critical', at, key: `in/${number}`, index: number });
        }),
      );
    }
    await page.getByText('in/9999?').waitFor();
    expect(await page.locator('#alerts .count').textContent()).toContain('of 2000');
    expect(await page.locator('#alerts li').count()).toBe(50);
    await close();
  });
});
