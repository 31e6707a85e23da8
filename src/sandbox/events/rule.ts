import type { FilterPolicy } from '../sns/filter-policy.ts';

/** What a matching event is sent to. The sandbox knows queues. */
export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
}

/** A rule on the default bus of one account in one Region. */
export interface Rule {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly arn: string;
  /** As it was given. */
  readonly pattern: string;
  readonly filter: FilterPolicy;
  readonly enabled: boolean;
  readonly description?: string;
  /** By their ID. */
  readonly targets: Map<string, RuleTarget>;
  readonly tags: Map<string, string>;
}

/** Whose default bus it is. */
export interface BusHome {
  readonly region: string;
  readonly account: string;
}

export function ruleArn({ region, account }: BusHome, name: string): string {
  return `arn:aws:events:${region}:${account}:rule/${name}`;
}
