import type { StopReason } from '../model/audit-run.ts';
import type { ReportLock } from '../model/config.ts';
import { createAuditPage } from '../render/audit-page.ts';
import { canonical } from './canonical.ts';
import { merkleRoot } from './merkle.ts';
import type { AuditPlan, AuditSummary, FindingRecord, ShardRecord } from '../model/audit-records.ts';
import { createTotals } from './run-audit.ts';
import { runFiles } from './run-files.ts';
import type { Invocation, RunOf } from './run-world.ts';
import type { Cut } from './shard-cuts.ts';
import type { SpentKind } from './spend.ts';

/** What the report of a run is made of. */
export interface ReportParts {
  readonly plan: AuditPlan;
  /** Shards that have a file. */
  readonly done: ReadonlySet<number>;
  readonly dollars: number;
  /** Why some are missing, where it was a decision. */
  readonly stopped?: StopReason;
}

export interface WrittenReport {
  readonly summary: AuditSummary;
  /** By link, in the order of keys. */
  readonly cuts: readonly Cut[];
}

type Line =
  | FindingRecord
  | ShardRecord
  | { readonly kind: 'spent'; readonly requests: Readonly<Record<SpentKind, number>> };

/**
 * Puts the files of all shards together, as `holdfast audit --out` writes a report, with the summary and the page. It passes
 * through: memory holds the findings of one shard. May be repeated.
 */
export async function writeReport(of: RunOf, parts: ReportParts, { world, call }: Invocation): Promise<WrittenReport> {
  const { audit, run } = of;
  const { plan, done } = parts;
  const { reports, reportsBucket: bucket, clock } = world;
  const files = runFiles(audit.name, run);
  const now = clock.now();
  const locked = audit.lock === undefined ? {} : { lock: toLock(audit.lock, now) };
  const page = createAuditPage({ report: `s3://${bucket}/${files.report}` });
  const totals = createTotals();
  const requests: Record<SpentKind, number> = { list: 0, look: 0, read: 0, kms: 0 };
  const leaves: string[] = [];
  const cuts: Cut[] = [];

  async function* shardLines(shard: number): AsyncGenerator<string> {
    const findings: FindingRecord[] = [];
    for await (const text of reports.lines(files.shard(shard), call)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes this file
      const line = JSON.parse(text) as Line;
      if (line.kind === 'spent') {
        for (const kind of ['list', 'look', 'read', 'kms'] as const) requests[kind] += line.requests[kind];
        continue;
      }
      page.add(line);
      if (line.kind === 'finding') findings.push(line);
      else {
        totals.add(line, findings);
        leaves.push(canonical(line));
        cuts.push(toCut(line));
      }
      yield `${text}\n`;
    }
  }

  async function summarise(): Promise<AuditSummary> {
    const complete = plan.shards.every(({ shard }) => done.has(shard));
    const root = complete ? await merkleRoot(leaves) : undefined;
    return {
      kind: 'summary',
      complete,
      ...(complete ? {} : { stopped: parts.stopped ?? 'error' }),
      ...(root === undefined ? {} : { root }),
      shards: { done: leaves.length, all: plan.shards.length },
      ...totals.sums(),
      requests,
      dollars: parts.dollars,
      endedAt: now.toISOString(),
    };
  }

  let summary: AuditSummary | undefined;
  async function* lines(): AsyncGenerator<string> {
    yield `${JSON.stringify(plan)}\n`;
    for (const { shard } of plan.shards) if (done.has(shard)) yield* shardLines(shard);
    summary = await summarise();
    yield `${JSON.stringify(summary)}\n`;
  }

  await reports.write(files.report, lines(), { ...call, ...locked, contentType: 'application/x-ndjson' });
  if (summary === undefined) throw new TypeError('expected the report to be written to its end');
  const [json, html] = [`${JSON.stringify(summary, null, 2)}\n`, page.finish(plan, summary)];
  await reports.write(files.summary, [json], { ...call, ...locked, contentType: 'application/json' });
  await reports.write(files.page, [html], { ...call, ...locked, contentType: 'text/html; charset=utf-8' });
  return { summary, cuts };
}

function toCut({ link, after, upTo, source: { versions, bytes } }: ShardRecord): Cut {
  const bounds = { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
  return { link, ...bounds, versions, bytes };
}

function toLock({ mode, forMs }: ReportLock, now: Date) {
  return { mode, until: new Date(now.getTime() + forMs) };
}
