import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ShardOutcome } from '../audit/shard-tally.ts';
import type { AuditPlan, AuditSummary, FindingRecord, ShardRecord } from '../model/audit-records.ts';
import { createAuditPage } from '../render/audit-page.ts';

/** Files of a report, in a folder as in a bucket. */
export const PLAN = 'plan.json';
export const REPORT = 'report.ndjson';
export const PAGE = 'report.html';
export const SUMMARY = 'summary.json';

type ReportRecord = AuditPlan | FindingRecord | ShardRecord | AuditSummary;

export interface Report {
  readonly plan: AuditPlan;
  readonly outcomes: readonly ShardOutcome[];
  readonly summary: AuditSummary;
}

/** The lines of a report: the plan, every shard after its findings, and the summary. */
export function reportLines({ plan, outcomes, summary }: Report): readonly ReportRecord[] {
  const ordered = outcomes.toSorted((a, b) => a.record.shard - b.record.shard);
  return [plan, ...ordered.flatMap(({ record, findings }) => [...findings, record]), summary];
}

/** Writes the lines and the page of a report into a folder. `place` is where `verify-report` is going to find the lines. */
export async function writeReport(folder: string, report: Report, place: string): Promise<void> {
  const page = createAuditPage({ report: place });
  function* lines(): Generator<string> {
    for (const record of reportLines(report)) {
      if (record.kind === 'finding' || record.kind === 'shard') page.add(record);
      yield `${JSON.stringify(record)}\n`;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(join(folder, REPORT)));
  await writeFile(join(folder, PAGE), page.finish(report.plan, report.summary));
}
