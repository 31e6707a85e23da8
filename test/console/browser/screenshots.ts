import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { createFeed } from '../../../src/console/feed.ts';
import { readPage } from '../../../src/console/page-files.ts';
import { startServer } from '../../../src/console/server.ts';
import { play, SCENES } from '../scenes.ts';
import { bundleConsole } from '../../../scripts/bundle.ts';

// Pictures of the console in every state, scheme and width, into the folder that is given: to be looked at.
const out = process.argv[2] ?? '.cache/console-screenshots';
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const SCHEMES = ['light', 'dark'] as const;
const WIDTHS = [400, 1_600] as const;

/** For docs/console.md: small enough to be kept in the repository. */
const KEPT = ['burning-light', 'healthy-dark'];

const folder = await mkdtemp(join(tmpdir(), 'holdfast-console-'));
await bundleConsole(folder);
const page = await readPage(join(folder, 'console'));
await mkdir(out, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  for (const scene of SCENES) {
    const feed = createFeed(scene);
    play(scene, feed, new Date());
    const server = await startServer({ feed, page, port: 0 });
    for (const colorScheme of SCHEMES) {
      for (const width of WIDTHS) {
        const tab = await browser.newPage({ colorScheme, viewport: { width, height: 1_000 }, reducedMotion: 'reduce' });
        await tab.goto(server.url);
        await tab.getByText('live', { exact: true }).waitFor();
        if (scene === 'burning') await tab.locator('#alerts summary').first().click();
        await tab.mouse.move(0, 0);
        await tab.screenshot({ path: join(out, `${scene}-${colorScheme}-${width}.png`), fullPage: true });
        await tab.close();
      }
    }
    for (const colorScheme of SCHEMES) {
      if (!KEPT.includes(`${scene}-${colorScheme}`)) continue;
      const tab = await browser.newPage({ colorScheme, viewport: { width: 1_440, height: 800 } });
      await tab.goto(server.url);
      await tab.getByText('live', { exact: true }).waitFor();
      await tab.screenshot({ path: join(out, `console-${scene}.png`) });
      await tab.close();
    }
    await server.close();
  }
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
