import type { KeyOutcome, KeyUseRequest } from '../kms/key-use.ts';
import type { World } from '../service.ts';
import { usesKms } from './encryption.ts';
import type { AttemptOutcome } from './replication-failure.ts';
import type { ReplicationOrder } from './replication-order.ts';
import { principalOf } from './role-access.ts';
import type { Bucket, StoredEncryption } from './stored.ts';

/** What a key that cannot be used means, by where it is. Nothing names a throttle: S3 tries again. */
const SOURCE_REASONS: Readonly<Record<Exclude<KeyOutcome, 'ok' | 'throttled'>, string>> = {
  denied: 'SrcGetObjectNotPermitted',
  disabled: 'SrcKmsKeyInvalidState',
  'pending-deletion': 'SrcKmsKeyInvalidState',
  'not-found': 'SrcKmsKeyInvalidState',
};

const DESTINATION_REASONS: typeof SOURCE_REASONS = {
  denied: 'DstPutObjectNotPermitted',
  disabled: 'DstKmsKeyInvalidState',
  'pending-deletion': 'DstKmsKeyInvalidState',
  'not-found': 'DstKmsKeyNotFound',
};

/** Spends what a copy costs KMS at both sides, on behalf of the replication role. `undefined`: nothing stands in the way. */
export function spendReplicationKeys(
  world: World,
  { source, version, role }: ReplicationOrder,
  { destination, encryption }: { readonly destination: Bucket; readonly encryption: StoredEncryption },
): AttemptOutcome | undefined {
  const { keys } = world;
  if (keys === undefined || version.kind !== 'object') return undefined;
  const principal = principalOf(world, role);
  const use = (at: Bucket, stored: StoredEncryption, action: KeyUseRequest['action']): KeyOutcome => {
    if (!usesKms(stored)) return 'ok';
    const { keyId: keyArn, bucketKey } = stored;
    return keys.use({ keyArn, action, region: at.region, principal, bucket: at.name, key: version.key, bucketKey });
  };
  const read = toOutcome(use(source, version.encryption, 'kms:Decrypt'), SOURCE_REASONS);
  if (read !== undefined || !usesKms(encryption)) return read;
  // The documented policy of a replication role allows kms:Encrypt; with a bucket key it takes kms:GenerateDataKey.
  const written = use(destination, encryption, 'kms:GenerateDataKey');
  return toOutcome(
    written === 'denied' && !encryption.bucketKey ? use(destination, encryption, 'kms:Encrypt') : written,
    DESTINATION_REASONS,
  );
}

function toOutcome(outcome: KeyOutcome, reasons: typeof SOURCE_REASONS): AttemptOutcome | undefined {
  if (outcome === 'ok') return undefined;
  return outcome === 'throttled' ? { state: 'later' } : { state: 'failed', reason: reasons[outcome] };
}
