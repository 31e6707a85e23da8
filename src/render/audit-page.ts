import type { AuditPlan, AuditSummary, FindingRecord, ShardRecord } from '../model/audit-records.ts';
import { renderLag, renderProofAges } from './audit-ages.ts';
import { renderFindings } from './audit-cases.ts';
import { auditCommand, verifyCommand } from './audit-commands.ts';
import { renderAuditFigures, renderOutcomes, renderQuestion, renderVerdict } from './audit-outcomes.ts';
import { AUDIT_PAGE_STYLE } from './audit-page-style.ts';
import { createPageTally } from './audit-page-tally.ts';
import { renderFolders, renderStretches } from './audit-places.ts';
import { renderGaps, renderProofs } from './audit-proofs.ts';
import { formatStamp } from './audit-words.ts';
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
      const kinds = tally.kinds();
      const sections = [
        renderQuestion(plan, summary),
        renderOutcomes(summary),
        renderProofs(plan, summary, kinds),
        renderGaps(plan, summary, kinds),
        renderProofAges(plan),
        renderLag(tally, plan, summary),
        renderFolders(tally.folders()),
        renderStretches(plan, tally.stretches()),
        renderFindings(kinds),
        renderReproduction(plan, summary, report),
      ].filter((section) => section !== '');
      return renderPage({
        title,
        style: `${PAGE_STYLE}${AUDIT_PAGE_STYLE}`,
        body: [
          `<header><h1>${escapeHtml(title)}</h1>`,
          renderVerdict(summary),
          `<p class="muted">${formatStamp(plan.startedAt)} to ${formatStamp(summary.endedAt)}</p></header>`,
          renderContents(sections),
          '<main>',
          renderAuditFigures(summary),
          ...sections,
          '</main>',
        ],
      });
    },
  };
}

/** Links to every section, by its heading. */
function renderContents(sections: readonly string[]): string {
  const links = sections.flatMap((section) => {
    const [, id, heading] = /^<section id="([\w-]+)"><h2>([^<]+)<\/h2>/.exec(section) ?? [];
    return id === undefined || heading === undefined ? [] : [`<li><a href="#${id}">${heading}</a></li>`];
  });
  return `<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>`;
}

/** How anybody else gets to the same, and knows that this is the report of then. */
function renderReproduction({ question }: AuditPlan, summary: AuditSummary, report: string): string {
  const { root } = summary;
  const rootText =
    root === undefined
      ? '<p>There is no root: not every shard was audited.</p>'
      : `<p>The root over all shards: <code class="root">${escapeHtml(root)}</code>. Two audits of buckets that nobody writes to have the same.</p>`;
  return [
    '<section id="again"><h2>How to reproduce it</h2>',
    rootText,
    '<p>Whether the report is whole, and the one whose root was published:</p>',
    `<pre>${escapeHtml(verifyCommand(report, summary))}</pre>`,
    '<p>The same audit of the buckets as they are now:</p>',
    `<pre>${escapeHtml(auditCommand(question))}</pre>`,
    '<p class="muted">This page shows the first findings of each code. All of them, one to a line, are in report.ndjson, which is what the hashes are about; this page is not.</p>',
    '</section>',
  ].join('\n');
}
