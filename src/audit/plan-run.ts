import type { AuditRun } from '../model/audit-run.ts';
import { linkId } from '../model/link.ts';
import { askOfAudit, linksOfAudit } from './ask-of-audit.ts';
import { auditedLinks, gatherKmsUse } from './audited-links.ts';
import { planAudit } from './plan-audit.ts';
import { quoteAudit } from './quote-audit.ts';
import { type Earlier, findEarlier } from './earlier-run.ts';
import type { AuditPlan } from '../model/audit-records.ts';
import { runFiles } from './run-files.ts';
import type { Invocation, RunOf, RunWorld } from './run-world.ts';
import { type Cut, joinCuts, loadOf, splitStretch } from './shard-cuts.ts';
import { createSpend, meterListings, type Spend } from './spend.ts';
import { tellAudit } from './tell-audit.ts';

/** Time without a word after which a run is given up: longer than a function runs, and than one that fails is tried again. */
const SILENT_MS = 3_600_000;

/** Shards for each one that runs: enough that none is waited for long at the end. */
const SHARDS_PER_RANGE = 4;

/** What the state machine goes on with. */
export type PlanAnswer =
  | {
      readonly kind: 'planned';
      readonly audit: string;
      readonly run: string;
      readonly bucket: string;
      /** Of the file with the shards of the round. */
      readonly todoKey: string;
      readonly shards: number;
      /** Shards at once. */
      readonly concurrency: number;
      readonly round: 1;
    }
  /** Another run of this audit is under way. */
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** The first step of a run: takes the audit, cuts its keys, prices it, and refuses what is above its budget. May be repeated. */
export async function planRun(of: RunOf & { readonly startedAt: Date }, invocation: Invocation): Promise<PlanAnswer> {
  const { audit, run } = of;
  const { world, call } = invocation;
  const { book, reports, reportsBucket: bucket } = world;
  const ref = { audit: audit.name, run };
  const beginning = await book.begin(toRun(of, world), { ...call, silentMs: SILENT_MS });
  if (beginning.kind === 'held') return { kind: 'skipped', reason: `run ${beginning.by.run} is under way` };
  const files = runFiles(audit.name, run);
  const plan = parsePlan(await reports.get(files.plan, call)) ?? (await makePlan(of, invocation));
  if (plan === undefined) {
    const reason = 'the quote is above the budget';
    await book.save(ref, { phase: 'refused', reason, endedAt: world.clock.now() }, call);
    await book.release(ref, call);
    return { kind: 'refused', reason };
  }
  const todoKey = files.todo(1);
  await reports.create(todoKey, toTodo(plan.shards.map(({ shard }) => shard)), call);
  const shards = plan.shards.length;
  await book.save(ref, { phase: 'running', shards, report: { bucket, prefix: files.prefix } }, call);
  return { kind: 'planned', ...ref, bucket, todoKey, shards, concurrency: audit.concurrency, round: 1 };
}

/** A file for the map of the state machine: one item for each shard. */
export function toTodo(shards: readonly number[]): string {
  return JSON.stringify(shards.map((shard) => ({ shard })));
}

/** `undefined`: there is none. */
export function parsePlan(text: string | undefined): AuditPlan | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes this file
  return text === undefined ? undefined : (JSON.parse(text) as AuditPlan);
}

