import { spendsKms } from '../model/encryption.ts';
import type { ObjectFacts } from '../model/facts.ts';
import { type Check, ofReplica, ruleOf, type SeenPair, seenPairs } from './check.ts';

/**
 * Kind of encryption, and the KMS key where configuration or the rule names one. An object without encryption takes that of the
 * destination; every other one keeps its kind.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
export const replicaEncryptionDivergence: Check = {
  id: 'replica-encryption-divergence',
  needs: ['replicas'],
  run(facts) {
    return seenPairs(facts).flatMap((pair) => {
      const difference = kindDifference(pair) ?? keyDifference(facts, pair);
      if (difference === undefined) return [];
      const about = ofReplica(facts, pair.replica);
      const evidence = { ...about.evidence, ...difference };
      return [{ ...about, verdict: 'violated', code: 'replica-encryption-differs', evidence }];
    });
  },
};

interface Difference {
  readonly expectedEncryption: string;
  readonly replicaEncryption: string;
}

function kindDifference({ replica: { link }, source, found }: SeenPair): Difference | undefined {
  if (link.policy.expect.encryption === 'any' || source.encryption === 'none') return undefined;
  if (source.encryption === found.encryption) return undefined;
  return { expectedEncryption: source.encryption, replicaEncryption: found.encryption };
}

function keyDifference(facts: ObjectFacts, { replica, source, found }: SeenPair): Difference | undefined {
  if (replica.link.policy.expect.kmsKey === 'any' || !spendsKms(source.encryption) || !spendsKms(found.encryption)) {
    return undefined;
  }
  const rule = ruleOf(facts, replica);
  if (rule === 'unknown') return undefined;
  const expected = rule?.replicaKmsKeyId ?? source.kmsKeyId;
  if (expected === undefined || found.kmsKeyId === undefined || namesSameKey(expected, found.kmsKeyId))
    return undefined;
  return { expectedEncryption: expected, replicaEncryption: found.kmsKeyId };
}

/** A rule may name a key by its id, and S3 by its ARN; an alias names it for whom it belongs to. */
function namesSameKey(one: string, other: string): boolean {
  return one.includes('alias/') || idOf(one) === idOf(other);
}

function idOf(name: string): string {
  return name.replace(/^.*:key\//, '');
}
