import { auditedLinks, gatherAuditedLinks } from '../audit/audited-links.ts';
import { createRestoreDesk } from '../audit/ask-restore.ts';
import { createAuditControl } from '../audit/audit-control.ts';
import type { ShardOutcome } from '../audit/shard-tally.ts';
import type { AtRestBook } from '../audit/collect-at-rest.ts';
import { createGate } from '../audit/gate.ts';
import { planAudit } from '../audit/plan-audit.ts';
import { readAtRest } from '../audit/read-at-rest.ts';
import type { AuditPlan, AuditQuestion, AuditSummary } from '../model/audit-records.ts';
import { type AuditResult, runAudit } from '../audit/run-audit.ts';
import { createSpend, meterListings, meterObjects } from '../audit/spend.ts';
import type { ObjectRef } from '../model/object.ts';
import { addSpent, type AuditFolder, openAuditFolder } from './audit-folder.ts';
import { openShelf, type Shelf, type ShelfOptions } from './audit-shelf.ts';
import { type AuditProgress, createAuditProgress } from './audit-progress.ts';
import { inspectObject } from '../audit/inspect-object.ts';
import { type ExitCode, type Io, worse } from './io.ts';
import { knownBaselines } from './known-baselines.ts';
import { linksOfPair } from './pair-options.ts';
import { renderAudit } from './render-audit.ts';
import { reportError } from './report-error.ts';
import type { Services } from './services.ts';

/** How an audit is made, which changes nothing of what it says. */
export interface AuditManner {
  /** Shards at once. */
  readonly ranges: number;
  /** Looks at single versions at once. */
  readonly concurrency: number;
  /** Dollars. */
  readonly budget?: number;
  readonly ceiling: number;
  /** Region in which this runs. */
  readonly here?: string;
  readonly json: boolean;
}

export interface AuditPair extends AuditManner {
  readonly question: AuditQuestion;
  /** Folder of the report. */
  readonly out?: string;
  /** What jobs of S3 have read; absent: we read. */
  readonly atRest?: AtRestBook['find'];
  /** Name of the stack whose functions remember what they read; absent: none is asked. */
  readonly stage?: string;
  /** For restores of what is archived; absent: none is asked for. */
  readonly restore?: { readonly budget: number; readonly days: number };
  /** Where a copy of the report is kept. */
  readonly shelf?: ShelfOptions;
}

/** Findings that are shown in full; the rest is only counted. */
const MOST_SHOWN = 20;

/** Shards for each one that runs: enough that none is waited for long at the end. */
export const SHARDS_PER_RANGE = 4;

