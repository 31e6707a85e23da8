import { mayHaveMoved } from '../model/lifecycle.ts';
import type { ObjectFacts } from '../model/facts.ts';
import type { LifecycleRule } from '../model/bucket-settings.ts';
import type { Observation } from '../model/observation.ts';
import { type Check, ofReplica, ruleOf, type SeenPair, seenPairs } from './check.ts';

/** A replica whose storage class neither the rule, nor the configuration, nor a lifecycle rule of either side explains. */
export const replicaClassDivergence: Check = {
  id: 'replica-class-divergence',
  needs: ['replicas'],
  run(facts) {
    return seenPairs(facts).flatMap((pair) => {
      const expected = expectedClass(facts, pair);
      if (expected === undefined || expected === pair.found.storageClass || isMoved(facts, pair)) return [];
      const about = ofReplica(facts, pair.replica);
      const evidence = { ...about.evidence, expectedClass: expected, replicaClass: pair.found.storageClass };
      return [{ ...about, verdict: 'violated', code: 'replica-class-differs', evidence }];
    });
  },
};

/** `undefined`: any class is as it should be, or nobody can say which. */
function expectedClass(facts: ObjectFacts, { replica, source }: SeenPair): string | undefined {
  const { storageClass } = replica.link.policy.expect;
  if (storageClass !== 'same') return storageClass === 'any' ? undefined : storageClass;
  const rule = ruleOf(facts, replica);
  return rule === 'unknown' ? undefined : (rule?.storageClass ?? source.storageClass);
}

/** Either side's lifecycle rules were entitled to move it by now; what nobody could read may have. */
function isMoved({ event, lookedAt }: ObjectFacts, { replica: { lifecycle, link }, source, found }: SeenPair): boolean {
  if (link.policy.expect.lifecycle === 'any') return true;
  if (lifecycle === undefined) return false; // nobody asked yet: a suspicion
  const aging = { key: event.object.key, sizeBytes: source.sizeBytes, createdAt: source.lastModifiedAt };
  const now = lookedAt ?? event.eventAt;
  const moved = (side: Observation<readonly LifecycleRule[]>, storageClass: string): boolean => {
    if (side.state === 'unreadable') return true;
    return side.state === 'present' && mayHaveMoved(side.value, aging, { storageClass, now }) !== undefined;
  };
  return moved(lifecycle.destination, found.storageClass) || moved(lifecycle.source, source.storageClass);
}
