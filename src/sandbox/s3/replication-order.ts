import type { Body } from './body-store.ts';
import type { ReplicationRule } from './replication-config.ts';
import type { Bucket, Version } from './stored.ts';

/** What of a version goes over: all of it, or the one thing that was changed afterwards. */
export type ReplicatedChange = 'created' | 'tags' | 'acl' | 'retention' | 'legal-hold';

/** A version on its way to one destination. */
export interface ReplicationOrder {
  readonly source: Bucket;
  readonly version: Version;
  readonly change: ReplicatedChange;
  readonly rule: ReplicationRule;
  /** ARN of the role that S3 assumes for it. */
  readonly role: string;
  readonly requestedAtMs: number;
  /** What was uploaded, whatever has become of it at the source; absent for delete markers. */
  readonly body: Body | undefined;
  /** Asked for by a batch job, and not by a change of the version. */
  readonly batch: boolean;
}

/** Name of what is done at the destination, which planted faults match. */
export function operationOf({ version, change }: ReplicationOrder): string {
  if (version.kind === 'delete-marker') return 'ReplicateDelete';
  switch (change) {
    case 'created':
      return 'ReplicateObject';
    case 'tags':
      return 'ReplicateTags';
    case 'acl':
      return 'ReplicateAcl';
    case 'retention':
      return 'ReplicateRetention';
    case 'legal-hold':
      return 'ReplicateLegalHold';
    default:
      return change satisfies never;
  }
}
