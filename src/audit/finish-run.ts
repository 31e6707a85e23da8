import { compareKeys } from '../model/version-order.ts';
import { linksOfAudit } from './ask-of-audit.ts';
import { auditedLinks } from './audited-links.ts';
import type { Earlier } from './earlier-run.ts';
import { healOpen } from './heal-open.ts';
import { parsePlan, toText, toTodo } from './plan-run.ts';
import type { AuditPlan, AuditSummary } from '../model/audit-records.ts';
import { runFiles, shardOf } from './run-files.ts';
import type { LeftReason } from './run-shard.ts';
import type { Invocation, RunOf } from './run-world.ts';
import { type Cut, splitStretch } from './shard-cuts.ts';
import { tellAudit } from './tell-audit.ts';
import { writeReport } from './write-report.ts';
import { linkId } from '../model/link.ts';

/** So often shards are handed out before the report says that some are missing. */
const MOST_ROUNDS = 3;

/** What the state machine goes on with. */
export type ReportAnswer =
  | {
      readonly kind: 'again';
      readonly audit: string;
      readonly run: string;
      readonly bucket: string;
      readonly todoKey: string;
      readonly shards: number;
      readonly concurrency: number;
      /** The one that begins. */
      readonly round: number;
    }
  | {
      readonly kind: 'finished';
      readonly audit: string;
      readonly run: string;
      readonly complete: boolean;
      readonly violated: number;
      readonly root?: string;
    };

/** The last step of a round: hands out what is missing, or writes the report and tells people. May be repeated. */
export async function finishRun(of: RunOf & { readonly round: number }, invocation: Invocation): Promise<ReportAnswer> {
  const { audit, run, round } = of;
  const { world, call } = invocation;
  const { book, reports } = world;
  const files = runFiles(audit.name, run);
  const plan = parsePlan(await reports.get(files.plan, call));
  if (plan === undefined) throw new TypeError(`expected a plan of ${run}`);
  const done = new Set<number>();
  for await (const key of reports.list(files.shards, call)) done.add(shardOf(key));
  const missing = plan.shards.filter(({ shard }) => !done.has(shard));
  const left = await reasonsOf(of, missing, invocation);
  const decided = [...left.values()].find((reason) => reason !== 'time' && reason !== 'error');
  if (missing.length > 0 && decided === undefined && round < MOST_ROUNDS) {
    return handOut({ of, plan, missing, left }, invocation);
  }
  await book.save({ audit: audit.name, run }, { phase: 'reporting' }, call);
  const dollars = (await book.get({ audit: audit.name, run }, call))?.dollars ?? 0;
  const stopped = decided === undefined ? {} : { stopped: decided };
  const { summary, cuts } = await writeReport(of, { plan, done, dollars, ...stopped }, invocation);
  if (summary.complete) await keepCuts(of, { plan, summary, cuts, dollars }, invocation);
  await healOpen(of, plan.question, invocation);
  const report = `s3://${world.reportsBucket}/${files.prefix}`;
  await tellAudit({ of, news: { kind: 'finished', summary, dollars, report: report.slice(0, -1) } }, invocation);
  await end(of, summary, invocation);
  const { complete, root, verdicts } = summary;
  return {
    kind: 'finished',
    audit: audit.name,
    run,
    complete,
    violated: verdicts.violated,
    ...(root === undefined ? {} : { root }),
  };
}

/** Lets go of a run that came to no end. May be repeated. */
export async function failRun(of: RunOf, error: string, invocation: Invocation): Promise<void> {
  const { world, call } = invocation;
  const ref = { audit: of.audit.name, run: of.run };
  await tellAudit({ of, news: { kind: 'failed', error } }, invocation);
  await world.book.save(ref, { phase: 'failed', reason: error, endedAt: world.clock.now() }, call);
  await world.book.release(ref, call);
}

async function end({ audit, run }: RunOf, { root, stopped }: AuditSummary, { world, call }: Invocation): Promise<void> {
  const ref = { audit: audit.name, run };
  const outcome = { ...(root === undefined ? {} : { root }), ...(stopped === undefined ? {} : { stopped }) };
  await world.book.save(ref, { phase: 'finished', endedAt: world.clock.now(), ...outcome }, call);
  await world.book.release(ref, call);
}

