import { AwsError, notImplemented } from '../aws-error.ts';
import { parsePolicy, type Statement } from '../iam/policy.ts';
import { asRecord, errorText } from '../record.ts';

/** What a key gets that is created without a policy: the policies of the account's roles decide. */
export function defaultKeyPolicy(account: string): string {
  return policyOf('key-default-1', {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  });
}

/** Of the account's own key of S3: whoever may use S3 may use it through S3, and nobody otherwise. */
export function managedKeyPolicy(account: string, region: string): string {
  return policyOf('auto-s3-2', {
    Sid: 'Allow access through S3 for all principals in the account that are authorized to use S3',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `s3.${region}.amazonaws.com` },
    },
  });
}

function policyOf(Id: string, statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Id, Statement: [statement] });
}

/** Throws `AwsError`, also for what the sandbox does not evaluate. */
export function parseKeyPolicy(text: string): readonly Statement[] {
  let document: unknown;
  try {
    document = asRecord(JSON.parse(text), 'policy');
  } catch (error) {
    throw new AwsError('MalformedPolicyDocumentException', 400, `The new key policy is no policy: ${errorText(error)}`);
  }
  try {
    return parsePolicy(document, 'key policy');
  } catch (error) {
    throw notImplemented(errorText(error));
  }
}
