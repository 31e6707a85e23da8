import { regionOf } from '../model/arn.ts';
import type { ObservedSettings, ReplicationRule } from '../model/bucket-settings.ts';
import type { KeyRef } from '../model/kms-key.ts';
import type { Link } from '../model/link.ts';
import { enabledRules } from '../model/link-rules.ts';
import { valueOf } from '../model/observation.ts';
import type { KeyFacts, RoleFacts, Side } from '../model/pair-facts.ts';
import { replicationQuestions } from '../model/replication-access.ts';
import type { Call, KeyStore, RolePermissions } from '../ports.ts';

export interface ReplicationPorts {
  readonly roles: RolePermissions;
  readonly keys: KeyStore;
}

export interface ReplicationQuestion {
  readonly link: Link;
  /** What was read of the source: without its replication rules there is nothing to find. */
  readonly source: ObservedSettings;
}

/** The keys of a link: those that the source encrypts with, and those that its rules name for replicas. */
export async function gatherKeys(
  { link, source }: ReplicationQuestion,
  { keys }: Pick<ReplicationPorts, 'keys'>,
  call: Call,
): Promise<readonly KeyFacts[]> {
  const replicaKeys = rulesOf(source, link).flatMap(({ replicaKmsKeyId }) => replicaKmsKeyId ?? []);
  const asked = [
    ...unique([...defaultKey(source), ...link.source.kmsKeys]).map((id) => [id, 'source'] as const),
    ...unique(replicaKeys).map((id) => [id, 'destination'] as const),
  ];
  return Promise.all(
    asked.map(async ([id, side]): Promise<KeyFacts> => {
      const ref: KeyRef = { id, region: link[side].region };
      return { side, ref, key: await keys.key(ref, call) };
    }),
  );
}

/** The role, and what it may do of what the rules ask of it. */
export async function gatherRole(
  { link, source, keys }: ReplicationQuestion & { readonly keys: readonly KeyFacts[] },
  { roles }: Pick<ReplicationPorts, 'roles'>,
  call: Call,
): Promise<RoleFacts | undefined> {
  const rules = rulesOf(source, link);
  if (source.replication?.state !== 'present' || rules.length === 0) return undefined;
  const arn = source.replication.value.role;
  const questions = replicationQuestions({
    link,
    roleArn: arn,
    rules,
    objectLock: valueOf(source.objectLock)?.enabled === true,
    bucketKey: valueOf(source.encryption)?.bucketKey === true,
    sourceKeys: arnsOf(keys, 'source'),
    replicaKeys: arnsOf(keys, 'destination'),
  });
  const [trust, answers] = await Promise.all([roles.trust(arn, call), roles.simulate(arn, questions, call)]);
  return { arn, trust, answers };
}

function rulesOf({ replication }: ObservedSettings, link: Link): readonly ReplicationRule[] {
  return enabledRules(valueOf(replication), link);
}

function defaultKey({ encryption }: ObservedSettings): readonly string[] {
  const value = valueOf(encryption);
  if (value === undefined || !value.algorithm.startsWith('aws:kms')) return [];
  return [value.kmsKeyId ?? 'alias/aws/s3'];
}

/** ARNs of the keys as KMS gives them; where it does not, an ARN of a key speaks for itself. */
function arnsOf(keys: readonly KeyFacts[], side: Side): readonly string[] {
  const ofSide = keys.filter((each) => each.side === side);
  return unique(
    ofSide.flatMap(({ ref, key }) => {
      if (key.state === 'present') return key.value.arn;
      return regionOf(ref.id) !== '' && ref.id.includes(':key/') ? ref.id : [];
    }),
  );
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