/** Why shards were left, by those that could still say so. */
async function reasonsOf(
  { audit, run }: RunOf,
  missing: AuditPlan['shards'],
  { world, call }: Invocation,
): Promise<ReadonlyMap<number, LeftReason>> {
  if (missing.length === 0) return new Map();
  const files = runFiles(audit.name, run);
  const wanted = new Set(missing.map(({ shard }) => shard));
  const reasons = new Map<number, LeftReason>();
  for await (const key of world.reports.list(files.left, call)) {
    const shard = shardOf(key);
    if (!wanted.has(shard)) continue;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes this file
    const left = JSON.parse((await world.reports.get(key, call)) ?? '{}') as { readonly reason?: LeftReason };
    if (left.reason !== undefined) reasons.set(shard, left.reason);
  }
  return reasons;
}

interface Missing {
  readonly of: RunOf & { readonly round: number };
  readonly plan: AuditPlan;
  readonly missing: AuditPlan['shards'];
  readonly left: ReadonlyMap<number, LeftReason>;
}

/** What ran out of time is cut smaller; so is what nobody spoke of twice, which may have run out of memory. */
async function handOut({ of, plan, missing, left }: Missing, { world, call }: Invocation): Promise<ReportAnswer> {
  const { audit, run, config } = of;
  const files = runFiles(audit.name, run);
  const links = auditedLinks(linksOfAudit(audit, config));
  const shards = new Map(plan.shards.map((shard) => [shard.shard, shard]));
  const todo: number[] = [];
  let next = Math.max(...shards.keys()) + 1;
  for (const shard of missing) {
    const link = links.find((each) => linkId(each) === shard.link);
    const isTooLong = left.get(shard.shard) === 'time' || (left.get(shard.shard) === undefined && of.round > 1);
    const means = { question: plan.question, listings: world.listings, call };
    const pieces = isTooLong && link !== undefined ? await splitStretch(shard, link, means) : [shard];
    if (pieces.length === 1) {
      todo.push(shard.shard);
      continue;
    }
    shards.delete(shard.shard);
    for (const piece of pieces) {
      shards.set(next, { shard: next, ...piece });
      todo.push(next);
      next += 1;
    }
  }
  const round = of.round + 1;
  const todoKey = files.todo(round);
  const json = { ...call, contentType: 'application/json' };
  // Behind all that were there: their order is that of their numbers, as whoever verifies the report takes it.
  await world.reports.write(files.plan, [toText({ ...plan, shards: [...shards.values()] })], json);
  await world.reports.write(todoKey, [toTodo(todo)], json);
  await world.book.save({ audit: audit.name, run }, { phase: 'running', shards: shards.size }, call);
  const { concurrency } = audit;
  const place = { audit: audit.name, run, bucket: world.reportsBucket, todoKey };
  return { kind: 'again', ...place, shards: todo.length, concurrency, round };
}

/** The next run begins with these stretches, and knows what they cost. */
async function keepCuts(
  { audit, run }: RunOf,
  {
    plan,
    summary,
    cuts,
    dollars,
  }: {
    readonly plan: AuditPlan;
    readonly summary: AuditSummary;
    readonly cuts: readonly Cut[];
    readonly dollars: number;
  },
  { world, call }: Invocation,
): Promise<void> {
  const links = plan.links.map(({ link }) => link);
  const ordered = cuts.toSorted(
    (a, b) => links.indexOf(a.link) - links.indexOf(b.link) || compareKeys(a.after ?? '', b.after ?? ''),
  );
  const versions = summary.source.versions + summary.replica.versions;
  const earlier: Earlier = { question: plan.question, cuts: ordered, versions, dollars };
  const text = `${JSON.stringify(earlier)}\n`;
  await world.reports.write(runFiles(audit.name, run).cuts, [text], { ...call, contentType: 'application/json' });
}
