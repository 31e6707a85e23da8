import { type BucketConfig, type Config, type MrapConfig, type PairConfig, stackRegions } from '../model/config.ts';
import { type Link, linksOf } from '../model/link.ts';
import { bucketsBehind } from '../model/mrap.ts';
import { type Home, sorted } from './permission-statement.ts';

/** What a policy is asked for. */
export interface PermissionQuestion {
  readonly config: Pick<Config, 'pairs' | 'mraps' | 'audits' | 'steeringRegion' | 'alerts'>;
  /** Those of the configuration on which the command may be used. */
  readonly pairs: readonly PairConfig[];
  readonly stage: string;
  /** ARNs of the roles that replicate, or that a job gets; empty: any role of the accounts. */
  readonly roles: readonly string[];
  /** Where jobs report, or reports of audits are kept. */
  readonly reportBuckets: readonly string[];
  /** Whether audits may ask for restores of what is archived. */
  readonly restores: boolean;
  /** Buckets that no pair has: of logs and inventories. */
  readonly from: readonly string[];
}

/** The question, with what is meant by it. */
export interface PermissionScope extends PermissionQuestion {
  /** Each once. */
  readonly buckets: readonly BucketConfig[];
  readonly links: readonly Link[];
  /** Buckets that are replicated from. */
  readonly sources: readonly BucketConfig[];
  /** Access points of any of these pairs. */
  readonly mraps: readonly MrapConfig[];
  /** Buckets behind them, each once. */
  readonly behind: readonly BucketConfig[];
  /** Sources of those of these pairs that are audited by the clock: their stacks know the runs. */
  readonly audited: readonly BucketConfig[];
  /** Every bucket of the configuration: a stack is that of all pairs. */
  readonly everyBucket: readonly BucketConfig[];
  /** Where a stack can be. */
  readonly stacks: readonly Home[];
  /** Accounts of the configuration: stacks can be in any of them. */
  readonly accounts: readonly string[];
}

export function toScope(question: PermissionQuestion): PermissionScope {
  const links = linksOf(question);
  const everyBucket = bucketsOf(question.config.pairs);
  const mraps = mrapsOf(question);
  const accounts = sorted(everyBucket.map(({ account }) => account));
  return {
    ...question,
    buckets: bucketsOf(question.pairs),
    links,
    sources: unique(links.map(({ source }) => source)),
    mraps,
    behind: unique(mraps.flatMap((mrap) => bucketsBehind(question.config, mrap))),
    audited: unique(question.pairs.filter(({ name }) => isAudited(name, question)).map(({ source }) => source)),
    everyBucket,
    stacks: stackRegions(question.config).flatMap((region) => accounts.map((account) => ({ region, account }))),
    accounts,
  };
}

/** Access points that send traffic to a bucket of these pairs. */
export function mrapsOf({ config, pairs }: Pick<PermissionQuestion, 'config' | 'pairs'>): readonly MrapConfig[] {
  const names = pairs.map(({ name }) => name);
  return config.mraps.filter((mrap) => mrap.pairs.some((pair) => names.includes(pair)));
}

function isAudited(pair: string, { config: { audits = [] } }: PermissionQuestion): boolean {
  return audits.some((audit) => audit.pair === pair);
}

function bucketsOf(pairs: readonly PairConfig[]): readonly BucketConfig[] {
  return unique(pairs.flatMap(({ source, destinations }) => [source, ...destinations]));
}

function unique(buckets: readonly BucketConfig[]): readonly BucketConfig[] {
  return [...new Map(buckets.map((each) => [each.bucket, each])).values()];
}
