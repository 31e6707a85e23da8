import { valueOf } from '../../model/observation.ts';
import { isKmsSource, proposeReplicaKey } from '../../model/proposed-rule.ts';
import { grantReplication } from '../../model/replication-role.ts';
import { enabledRules } from '../../model/link-rules.ts';
import { type PairCheck, unreadSettings } from './check.ts';
import { checkRules } from './rule-check.ts';

const rules = checkRules({
  id: 'unselected-kms-objects',
  states: 'SSE-KMS objects are replicated, if the source has any',
  code: 'kms-objects-not-selected',
  needs: ['source.encryption', 'source.objectLock', 'destination.encryption'],
  applies: isKmsSource,
  lacks: ({ kmsObjects, replicaKmsKeyId }) => !kmsObjects || replicaKmsKeyId === undefined,
  repair(rule, facts) {
    const key = rule.replicaKmsKeyId ?? proposeReplicaKey(facts);
    return key === undefined ? undefined : { ...rule, kmsObjects: true, replicaKmsKeyId: key };
  },
  what: 'Select SSE-KMS objects and name a key of the destination Region for replicas. Where no command follows, name one in `kmsKeys` of the destination first: the key that AWS manages does not work across accounts.',
  before: (facts, repaired) => [grantReplication(facts, repaired.role, enabledRules(repaired, facts.link))],
});

/**
 * S3 leaves SSE-KMS objects out unless a rule selects them, and says nothing.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
export const unselectedKmsObjects: PairCheck = {
  ...rules,
  run(facts) {
    const settings = valueOf(facts.source.replication);
    const unselected = enabledRules(settings, facts.link).some(({ kmsObjects }) => !kmsObjects);
    // Whether there are such objects is open only where it matters and nothing else says so.
    const open = unselected && facts.link.source.kmsKeys.length === 0;
    return [
      ...rules.run(facts),
      ...(open ? unreadSettings(facts, 'kms-objects-not-selected', [['source', 'encryption']]) : []),
    ];
  },
};
