import { CANARY_EVERY_MS, CANARY_PARTS_BYTES, CANARY_PARTS_EVERY_MS } from '../model/canary.ts';
import type { Evidence, FollowUp, PairConfig } from '../model/config.ts';
import { type Prices, pricesOf, transferPerGB } from '../model/prices.ts';
import { SAMPLED_ONE_IN } from './follow-up.ts';
import { linkCost, MONTH_S, SMALL_GIB, stackCost } from './stack-cost.ts';

/** What is written to the buckets of one pair, wherever it is written first. */
export interface Workload {
  readonly versionsPerSecond: number;
  /** Mean size of a version. */
  readonly sizeBytes: number;
  /** Share of the versions, from 0 to 1, that are SSE-KMS without a bucket key: each look at their checksum asks KMS. */
  readonly kmsShare: number;
}

/** A pair, how it is watched, and what is written to it. */
export interface WatchedPair {
  readonly pair: Pick<PairConfig, 'name' | 'source' | 'destinations' | 'twoWay' | 'followUp'>;
  readonly evidence: Evidence;
  readonly workload: Workload;
}

/** In the order in which they are shown. */
export const COST_ITEMS = [
  'S3 HEAD and GET',
  'KMS',
  'SQS',
  'Lambda',
  'DynamoDB',
  'log lines',
  'transfer between Regions',
  'metrics',
  'alarms',
  'dashboard',
  'polling and schedules',
] as const;

export type CostItem = (typeof COST_ITEMS)[number];

/** Dollars in a month of 730 hours. */
export type StandingCost = Readonly<Record<CostItem, number>>;

const GB = 1_000_000_000;

/** Memory of the function that reads in GiB, as in serverless.yml. */
const READER_GIB = 1769 / 1024;

/** How long an invocation takes that makes a few requests, and how fast content comes; in seconds and bytes per second. */
const BRIEF_S = 0.15;
const FAR_S = 0.3;
const READ_BYTES_PER_S = 75_000_000;

/** Messages in one invocation: one, until so many invocations at once are not enough. */
const LANE_CONCURRENCY = 10;
const MOST_IN_BATCH = 10;

/** Share of the versions that have not arrived at their first look, and so go through a list and a second look. */
const LATE_SHARE = 0.05;

/** Bytes of log lines and embedded metrics for one look, and for one invocation. */
const LOG_PER_LOOK = 1_000;
const LOG_PER_INVOCATION = 1_000;

/** Bytes that leave a Region with the answer to a HEAD, and with a message to a peer. */
const HEAD_BYTES = 1_000;
const MESSAGE_BYTES = 2_000;

/** What the monitor costs in a month while nothing is wrong. Pure arithmetic over list prices. */
export function standingCost(watched: readonly WatchedPair[]): StandingCost {
  const total = emptyCost();
  for (const one of watched) addPair(total, one);
  const regions = new Set(watched.flatMap(({ pair }) => bucketsOf(pair).map(({ region }) => region)));
  for (const region of regions) addUp(total, stackCost(pricesOf(region)));
  return total;
}

/** The sum of all items. */
export function totalOf(cost: StandingCost): number {
  return COST_ITEMS.reduce((sum, item) => sum + cost[item], 0);
}

type Sums = Record<CostItem, number>;

function emptyCost(): Sums {
  return {
    'S3 HEAD and GET': 0,
    KMS: 0,
    SQS: 0,
    Lambda: 0,
    DynamoDB: 0,
    'log lines': 0,
    'transfer between Regions': 0,
    metrics: 0,
    alarms: 0,
    dashboard: 0,
    'polling and schedules': 0,
  };
}

function addUp(total: Sums, more: Readonly<Partial<Sums>>): void {
  for (const item of COST_ITEMS) total[item] += more[item] ?? 0;
}

function bucketsOf({ source, destinations }: WatchedPair['pair']): readonly PairConfig['source'][] {
  return [source, ...destinations];
}

/** Share of the versions that are followed to their destinations. */
const FOLLOWED: Readonly<Record<FollowUp, number>> = { every: 1, sampled: 1 / SAMPLED_ONE_IN, 'failures-only': 0 };

