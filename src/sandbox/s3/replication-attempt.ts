import type { Fault } from '../service.ts';
import { takePartition } from '../reachability.ts';
import { copyChange, findReplica, writeReplica } from './replica.ts';
import { replicaEncryption } from './replica-state.ts';
import type { ReplicationSite } from './replicate.ts';
import { missingPermission } from './replication-access.ts';
import { needsKms } from './replication-eligibility.ts';
import { isTemporarilyDown, plantedReason, type AttemptOutcome } from './replication-failure.ts';
import { spendReplicationKeys } from './replication-keys.ts';
import { operationOf, type ReplicationOrder } from './replication-order.ts';
import type { Bucket } from './stored.ts';

const DONE: AttemptOutcome = { state: 'done' };
const LATER: AttemptOutcome = { state: 'later' };

type Take = (kind: Fault['kind']) => Fault | undefined;

/** Tries once to bring a version, or a change of it, to its destination. `isComing`: the version itself is still on its way there. */
export async function attemptReplication(
  site: ReplicationSite,
  order: ReplicationOrder,
  isComing: boolean,
): Promise<AttemptOutcome> {
  const { source, version, rule } = order;
  const destination = site.buckets.get(rule.destination);
  const sides = destination === undefined ? [source] : [source, destination];
  const kms = needsKms(version);
  if (sides.some(({ region, name }) => isTemporarilyDown(taker(site, order, { region, bucket: name }), kms)))
    return LATER;
  if (destination !== undefined && takePartition(site.world.faults, source.region, destination.region) !== undefined)
    return LATER;
  if (!isWithinRates(site, order, destination)) return LATER;
  // Removed for good meanwhile: there is nothing left to copy.
  if (!source.objects.versions(version.key).includes(version)) return DONE;
  const at = { bucket: rule.destination, ...(destination === undefined ? {} : { region: destination.region }) };
  const take = taker(site, order, at);
  const planned = plantedReason(take, kms);
  if (planned !== undefined) return failed(planned);
  if (destination === undefined) return failed('DstBucketNotFound');
  const reason = obstacle(site, order, destination);
  if (reason !== undefined) return failed(reason);
  return order.change === 'created'
    ? await copyVersion(site, order, { destination, take })
    : bringChange(order, destination, isComing);
}

function taker(
  { world }: ReplicationSite,
  order: ReplicationOrder,
  at: { readonly bucket: string; readonly region?: string },
): Take {
  const { key, versionId } = order.version;
  const target = { ...at, service: 's3', operation: operationOf(order), key, versionId };
  return (kind) => world.faults.take(kind, target);
}

/** Replication reads and writes like anybody else: a prefix that is busy makes it wait. */
function isWithinRates({ world }: ReplicationSite, order: ReplicationOrder, destination: Bucket | undefined): boolean {
  const { source, version } = order;
  const take = ({ region, name: bucket }: Bucket, kind: 'read' | 'write'): boolean =>
    world.rates?.take({ region, bucket, key: version.key, kind }) !== false;
  return take(source, 'read') && (destination === undefined || take(destination, 'write'));
}

function failed(reason: string): AttemptOutcome {
  return { state: 'failed', reason };
}

/** Why the buckets, or the role, do not let it through. */
function obstacle(site: ReplicationSite, order: ReplicationOrder, destination: Bucket): string | undefined {
  const { source, version } = order;
  if (source.replication === undefined) return 'SrcBucketReplicationConfigMissing';
  if (destination.versioning !== 'Enabled') return 'DstBucketUnversioned';
  if (source.lock !== undefined && destination.lock === undefined) return 'DstBucketObjectLockConfigMissing';
  if (order.batch && destination.hardDeleted.has(`${version.versionId} ${version.key}`)) return 'DstObjectHardDeleted';
  return missingPermission(site.world, order, destination);
}

async function copyVersion(
  site: ReplicationSite,
  order: ReplicationOrder,
  { destination, take }: { readonly destination: Bucket; readonly take: Take },
): Promise<AttemptOutcome> {
  const { version, rule } = order;
  if (version.kind === 'delete-marker') {
    if (take('lose-replica') === undefined)
      await writeReplica(site, { order, destination, encryption: { kind: 'AES256' } });
    return DONE;
  }
  const encryption = replicaEncryption(version.encryption, rule, destination);
  if (encryption === undefined) return failed('DstKmsKeyNotFound');
  const refused = spendReplicationKeys(site.world, order, { destination, encryption });
  if (refused !== undefined) return refused;
  if (take('lose-replica') === undefined) await writeReplica(site, { order, destination, encryption });
  return DONE;
}

function bringChange(order: ReplicationOrder, destination: Bucket, isComing: boolean): AttemptOutcome {
  const there = findReplica(destination, order.version);
  if (there?.kind === 'object') {
    copyChange({ order, destination, encryption: there.encryption }, there);
    return DONE;
  }
  return isComing ? LATER : failed('DstVersionNotFound');
}
