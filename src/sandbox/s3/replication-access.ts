import type { World } from '../service.ts';
import { usesKms } from './encryption.ts';
import type { ReplicationOrder } from './replication-order.ts';
import { mayAssume, roleMay } from './role-access.ts';
import type { Bucket } from './stored.ts';

/** One permission of the replication role, and the reason that its absence gives. Any of the actions is enough. */
interface Needed {
  readonly at: Bucket;
  readonly actions: readonly string[];
  readonly reason: string;
}

/**
 * The `failureReason` of the first permission that the replication role lacks; `undefined`: it may.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
export function missingPermission(world: World, order: ReplicationOrder, destination: Bucket): string | undefined {
  const { source, version, role } = order;
  if (!mayAssume(world, role, { service: 's3.amazonaws.com', bucket: source })) return 'AssumeRoleNotPermitted';
  const lacking = neededFor(order, destination).find(
    ({ at, actions }) => !actions.some((action) => roleMay(world, role, { action, bucket: at, key: version.key })),
  );
  return lacking?.reason;
}

function neededFor(order: ReplicationOrder, destination: Bucket): readonly Needed[] {
  const { source, version, rule, change } = order;
  const read = (action: string, reason: string): Needed => ({ at: source, actions: [`s3:${action}`], reason });
  const write = (action: string, reason: string): Needed => ({ at: destination, actions: [`s3:${action}`], reason });
  if (version.kind === 'delete-marker') return [write('ReplicateDelete', 'DstDelObjNotPermitted')];
  const { lock, tags, parts, encryption } = version;
  const tagging = [
    read('GetObjectVersionTagging', 'SrcGetTaggingNotPermitted'),
    write('ReplicateTags', 'DstPutTaggingNotPermitted'),
  ];
  switch (change) {
    case 'tags':
      return tagging;
    case 'acl':
      return [read('GetObjectVersionAcl', 'SrcGetAclNotPermitted'), write('ReplicateObject', 'DstPutAclNotPermitted')];
    case 'retention':
      return [read('GetObjectRetention', 'SrcGetRetentionNotPermitted')];
    case 'legal-hold':
      return [read('GetObjectLegalHold', 'SrcGetLegalHoldNotPermitted')];
    case 'created': {
      const content = ['s3:GetObjectVersionForReplication', ...(usesKms(encryption) ? [] : ['s3:GetObjectVersion'])];
      const putReason = parts.length === 0 ? 'DstPutObjectNotPermitted' : 'DstMultipartInitNotPermitted';
      return [
        { at: source, actions: content, reason: 'SrcGetObjectNotPermitted' },
        read('GetObjectVersionAcl', 'SrcGetAclNotPermitted'),
        ...(lock.retention === undefined ? [] : [read('GetObjectRetention', 'SrcGetRetentionNotPermitted')]),
        ...(lock.legalHold ? [read('GetObjectLegalHold', 'SrcGetLegalHoldNotPermitted')] : []),
        write('ReplicateObject', putReason),
        ...(rule.ownerOverride ? [write('ObjectOwnerOverrideToBucketOwner', 'DstPutObjectNotPermitted')] : []),
        ...(tags.size === 0 ? [] : tagging),
      ];
    }
    default:
      return change satisfies never;
  }
}