function addPair(total: Sums, watched: WatchedPair): void {
  const { pair, evidence, workload } = watched;
  const versions = workload.versionsPerSecond * MONTH_S;
  const links = pair.destinations.length;
  const follows = links > 0 && pair.followUp !== 'failures-only';
  for (const { region } of bucketsOf(pair)) addVerification(total, watched, { region, versions });
  // A HEAD of a version that is going to be followed asks for its checksum too; in a two-way pair everywhere.
  const sources = pair.twoWay ? 1 + links : 1;
  if (follows && evidence === 'computed-checksum')
    addKms(total, workload, versions * FOLLOWED[pair.followUp] * sources);
  if (follows) addFollowUp(total, watched, versions * FOLLOWED[pair.followUp]);
  addUp(total, linkCost(pair));
}

/** One HEAD, and one GET where the bytes are read, in the version's own Region. */
function addVerification(
  total: Sums,
  { evidence, workload }: WatchedPair,
  { region, versions }: { readonly region: string; readonly versions: number },
): void {
  const prices = pricesOf(region);
  const batch = batchOf(workload.versionsPerSecond);
  addLooks(total, prices, { looks: versions, batch, seconds: BRIEF_S, gib: SMALL_GIB });
  total['S3 HEAD and GET'] += versions * prices.s3Get;
  if (evidence === 'stored-checksum') addKms(total, workload, versions);
  if (evidence !== 'computed-checksum') return;
  const seconds = BRIEF_S + workload.sizeBytes / READ_BYTES_PER_S;
  addLooks(total, prices, { looks: versions, batch: 1, seconds, gib: READER_GIB });
  total['S3 HEAD and GET'] += versions * prices.s3Get;
  addKms(total, workload, versions);
}

/** One HEAD for each destination, by one look for the pair; and what is late besides. */
function addFollowUp(total: Sums, { pair, evidence, workload }: WatchedPair, versions: number): void {
  const { source, destinations } = pair;
  const looks = versions * (1 + LATE_SHARE);
  const prices = pricesOf(source.region);
  const batch = batchOf(versions / MONTH_S);
  addLooks(total, prices, { looks, batch, seconds: FAR_S, gib: SMALL_GIB });
  for (const { region } of destinations) {
    total['S3 HEAD and GET'] += looks * pricesOf(region).s3Get;
    if (evidence !== 'etag') addKms(total, workload, looks);
    const late = versions * LATE_SHARE;
    addLooks(total, pricesOf(region), { looks: late, batch: 1, seconds: BRIEF_S, gib: SMALL_GIB });
    // Put on the list and taken off it again: two writes each, one of which `addLooks` has counted.
    total.DynamoDB += late * 3 * pricesOf(region).dynamodbWrite;
    const there = looks * HEAD_BYTES * transferPerGB(region, source.region);
    total['transfer between Regions'] += (there + late * MESSAGE_BYTES * transferPerGB(source.region, region)) / GB;
  }
}

/** Requests of S3 for an upload in two parts. */
const UPLOAD_REQUESTS = 4;

/** How often the watch asks where a canary is before it has arrived, and before its event was worked off. */
const CANARY_QUESTIONS = 2;

/** Requests of KMS by S3 itself: one when a canary is written, two when it is replicated. */
const CANARY_KMS_REQUESTS = 3;

/** Units that the note on the canaries of the last hour takes, which is read and written every minute. */
const NOTE_UNITS = 2;

/**
 * Dollars a month for the canaries on all links of a pair, where lifecycle rules clear them away. Not part of `standingCost`: whether
 * they are written is a setting of the bucket and none of ours.
 */
export function canaryCost({ pair, evidence }: Pick<WatchedPair, 'pair' | 'evidence'>): number {
  const total = emptyCost();
  const { source, destinations, twoWay } = pair;
  for (const destination of destinations) {
    addCanaries(total, evidence, [source, destination]);
    if (twoWay) addCanaries(total, evidence, [destination, source]);
  }
  return totalOf(total);
}