/** `holdfast audit`: both buckets of every link of a pair. */
export async function auditPair(asked: AuditPair, services: Services, io: Io): Promise<ExitCode> {
  const { json, atRest, restore, stage } = asked;
  const links = linksOfPair(services.config, asked.question.pair);
  const forth = auditedLinks(links);
  const folder = asked.out === undefined ? undefined : await openAuditFolder(asked.out, asked.question, io);
  const question = folder?.plan?.question ?? asked.question;
  const spend = createSpend(asked.here);

  const call = { signal: io.signal };
  const { out } = asked;
  const shelf = await openShelf({ ...asked.shelf, ...(out === undefined ? {} : { out }) }, services, call);
  const world = {
    ...services,
    objects: meterObjects(services.objects, spend),
    listings: meterListings(services.listings, spend),
  };
  const plan =
    folder?.plan ??
    (await planAudit(
      { question, links: forth, startedAt: services.clock.now(), wanted: asked.ranges * SHARDS_PER_RANGE },
      world.listings,
      call,
    ));
  await shelf?.begin(plan);
  if (folder !== undefined && folder.plan === undefined) await folder.begin(plan);
  const audited = await gatherAuditedLinks(links, question, { buckets: services.buckets, call });
  const progress = createAuditProgress(io.stderr, services.clock, plan.shards.length);
  const { wait } = services;
  const baselines = knownBaselines(stage, services);
  const shown: ShardOutcome['findings'][number][] = [];
  if (json) io.stdout.write(line(plan));
  function show(outcome: ShardOutcome): void {
    if (json) {
      progress.clear();
      for (const record of [...outcome.findings, outcome.record]) io.stdout.write(line(record));
    }
    shown.push(...outcome.findings.slice(0, MOST_SHOWN - shown.length));
  }
  for (const outcome of folder?.done.values() ?? []) {
    show(outcome);
    tell(outcome, progress, 'earlier');
  }
  const control = createAuditControl(
    { ceiling: asked.ceiling, signal: io.signal, ...(asked.budget === undefined ? {} : { budget: asked.budget }) },
    spend,
  );
  const spent = () => {
    const now = { requests: spend.requests(), dollars: spend.dollars() };
    return folder === undefined ? now : addSpent(folder.spent, now);
  };
  const result = await runAudit(
    { plan, links: audited, done: folder?.done ?? new Map(), ranges: asked.ranges },
    {
      call,
      means: {
        world,
        control,
        wait,
        gate: createGate(asked.concurrency),
        async read(object) {
          const say = progress.say;
          const inspected = await inspectObject(
            { object, reach: 'content', headFirst: false, say },
            { ...services, objects: world.objects, baselines },
            call,
          );
          progress.read(inspected.state?.sizeBytes ?? 0);
          return inspected.judgements.map(({ finding }) => finding);
        },
        ...(atRest === undefined
          ? {}
          : {
              atRest: async (object: ObjectRef) =>
                readAtRest(
                  object,
                  { objects: world.objects, find: atRest, now: () => services.clock.now(), baselines },
                  call,
                ),
            }),
        ...(restore === undefined
          ? {}
          : {
              restores: createRestoreDesk(
                { ...restore, links: forth },
                { restores: services.restores, onSpent: spend.addDollars },
                call,
              ),
            }),
        onListed: progress.listed,
        onLooked: progress.looked,
        onWalked: progress.walked,
        async onShard(outcome) {
          await folder?.keep(outcome, { requests: spend.requests(), dollars: spend.dollars() });
          tell(outcome, progress, 'now');
          show(outcome);
        },
        spent,
      },
    },
  );
  progress.end();
  return report({ plan, result, shown, folder, shelf }, asked, io);
}

function tell({ record, findings }: ShardOutcome, progress: AuditProgress, when: 'now' | 'earlier'): void {
  for (const { verdict } of findings) progress.found(verdict);
  progress.shard(record.source.versions + record.replica.versions, when);
}

interface Reported {
  readonly plan: AuditPlan;
  readonly result: AuditResult;
  readonly shown: ShardOutcome['findings'];
  readonly folder: AuditFolder | undefined;
  readonly shelf: Shelf | undefined;
}

async function report(
  { plan, result, shown, folder, shelf }: Reported,
  { json }: AuditPair,
  io: Io,
): Promise<ExitCode> {
  const { summary, error } = result;
  const files = (await folder?.finish(plan, summary, shelf)) ?? [];
  io.stdout.write(json ? line(summary) : renderAudit({ plan, summary, shown, files }));
  const code = toExitCode(summary);
  return error === undefined ? code : worse(code, reportError(error, io));
}

/** Bytes that were asked for, and of which the next audit can say more. */
const NOT_READ = ['restore-asked', 'restoring', 'restore-denied', 'nothing-to-compare'] as const;

/** A violation wins; what was not audited to its end, or could not be judged, is not proved. */
function toExitCode({ verdicts, complete, source, replica, expected }: AuditSummary): ExitCode {
  if (verdicts.violated > 0) return 1;
  if (!complete || verdicts.unverifiable > 0) return 2;
  if (NOT_READ.some((reason) => expected[reason] !== undefined)) return 2;
  return source.versions + replica.versions === 0 ? 2 : 0; // a prefix that nothing has proves nothing
}

function line(record: object): string {
  return `${JSON.stringify(record)}\n`;
}
