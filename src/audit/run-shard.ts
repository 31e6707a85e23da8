import { mapBounded } from '../gather/map-bounded.ts';
import { isAtLeast } from '../model/action.ts';
import type { StopReason } from '../model/audit-run.ts';
import type { Finding } from '../model/finding.ts';
import type { Call } from '../ports.ts';
import { linksOfAudit } from './ask-of-audit.ts';
import { AuditStopped, createAuditControl } from './audit-control.ts';
import { auditShard } from './audit-shard.ts';
import { gatherAuditedLinks } from './audited-links.ts';
import { createGate } from './gate.ts';
import { inspectObject } from './inspect-object.ts';
import { parsePlan } from './plan-run.ts';
import type { FindingRecord } from '../model/audit-records.ts';
import { runFiles } from './run-files.ts';
import { createRunSpend } from './run-spend.ts';
import type { Invocation, RunOf } from './run-world.ts';
import type { ShardOutcome } from './shard-tally.ts';
import { meterListings, meterObjects } from './spend.ts';

/** Looks and readings of one shard at once. */
const LOOKS_AT_ONCE = 32;

/** `time`: the function's was not enough. */
export type LeftReason = 'time' | StopReason;

export interface ShardAnswer {
  readonly shard: number;
  readonly done: boolean;
  /** Why not. */
  readonly reason?: LeftReason;
}

export interface ShardOf extends RunOf {
  readonly shard: number;
  /** Ends the work early enough to say so. */
  readonly work: Call & { /** Longer objects cannot be read in it. */ readonly readableBytes: number };
}

/** One shard of a run. What is there already is not done again, so that it may be repeated at any time. */
export async function runShard(of: ShardOf, invocation: Invocation): Promise<ShardAnswer> {
  const { audit, run, shard: number, work } = of;
  const { world, call } = invocation;
  const files = runFiles(audit.name, run);
  for await (const key of world.reports.list(files.shard(number), call)) {
    if (key === files.shard(number)) return { shard: number, done: true };
  }
  const spend = await createRunSpend({ audit: audit.name, run }, invocation);
  const leave = async (reason: LeftReason): Promise<ShardAnswer> => {
    const text = `${JSON.stringify({ shard: number, reason })}\n`;
    await world.reports.write(files.leftOf(number), [text], { ...call, contentType: 'application/json' });
    return { shard: number, done: false, reason };
  };
  if (spend.before.phase !== 'running') return leave('given-up');
  if (spend.before.dollars >= audit.budget) return leave('budget');
  try {
    const outcome = await auditStretch(of, { spend, invocation });
    await tellFindings(of, outcome.findings, invocation);
    const lines = [...outcome.findings, outcome.record, { kind: 'spent', requests: spend.requests() }];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const isNew = await world.reports.create(files.shard(number), text, call);
    await spend.flush(isNew ? growthOf(outcome) : {});
    return { shard: number, done: true };
  } catch (error) {
    await spend.flush({});
    if (work.signal.aborted) return leave('time'); // whatever broke off with it
    if (error instanceof AuditStopped) return leave(error.reason);
    throw error;
  }
}

interface Stretch {
  readonly spend: Awaited<ReturnType<typeof createRunSpend>>;
  readonly invocation: Invocation;
}

async function auditStretch(of: ShardOf, { spend, invocation }: Stretch): Promise<ShardOutcome> {
  const { audit, run, config, work } = of;
  const { world, call } = invocation;
  const plan = parsePlan(await world.reports.get(runFiles(audit.name, run).plan, call));
  const shard = plan?.shards.find((each) => each.shard === of.shard);
  if (plan === undefined || shard === undefined) throw new TypeError(`expected a plan with shard ${of.shard}`);
  const { question } = plan;
  const links = await gatherAuditedLinks(linksOfAudit(audit, config), question, { buckets: world.buckets, call: work });
  const audited = links.get(shard.link);
  if (audited === undefined) throw new TypeError(`expected a link ${shard.link}`);
  const metered = {
    ...world,
    config,
    objects: meterObjects(world.objects, spend),
    listings: meterListings(world.listings, spend),
  };
  const ceiling = Math.max(0, audit.ceiling - spend.before.findings);
  const control = createAuditControl({ budget: audit.budget, ceiling, signal: work.signal }, spend);
  const { outcome } = await auditShard(
    shard,
    { question, audited },
    {
      call: work,
      means: {
        world: metered,
        control,
        gate: createGate(LOOKS_AT_ONCE),
        wait: world.wait,
        async read(object) {
          const asked = { object, reach: 'content', headFirst: false, readUpToBytes: work.readableBytes } as const;
          const { judgements } = await inspectObject({ ...asked, say: () => undefined }, metered, work);
          const findings = judgements.map(({ finding }) => finding);
          await world.alerts.heal(findings, call);
          spend.share();
          return findings;
        },
        onListed: spend.share,
        onLooked: spend.share,
      },
    },
  );
  return outcome;
}

/** As any other finding, before the shard is done: what broke off before is told again, and counted once. */
async function tellFindings(
  { config }: RunOf,
  records: readonly FindingRecord[],
  { world, call }: Invocation,
): Promise<void> {
  const { severity: threshold } = config.alerts;
  const heard = records.filter(({ severity }) => isAtLeast(severity, threshold));
  await mapBounded(heard, async (record) => {
    const state = record.verdict === 'violated' ? 'opened' : 'noted';
    await world.alerts.open({ finding: toFinding(record), severity: record.severity, state }, call);
  });
}

function toFinding({ verdict, code, basis, object, replica, evidence, remedy }: FindingRecord): Finding {
  return {
    verdict,
    code,
    subject: { kind: 'object-version', object },
    ...(basis === undefined ? {} : { basis }),
    ...(replica === undefined ? {} : { replica }),
    ...(remedy === undefined ? {} : { remedy }),
    evidence,
  };
}

function growthOf({ record: { source, replica }, findings }: ShardOutcome) {
  return {
    shards: 1,
    versions: source.versions + replica.versions,
    bytes: source.bytes + replica.bytes,
    findings: findings.length,
    violated: findings.filter(({ verdict }) => verdict === 'violated').length,
  };
}