/** What is written and replicated, verified at both ends, and asked for by the watch. */
function addCanaries(
  total: Sums,
  evidence: Evidence,
  [from, to]: readonly [from: PairConfig['source'], to: PairConfig['source']],
): void {
  const rounds = (MONTH_S * 1_000) / CANARY_EVERY_MS;
  const inParts = (MONTH_S * 1_000) / CANARY_PARTS_EVERY_MS;
  const versions = 2 * rounds + inParts;
  const kms = rounds + inParts;
  const [prices, there] = [pricesOf(from.region), pricesOf(to.region)];
  const workload = { versionsPerSecond: versions / MONTH_S, sizeBytes: 1_024, kmsShare: kms / versions };
  const pair = { name: '', source: from, destinations: [to], twoWay: false, followUp: 'failures-only' } as const;
  for (const { region } of [from, to]) addVerification(total, { pair, evidence, workload }, { region, versions });
  total['S3 HEAD and GET'] +=
    (2 * rounds + inParts * UPLOAD_REQUESTS) * prices.s3Put + versions * (there.s3Put + CANARY_QUESTIONS * there.s3Get);
  total.KMS += kms * CANARY_KMS_REQUESTS * prices.kmsRequest;
  total.DynamoDB +=
    versions * CANARY_QUESTIONS * prices.dynamodbRead +
    (MONTH_S / 60) * NOTE_UNITS * (prices.dynamodbRead + prices.dynamodbWrite);
  total['transfer between Regions'] += (inParts * CANARY_PARTS_BYTES * transferPerGB(from.region, to.region)) / GB;
}

interface Looks {
  readonly looks: number;
  /** Messages in one invocation. */
  readonly batch: number;
  /** How long an invocation takes. */
  readonly seconds: number;
  readonly gib: number;
}

/** What a look costs wherever it looks: its message, its invocation, one read and one write of the ledger, its log lines. */
function addLooks(total: Sums, prices: Prices, { looks, batch, seconds, gib }: Looks): void {
  const invocations = looks / batch;
  total.SQS += (looks + 2 * invocations) * prices.sqsRequest; // sent alone, received and deleted in batches
  total.Lambda += invocations * (prices.lambdaInvocation + seconds * gib * prices.lambdaGBSecond);
  total.DynamoDB += looks * (prices.dynamodbRead + prices.dynamodbWrite);
  total['log lines'] += ((looks * LOG_PER_LOOK + invocations * LOG_PER_INVOCATION) / GB) * prices.logGB;
}

function addKms(total: Sums, { kmsShare }: Workload, looks: number): void {
  total.KMS += looks * kmsShare * pricesOf('').kmsRequest;
}

function batchOf(perSecond: number): number {
  return Math.min(MOST_IN_BATCH, Math.max(1, (perSecond * BRIEF_S) / LANE_CONCURRENCY));
}

/** A policy that costs less, one option at a time. */
export interface CheaperPolicy {
  /** As it is written in holdfast.yml. */
  readonly name: string;
  readonly cost: StandingCost;
}

/** What each cheaper value of `followUp` and `evidence` would cost, for all pairs; those that save nothing are left out. */
export function cheaperPolicies(watched: readonly WatchedPair[]): readonly CheaperPolicy[] {
  const now = totalOf(standingCost(watched));
  const follow = (followUp: FollowUp): readonly WatchedPair[] =>
    watched.map((one) => ({ ...one, pair: { ...one.pair, followUp } }));
  const prove = (evidence: Evidence): readonly WatchedPair[] => watched.map((one) => ({ ...one, evidence }));
  const policies = [
    { name: 'followUp: sampled', cost: standingCost(follow('sampled')) },
    { name: 'followUp: failures-only', cost: standingCost(follow('failures-only')) },
    { name: 'evidence: stored-checksum', cost: standingCost(prove('stored-checksum')) },
    { name: 'evidence: etag', cost: standingCost(prove('etag')) },
  ];
  return policies.filter(({ cost }) => totalOf(cost) < now);
}
