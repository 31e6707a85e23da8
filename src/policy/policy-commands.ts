import type { BucketRef } from '../model/bucket-settings.ts';
import { toPolicyDocument } from '../model/policy-document.ts';
import { awsCommand, quote } from '../model/shell-command.ts';

/** Gives a role one more inline policy, or the same again. */
export function addToRole(role: string, name: string, statements: readonly object[]): string {
  return awsCommand('iam put-role-policy', {
    'role-name': role,
    'policy-name': name,
    'policy-document': toPolicyDocument(statements),
  });
}

/** Adds to the trust policy of a role, which is replaced as a whole. */
export function addToTrust(role: string, statement: object): readonly string[] {
  return [
    `${awsCommand('iam get-role', { 'role-name': role, query: 'Role.AssumeRolePolicyDocument' })} > trust.json`,
    append(statement, 'trust'),
    awsCommand('iam update-assume-role-policy', {
      'role-name': role,
      'policy-document': 'file://trust-new.json',
    }),
  ];
}

/** Adds to the policy of a bucket, which is replaced as a whole. */
export function addToBucketPolicy({ bucket, region }: BucketRef, statement: object): readonly string[] {
  const at = { bucket, region };
  return [
    `${awsCommand('s3api get-bucket-policy', { ...at, query: 'Policy', output: 'text' })} > bucket-policy.json`,
    append(statement, 'bucket-policy'),
    awsCommand('s3api put-bucket-policy', { ...at, policy: 'file://bucket-policy-new.json' }),
  ];
}

/** Adds to the policy of a KMS key, which is replaced as a whole. */
export function addToKeyPolicy(key: string, region: string, statement: object): readonly string[] {
  const at = { 'key-id': key, region, 'policy-name': 'default' };
  return [
    `${awsCommand('kms get-key-policy', { ...at, query: 'Policy', output: 'text' })} > key-policy.json`,
    append(statement, 'key-policy'),
    awsCommand('kms put-key-policy', { ...at, policy: 'file://key-policy-new.json' }),
  ];
}

/** Without a policy to begin with there is nothing to add to: then the line fails, and nothing is overwritten. */
function append(statement: object, name: string): string {
  return `jq -e ${quote(`.Statement += [${JSON.stringify(statement)}]`)} ${name}.json > ${name}-new.json`;
}
