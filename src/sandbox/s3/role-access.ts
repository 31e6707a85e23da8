import type { ServiceRoles } from '../iam/roles.ts';
import { decide } from '../iam/policy.ts';
import type { Principal, World } from '../service.ts';
import type { Bucket } from './stored.ts';

type Roles = Pick<World, 'roles'>;

/** A role that is registered; of any other nobody knows anything, and it is taken as one that may do everything. */
export function knownRole({ roles }: Roles, arn: string): ServiceRoles | undefined {
  return roles?.has(arn) === true ? roles : undefined;
}

/** Whether the service may act under a role on behalf of a bucket. */
export function mayAssume(
  world: Roles,
  arn: string,
  on: { readonly service: string; readonly bucket: Bucket },
): boolean {
  const { name, account } = on.bucket;
  const context = {
    'aws:SourceAccount': account,
    'aws:SourceArn': `arn:aws:s3:::${name}`,
    'aws:SecureTransport': 'true',
  };
  return knownRole(world, arn)?.mayAssume(arn, on.service, context) ?? true;
}

/** Who acts under this role. An unknown one is as powerful as the administrator of its account. */
export function principalOf(world: Roles, arn: string): Principal {
  const account = arn.split(':')[4] ?? '';
  const known = knownRole(world, arn) !== undefined;
  return { accessKeyId: '', account, arn: known ? arn : `arn:aws:iam::${account}:user/admin` };
}

/**
 * Whether the role may do this in the bucket: by its own policies, or by the bucket's; into the bucket of another account only by
 * both. A deny of either wins.
 */
export function roleMay(
  world: Roles,
  arn: string,
  {
    action,
    bucket,
    key,
  }: { readonly action: string; readonly bucket: Bucket; /** Absent: the bucket itself. */ readonly key?: string },
): boolean {
  const { account } = principalOf(world, arn);
  const resource = `arn:aws:s3:::${bucket.name}${key === undefined ? '' : `/${key}`}`;
  const byRole = knownRole(world, arn)?.decide(arn, { region: bucket.region, action, resource }) ?? 'allow';
  const context = { 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': account, 'aws:SecureTransport': 'true' };
  const byBucket = decide(bucket.policy, { action, resource, context, caller: { kind: 'AWS', arn, account } });
  if (byRole === 'deny' || byBucket === 'deny') return false;
  const allowing = [byRole, byBucket].filter((decision) => decision === 'allow').length;
  return allowing >= (bucket.account === account ? 1 : 2);
}
