import type { AccessAnswer } from './access.ts';
import type { BucketSettingName, ObservedSettings } from './bucket-settings.ts';
import type { BucketConfig } from './config.ts';
import type { KeyRef, KmsKey } from './kms-key.ts';
import type { Link } from './link.ts';
import type { Observation } from './observation.ts';

/** The two ends of a link. */
export type Side = 'source' | 'destination';

/** What a check of a pair can ask for. */
export type PairFactName = `${Side}.${BucketSettingName}` | `signals.${Side}` | 'role' | 'keys';

/** The role that the replication configuration of the source names. */
export interface RoleFacts {
  readonly arn: string;
  /** Who may assume it, as JSON. */
  readonly trust: Observation<string>;
  readonly answers: Observation<readonly AccessAnswer[]>;
}

/** A key that objects of the link are encrypted with. */
export interface KeyFacts {
  /** Objects at the source are encrypted with it, or replicas are to be. */
  readonly side: Side;
  readonly ref: KeyRef;
  readonly key: Observation<KmsKey>;
}

/** What was learnt about a link. A fact that nobody asked for is absent; a check that misses it has nothing to say. */
export interface PairFacts {
  readonly link: Link;
  readonly lookedAt: Date;
  readonly source: ObservedSettings;
  readonly destination: ObservedSettings;
  /** Where the configuration says that each of the two buckets replicates to. */
  readonly intended: Readonly<Record<Side, readonly BucketConfig[]>>;
  /** Absent as well where the source has no rules to this destination. */
  readonly role?: RoleFacts;
  readonly keys?: readonly KeyFacts[];
  /** ARN of the queue that each bucket should notify; an Observation `absent`: no stack is deployed in its Region. */
  readonly signals: { readonly [side in Side]?: Observation<string> };
  /** Events that EventBridge sends from each bucket to that queue; absent: nobody looked, or there is no such rule. */
  readonly bridged?: { readonly [side in Side]?: readonly string[] };
}
