import type { Condition } from '../iam/condition.ts';
import { parsePolicy, type Statement } from '../iam/policy.ts';
import { errorText } from '../record.ts';
import type { BucketOperation, Call } from './s3-cloud.ts';
import { S3Error, notImplemented } from './s3-error.ts';
import { receiveText } from './receive.ts';
import { buildXml } from './xml.ts';

const POLICY = { on: 'bucket', selectors: ['policy'] } as const;
const RECORD = 'policy';

/** A policy decides over roles and other accounts; the administrator of the bucket's own account is not bound by it. */
export const putBucketPolicy: BucketOperation = {
  ...POLICY,
  name: 'PutBucketPolicy',
  method: 'PUT',
  headers: ['x-amz-confirm-remove-self-bucket-access'],
  async run({ cloud, request, bucket }) {
    const document = await receiveText(cloud, request);
    bucket.policy = parse(document);
    bucket.recorded.set(RECORD, document);
    return { status: 204 };
  },
};

export const getBucketPolicy: BucketOperation = {
  ...POLICY,
  name: 'GetBucketPolicy',
  method: 'GET',
  async run(call) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: requirePolicy(call) };
  },
};

export const deleteBucketPolicy: BucketOperation = {
  ...POLICY,
  name: 'DeleteBucketPolicy',
  method: 'DELETE',
  async run({ bucket }) {
    bucket.policy = [];
    bucket.recorded.delete(RECORD);
    return { status: 204 };
  },
};

export const getBucketPolicyStatus: BucketOperation = {
  name: 'GetBucketPolicyStatus',
  on: 'bucket',
  method: 'GET',
  selectors: ['policyStatus'],
  async run(call) {
    requirePolicy(call);
    const isPublic = call.bucket.policy.some(opensToAll);
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: buildXml('PolicyStatus', { IsPublic: isPublic }),
    };
  },
};

function requirePolicy({ bucket }: Call): string {
  const document = bucket.recorded.get(RECORD);
  if (document === undefined) throw new S3Error('NoSuchBucketPolicy', 'The bucket policy does not exist');
  return document;
}

/** Throws what S3 says of no policy, and refuses by name what the sandbox does not evaluate. */
function parse(text: string): readonly Statement[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new S3Error('MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'");
  }
  try {
    return parsePolicy(document, 'bucket policy');
  } catch (error) {
    throw notImplemented('value', errorText(error));
  }
}

/** Keys whose fixed values keep a statement from being public. */
const RESTRICTING: ReadonlySet<string> = new Set([
  'aws:SourceArn',
  'aws:SourceAccount',
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
]);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status */
function opensToAll({ effect, principals = [], conditions }: Statement): boolean {
  return effect === 'Allow' && principals.some(({ name }) => name === '*') && !conditions.some(restricts);
}

function restricts({ operator, ifExists, key, values }: Condition): boolean {
  return RESTRICTING.has(key) && !operator.includes('Not') && !ifExists && values.every((value) => value !== '*');
}
