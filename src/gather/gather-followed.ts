import type { VerifyRule } from '../model/config.ts';
import type { ObjectFacts } from '../model/facts.ts';
import type { Link } from '../model/link.ts';
import type { FollowUp, Look } from '../model/look.ts';
import { present } from '../model/observation.ts';
import type { Call, Ports } from '../ports.ts';
import { gatherReplicas } from './gather-replicas.ts';

export interface FollowInquiry {
  readonly look: Look;
  readonly follow: FollowUp;
  readonly rule: VerifyRule;
  /** Those to look at; none where so much is on its way that single versions are not looked at. */
  readonly links: readonly Link[];
  readonly now: Date;
}

/**
 * What has become of a version at the ends of its links. Without a source that an earlier look has seen, both sides are asked for
 * everything.
 */
export async function gatherFollowed(
  { look, follow, rule, links, now }: FollowInquiry,
  world: Pick<Ports, 'objects' | 'buckets'>,
  call: Call,
): Promise<Pick<ObjectFacts, 'source' | 'replicas' | 'declared' | 'lookedAt' | 'due'>> {
  const { source } = follow;
  const known = source === undefined ? {} : { source };
  if (links.length === 0) return { ...(source === undefined ? {} : { source: present(source) }), declared: [] };
  const { object, eventAt } = look.event;
  const asked = { object, links, ...known, everything: source === undefined, checksums: rule.evidence !== 'etag' };
  const gathered = await gatherReplicas(asked, world, call);
  const ages = links.flatMap(({ policy }) => policy.lookAfterMs.length);
  const due = { ageMs: now.getTime() - eventAt.getTime(), last: follow.step + 1 >= Math.max(...ages) };
  return { ...gathered, declared: [], lookedAt: now, due };
}
