import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuditPage } from '../../../src/render/audit-page.ts';
import { leastContrast } from '../../console/browser/least-contrast.ts';
import { AUDIT_SCENES, type AuditScene, auditOf } from '../audit-scenes.ts';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

describe.skipIf(!existsSync(CHROMIUM))('the page of an audit, in Chromium', () => {
  const pages = new Map<AuditScene, string>();
  let browser: Browser;

  beforeAll(async () => {
    for (const scene of AUDIT_SCENES) {
      const { plan, records, summary } = auditOf(scene);
      const page = createAuditPage({ report: 'weekly/report.ndjson' });
      for (const record of records) page.add(record);
      pages.set(scene, page.finish(plan, summary));
    }
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(async () => browser?.close());

  async function open(
    scene: AuditScene,
    colorScheme: 'light' | 'dark' = 'light',
    width = 1_600,
  ): Promise<{ readonly page: Page; readonly troubles: readonly string[] }> {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 }, javaScriptEnabled: true });
    const troubles: string[] = [];
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', ({ message }) => troubles.push(message));
    page.on('request', (request) => {
      if (!request.url().startsWith('data:')) troubles.push(request.url());
    });
    await page.setContent(pages.get(scene) ?? '');
    return { page, troubles };
  }

  it.each(AUDIT_SCENES.flatMap((scene) => (['light', 'dark'] as const).map((scheme) => [scene, scheme] as const)))(
    'is legible when %s and %s, fits into 400 pixels, and fetches nothing',
    async (scene, scheme) => {
      const { page, troubles } = await open(scene, scheme, 400);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
      const least = await page.evaluate(leastContrast);
      expect(least).toSatisfy(({ ratio }: typeof least) => ratio >= 4.5);
      expect(troubles).toEqual([]);
      expect(await page.locator('script, img, iframe, object, [src], link:not([href^="data:"])').count()).toBe(0);
      await page.close();
    },
    30_000,
  );

  it.each([
    ['clean', '✓ Nothing is violated', 0],
    ['forty', '✗ 35 violations', 40],
    ['flood', '✗ 85,715 violations', 140],
  ] as const)('says of %s what it has come to, and shows the first of each', async (scene, verdict, cases) => {
    const { page } = await open(scene);
    expect(await page.locator('.verdict').first().textContent()).toContain(verdict);
    expect(await page.locator('.cases li').count()).toBe(cases);
    await page.close();
  });

  it('shows keys as text, whatever is in them', async () => {
    const { page } = await open('forty');
    const key = '<img src=x onerror=alert(1)>"&amp;';
    expect(await page.locator('.object', { hasText: key }).count()).toBeGreaterThan(0);
    expect(await page.getByText(String.raw`it's a \u{7} bell\u{202e}`).count()).toBeGreaterThan(0);
    await page.close();
  });

  it('can be used without a mouse and read without a picture', async () => {
    const { page } = await open('forty');
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'What was asked',
      'Outcomes',
      'What was proved, and how strongly',
      'What was not proved, and why',
      'How old is what the destination does not have',
      'Where violations are',
      'Stretches of keys',
      'Findings',
      'How to reproduce it',
    ]);
    const outcomes = page.getByRole('table', { name: 'Outcomes', exact: true });
    expect(await outcomes.getByRole('rowheader').count()).toBe(6);
    expect(await page.getByRole('img').count()).toBe(0); // charts repeat what tables say
    const links = page.getByRole('navigation', { name: 'Contents' }).getByRole('link');
    for (let index = 0; index < (await links.count()); index += 1) await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('How to reproduce it');
    await page.keyboard.press('Enter');
    expect(await page.locator('#again').evaluate((section) => section.getBoundingClientRect().top < innerHeight)).toBe(
      true,
    );
    for (const id of await page.locator('a[href^="#"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
      expect(await page.locator(id ?? '').count()).toBe(1);
    }
    await page.close();
  });

  it('is dark on white on paper, by night too, with every case', async () => {
    const { page } = await open('forty', 'dark');
    const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    );
    const least = await page.evaluate(leastContrast);
    expect(least).toSatisfy(({ ratio }: typeof least) => ratio >= 4.5);
    expect(await page.locator('.cases li').last().isVisible()).toBe(true);
    const fill = await page
      .locator('#outcomes .bar rect')
      .first()
      .evaluate((rect) => getComputedStyle(rect).fill);
    expect(fill).toBe('rgb(47, 133, 90)');
    await page.close();
  });
});
