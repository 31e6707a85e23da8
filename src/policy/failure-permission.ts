import type { FAILURE_REASONS, FailureReason } from '../model/failure-reason.ts';
import { awsCommand, quote } from '../model/shell-command.ts';
import type { NamedBucket, Places } from './failure-places.ts';
import { doctor, type FailureSteps, repairFailed } from './failure-steps.ts';
import { addToBucketPolicy, addToKeyPolicy, addToRole, addToTrust } from './policy-commands.ts';

/** The reasons that say what a role may not do. */
export type PermissionReason = {
  [Reason in FailureReason]: (typeof FAILURE_REASONS)[Reason] extends 'permission' ? Reason : never;
}[FailureReason];

interface Permission {
  readonly at: 'source' | 'destination';
  readonly actions: readonly string[];
  /** The KMS key of that side may be what refuses. */
  readonly key?: true;
  /** Where the rule gives replicas to the owner of the destination. */
  readonly override?: true;
}

/**
 * What the role lacks when S3 gives this reason.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
const PERMISSIONS: Readonly<Record<Exclude<PermissionReason, 'AssumeRoleNotPermitted'>, Permission>> = {
  DstDelObjNotPermitted: { at: 'destination', actions: ['s3:ReplicateDelete'] },
  DstMultipartCompleteNotPermitted: { at: 'destination', actions: ['s3:ReplicateObject'] },
  DstMultipartInitNotPermitted: { at: 'destination', actions: ['s3:ReplicateObject'] },
  DstMultipartUploadNotPermitted: { at: 'destination', actions: ['s3:ReplicateObject'] },
  DstPutAclNotPermitted: { at: 'destination', actions: ['s3:ReplicateObject'], override: true },
  DstPutLegalHoldNotPermitted: { at: 'destination', actions: ['s3:PutObjectLegalHold'] },
  DstPutObjectNotPermitted: { at: 'destination', actions: ['s3:ReplicateObject'], override: true, key: true },
  DstPutRetentionNotPermitted: { at: 'destination', actions: ['s3:PutObjectRetention'] },
  DstPutTaggingNotPermitted: { at: 'destination', actions: ['s3:ReplicateTags', 's3:ReplicateObject'] },
  InitiateReplicationNotPermitted: { at: 'source', actions: ['s3:InitiateReplication'] },
  SrcGetAclNotPermitted: { at: 'source', actions: ['s3:GetObjectVersionAcl'] },
  SrcGetLegalHoldNotPermitted: { at: 'source', actions: ['s3:GetObjectLegalHold'] },
  SrcGetObjectNotPermitted: { at: 'source', actions: ['s3:GetObjectVersionForReplication'], key: true },
  SrcGetRetentionNotPermitted: { at: 'source', actions: ['s3:GetObjectRetention'] },
  SrcGetTaggingNotPermitted: { at: 'source', actions: ['s3:GetObjectVersionTagging'] },
  SrcHeadObjectNotPermitted: { at: 'source', actions: ['s3:GetObjectVersionForReplication'] },
};

/** What a role needs that may not do something: in its own policy, and in those of another account that it reaches into. */
export function permissionSteps(reason: PermissionReason, places: Places): FailureSteps {
  if (reason === 'AssumeRoleNotPermitted') return trustSteps(places);
  const permission = PERMISSIONS[reason];
  const bucket = places[permission.at];
  const role = roleFor(reason, places);
  const objects: Statement = { Effect: 'Allow', Action: actionsOf(permission, places), Resource: bucket.objects };
  const key = keyFor(permission, places);
  const statements = [objects, ...(key === undefined ? [] : [allowKey(key, permission.at, bucket)])];
  const foreign = permission.at === 'destination' && places.crossAccount !== false;
  const principal = { Principal: { AWS: role.arn } };
  const only = places.crossAccount === undefined ? ', and, if the destination belongs to another account,' : ', and';
  const policies = key === undefined ? 'the policy of the bucket' : 'the policies of the bucket and of its KMS key';
  return {
    who: `owner of the ${role.title} (account ${places.source.account})${foreign ? ` and of the destination bucket (account ${bucket.account})` : ''}`,
    what: `Allow the ${role.title} ${namesOf(statements)}${foreign ? `${only} in ${policies}` : ''}.`,
    statements,
    fix: [
      addToRole(role.name, `replication-${reason}`, statements),
      ...(foreign ? addToBucketPolicy(bucket, { ...principal, ...objects }) : []),
      ...(foreign && key !== undefined
        ? addToKeyPolicy(key, bucket.region, { ...principal, ...allowKey('*', permission.at, bucket) })
        : []),
    ],
    verify: [simulate(role.arn, objects, `${bucket.arn}/${places.key}`), doctor(places)],
    repeat: [reason === 'DstDelObjNotPermitted' ? markAgain(places) : repairFailed(places)],
  };
}

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
}

interface Role {
  readonly arn: string;
  readonly name: string;
  readonly title: string;
}

/** A job has a role of its own, which nobody but the job knows. */
function roleFor(reason: PermissionReason, { role, roleName, source }: Places): Role {
  if (reason !== 'InitiateReplicationNotPermitted') return { arn: role, name: roleName, title: 'replication role' };
  return { arn: `arn:aws:iam::${source.account}:role/JOB-ROLE`, name: 'JOB-ROLE', title: 'role of the job' };
}

/** As long as it is not known whether the rule gives replicas away, the reason may be about that. */
function actionsOf({ actions, override }: Permission, { rule }: Places): readonly string[] {
  const gives = override === true && rule?.ownerOverride !== false;
  return gives ? [...actions, 's3:ObjectOwnerOverrideToBucketOwner'] : actions;
}

function keyFor({ at, key }: Permission, { sourceKey, replicaKey }: Places): string | undefined {
  if (key === undefined) return undefined;
  return at === 'source' ? sourceKey : replicaKey;
}

/**
 * Replication decrypts at the source and encrypts at the destination, where it also decrypts if Bucket Keys are on.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
function allowKey(
  key: string,
  at: Permission['at'],
  { region }: NamedBucket,
): Statement & { readonly Condition: object } {
  return {
    Effect: 'Allow',
    Action: at === 'source' ? ['kms:Decrypt'] : ['kms:GenerateDataKey', 'kms:Encrypt', 'kms:Decrypt'],
    Resource: key,
    Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
  };
}

function namesOf(statements: readonly Statement[]): string {
  return statements.map(({ Action, Resource }) => `${Action.join(', ')} on ${Resource}`).join(' and ');
}

function simulate(roleArn: string, { Action }: Statement, resource: string): string {
  const names = Action.join(' '); // several words, so the option cannot be quoted as one
  const rest = { 'resource-arns': resource, query: 'EvaluationResults[].[EvalActionName,EvalDecision]' };
  return awsCommand(
    `iam simulate-principal-policy --policy-source-arn ${quote(roleArn)} --action-names ${names}`,
    rest,
  );
}

function trustSteps(places: Places): FailureSteps {
  const statement = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return {
    who: `owner of the replication role (account ${places.source.account})`,
    what: `Let s3.amazonaws.com assume ${places.role}: its trust policy does not.`,
    statements: [statement],
    fix: addToTrust(places.roleName, statement),
    verify: [doctor(places)],
    repeat: [repairFailed(places)],
  };
}

/** A marker is replicated only when it is made: one more on top of the key says the same again. */
function markAgain({ source, key }: Places): string {
  return awsCommand('s3api delete-object', { bucket: source.bucket, region: source.region, key });
}
