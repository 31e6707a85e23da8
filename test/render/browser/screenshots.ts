import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { createAuditPage } from '../../../src/render/audit-page.ts';
import { AUDIT_SCENES, auditOf } from '../audit-scenes.ts';

// Pictures of the page of an audit in every scene, scheme and width, and on paper, into the folder that is given: to be looked at.
const out = process.argv[2] ?? '.cache/audit-screenshots';
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

await mkdir(out, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  for (const scene of AUDIT_SCENES) {
    const { plan, records, summary } = auditOf(scene);
    const page = createAuditPage({ report: 's3://holdfast-reports/audits/weekly/report.ndjson' });
    for (const record of records) page.add(record);
    const html = page.finish(plan, summary);
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [400, 1_600]) {
        const tab = await browser.newPage({ colorScheme, viewport: { width, height: 1_000 } });
        await tab.setContent(html);
        await tab.screenshot({ path: join(out, `${scene}-${colorScheme}-${width}.png`), fullPage: true });
        if (width === 1_600 && colorScheme === 'dark') {
          await tab.pdf({
            path: join(out, `${scene}.pdf`),
            format: 'A4',
            preferCSSPageSize: true,
          });
        }
        await tab.close();
      }
    }
  }
} finally {
  await browser.close();
}
