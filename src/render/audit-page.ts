import type { AuditPlan, AuditSummary, FindingRecord, ShardRecord } from '../model/audit-records.ts';
import { createPageTally } from './audit-page-tally.ts';
import { escapeHtml, renderPage } from './html.ts';
import { PAGE_STYLE } from './page-style.ts';

export interface AuditPageOptions {
  /** Where report.ndjson is, as `holdfast verify-report` takes it: a path, or `s3://…`. */
  readonly report: string;
  /** Findings of each code that are shown in full; 20 by default. */
  readonly mostOfEach?: number;
}

/** The report of an audit as one page for browsers and paper. */
export interface AuditPage {
  /** In the order of the report; memory does not grow with the number of findings. */
  add(record: FindingRecord | ShardRecord): void;
  /** The HTML. */
  finish(plan: AuditPlan, summary: AuditSummary): string;
}

const MOST_OF_EACH = 20;

export function createAuditPage({ report, mostOfEach = MOST_OF_EACH }: AuditPageOptions): AuditPage {
  const tally = createPageTally(mostOfEach);
  return {
    add: tally.add,
    finish(plan, summary) {
      const title = `Audit of ${plan.question.pair}`;
      return renderPage({
        title,
        style: PAGE_STYLE,
        body: [
          `<h1>${escapeHtml(title)}</h1>`,
          `<p>${summary.verdicts.violated} violated, ${summary.verdicts.unverifiable} unverifiable</p>`,
          ...tally.kinds().map(({ code, count }) => `<p>${code} ${count}</p>`),
          `<pre>holdfast verify-report ${escapeHtml(report)}</pre>`,
        ],
      });
    },
  };
}
