import { bucketArn, partitionOf, roleNameOf } from './arn.ts';
import type { ReplicationRule } from './bucket-settings.ts';
import type { Remedy } from './finding.ts';
import type { Link } from './link.ts';
import { valueOf } from './observation.ts';
import { toPolicyDocument, toStatements, withStatements } from './policy-document.ts';
import { type BothSides, toKeyArn } from './proposed-rule.ts';
import { replicationQuestions } from './replication-access.ts';
import { awsCommand } from './shell-command.ts';

/** Names of roles have at most 64 characters. */
const LONGEST_ROLE_NAME = 64;

/** And those of policies at most 128. */
const LONGEST_POLICY_NAME = 128;

/** The role that would replicate a bucket which has none. */
export function proposeRoleArn({ source }: Link): string {
  const name = `replicate-${source.bucket}`.slice(0, LONGEST_ROLE_NAME);
  return `arn:${partitionOf(source.region)}:iam::${source.account}:role/${name}`;
}

/** The command that creates a role. Only S3 may assume it, and only for this bucket of this account. */
export function createRole(link: Link, roleArn: string): string {
  const [, path] = /:role(\/.+\/)[^/]+$/.exec(roleArn) ?? [];
  return awsCommand('iam create-role', {
    'role-name': roleNameOf(roleArn),
    path,
    'assume-role-policy-document': toPolicyDocument([trustStatement(link)]),
  });
}

/** The command that lets S3 assume a role beside whoever may now, and the statement that it adds. */
export function allowInTrust(link: Link, roleArn: string, trust: string): Pick<Remedy, 'statement' | 'commands'> {
  const statement = trustStatement(link);
  const document = withStatements(trust, [statement]);
  return {
    statement: JSON.stringify(statement),
    commands: [
      awsCommand('iam update-assume-role-policy', { 'role-name': roleNameOf(roleArn), 'policy-document': document }),
    ],
  };
}

/** What the trust policy of a replication role says. */
function trustStatement({ source }: Link): object {
  return {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sts:AssumeRole',
    Condition: {
      StringEquals: { 'aws:SourceAccount': source.account },
      ArnLike: { 'aws:SourceArn': bucketArn(source) },
    },
  };
}

/** The command that allows a role what these rules ask of it, in a policy of its own: what the role has stays as it is. */
export function grantReplication(sides: BothSides, roleArn: string, rules: readonly ReplicationRule[]): string {
  const { link, source } = sides;
  const encryption = valueOf(source.encryption);
  const questions = replicationQuestions({
    link,
    roleArn,
    rules,
    objectLock: valueOf(source.objectLock)?.enabled === true,
    bucketKey: encryption?.bucketKey === true,
    sourceKeys: keyArns([encryption?.kmsKeyId, ...link.source.kmsKeys], link.source),
    replicaKeys: keyArns(
      rules.map(({ replicaKmsKeyId }) => replicaKmsKeyId),
      link.destination,
    ),
  });
  return putRolePolicy(link, roleArn, toStatements(questions));
}

/** A policy of the same name is replaced, so the statements are all that this link asks of the role. */
export function putRolePolicy(link: Link, roleArn: string, statements: readonly object[]): string {
  return awsCommand('iam put-role-policy', {
    'role-name': roleNameOf(roleArn),
    'policy-name': `${link.source.bucket}-to-${link.destination.bucket}`.slice(0, LONGEST_POLICY_NAME),
    'policy-document': toPolicyDocument(statements),
  });
}

/** A statement can name a key by its ARN only: an alias is no resource of it, and the key of AWS asks for none. */
function keyArns(ids: readonly (string | undefined)[], end: Link['source']): readonly string[] {
  const arns = ids.flatMap((id) => (id === undefined ? [] : toKeyArn(id, end)));
  return [...new Set(arns)].filter((arn) => arn.includes(':key/'));
}
