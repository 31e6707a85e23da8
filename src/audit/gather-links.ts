import type { LifecycleRule, ReplicationRule } from '../model/bucket-settings.ts';
import { enabledRules } from '../model/link-rules.ts';
import type { Link } from '../model/link.ts';
import { type Observation, valueOf } from '../model/observation.ts';
import type { BucketStore, Call } from '../ports.ts';
import type { AuditedLink } from './look-at-version.ts';

/** What an audit of a link takes beside its buckets. */
export interface LinkInquiry {
  readonly link: Link;
  readonly back?: Link;
  readonly versions: boolean;
  /** Absent: the age of the last look at a replica. */
  readonly graceMs?: number;
}

/** Reads the rules of a link that decide what a listing alone can say. */
export async function gatherLink(
  { link, back, versions, graceMs }: LinkInquiry,
  { buckets, call }: { readonly buckets: BucketStore; readonly call: Call },
): Promise<AuditedLink> {
  const [replication, ...lifecycles] = await Promise.all([
    buckets.setting(link.source, 'replication', call),
    buckets.setting(link.source, 'lifecycle', call),
    buckets.setting(link.destination, 'lifecycle', call),
  ]);
  const rules = replication.state === 'unreadable' ? undefined : enabledRules(valueOf(replication), link);
  return {
    link,
    ...(back === undefined ? {} : { back }),
    versions,
    graceMs: graceMs ?? Math.max(0, ...link.policy.lookAfterMs),
    listedClass: classOf(rules, lifecycles),
    ...(rules === undefined ? {} : { rules }),
  };
}

/** Rules that move objects make listings differ in class, and only a look at the object tells whether they were entitled to. */
function classOf(
  rules: readonly ReplicationRule[] | undefined,
  lifecycles: readonly Observation<readonly LifecycleRule[]>[],
): string {
  const moves = lifecycles.some(
    (rule) => rule.state === 'unreadable' || (rule.state === 'present' && rule.value.some((each) => isMoving(each))),
  );
  const classes = new Set(rules?.map(({ storageClass }) => storageClass) ?? []);
  const [only] = classes;
  if (rules === undefined || moves || classes.size > 1) return 'any';
  return only ?? 'same';
}

function isMoving({ enabled, transitions, noncurrentTransitions }: LifecycleRule): boolean {
  return enabled && transitions.length + noncurrentTransitions.length > 0;
}