/** `undefined`: its quote is above the budget, which people were told. */
async function makePlan(
  of: RunOf & { readonly startedAt: Date },
  invocation: Invocation,
): Promise<AuditPlan | undefined> {
  const { audit, run } = of;
  const { world, call } = invocation;
  const spend = createSpend(world.region);
  const metered = { world: { ...world, listings: meterListings(world.listings, spend) }, call };
  const question = askOfAudit(audit, { config: of.config, now: of.startedAt });
  const earlier = await findEarlier(of, question, invocation);
  const draft = { of, question, spend };
  const { plan, versions, dollars } =
    earlier === undefined ? await planAnew(draft, metered) : await planAgain({ ...draft, earlier }, metered);
  await world.book.add({ audit: audit.name, run }, { dollars: spend.dollars() }, call);
  if (dollars > audit.budget) {
    await tellAudit({ of, news: { kind: 'refused', quote: dollars } }, invocation);
    return undefined;
  }
  await world.book.save({ audit: audit.name, run }, { expected: versions }, call);
  const key = runFiles(audit.name, run).plan;
  if (await world.reports.create(key, toText(plan), call)) return plan;
  return parsePlan(await world.reports.get(key, call)) ?? plan; // another attempt was faster, and its shards may be at work
}

/** As a file that people can read. */
export function toText(plan: AuditPlan): string {
  return `${JSON.stringify(plan, null, 1)}\n`;
}

interface Draft {
  readonly of: RunOf & { readonly startedAt: Date };
  readonly question: AuditPlan['question'];
  readonly spend: Spend;
}

interface Priced {
  readonly plan: AuditPlan;
  /** That are listed, on both sides together. */
  readonly versions: number;
  readonly dollars: number;
}

/** Finds out where to cut, and counts the source for a quote. */
async function planAnew({ of, question, spend }: Draft, { world, call }: Invocation): Promise<Priced> {
  const { audit, config, startedAt } = of;
  const links = auditedLinks(linksOfAudit(audit, config));
  const plan = async (wanted: number): Promise<AuditPlan> =>
    planAudit({ question, links, startedAt, wanted }, world.listings, call);
  const first = await plan(audit.concurrency * SHARDS_PER_RANGE);
  const uses = await gatherKmsUse(links, { buckets: world.buckets, call });
  const inquiry = { plan: first, links, planned: spend.requests().list, here: world.region };
  const quote = await quoteAudit({ ...inquiry, spendsKms: (bucket) => uses.get(bucket) }, world.listings, call);
  const wanted = Math.ceil(loadOf(quote, question.content));
  const price = { versions: 2 * quote.versions, dollars: quote.dollars };
  return { ...price, plan: wanted <= 2 * first.shards.length ? first : await plan(wanted) };
}

/** Begins with the shards of the last complete run, and its price: nothing is asked but where something has grown. */
async function planAgain(
  { of, question, earlier }: Draft & { readonly earlier: Earlier },
  { world, call }: Invocation,
): Promise<Priced> {
  const { audit, config, startedAt } = of;
  const links = auditedLinks(linksOfAudit(audit, config));
  const empty = await planAudit({ question, links, startedAt, wanted: 1 }, world.listings, call);
  const wanted = audit.concurrency * SHARDS_PER_RANGE;
  const shards: Omit<AuditPlan['shards'][number], 'shard'>[] = [];
  for (const cut of joinCuts(earlier.cuts, question.content, wanted)) {
    const pieces = Math.ceil(loadOf(cut, question.content));
    const link = links.find((each) => linkId(each) === cut.link);
    if (pieces <= 2 || link === undefined) shards.push(toStretch(cut));
    else shards.push(...(await splitStretch(cut, link, { question, listings: world.listings, call, pieces })));
  }
  const plan = { ...empty, shards: shards.map((stretch, shard) => ({ shard, ...stretch })) };
  return { plan, versions: earlier.versions, dollars: earlier.dollars };
}

function toStretch({ link, after, upTo }: Cut): Omit<AuditPlan['shards'][number], 'shard'> {
  return { link, ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
}

function toRun({ audit, run, startedAt }: RunOf & { readonly startedAt: Date }, { clock }: RunWorld): AuditRun {
  return {
    audit: audit.name,
    pair: audit.pair,
    run,
    phase: 'planning',
    startedAt,
    updatedAt: clock.now(),
    shards: { done: 0, all: 0 },
    versions: 0,
    bytes: 0,
    findings: 0,
    violated: 0,
    dollars: 0,
  };
}
