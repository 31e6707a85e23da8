import { splitAddress } from '../s3/s3-request.ts';
import type { SandboxRequest } from '../service.ts';

/** One permission that an operation needs. */
export interface NeededAccess {
  readonly action: string;
  readonly resource: string;
}

/** Where the permission is not named like the operation. Each pair: without and with a version ID. */
const VERSIONED: Readonly<Record<string, readonly [current: readonly string[], version: readonly string[]]>> = {
  GetObject: [['GetObject'], ['GetObjectVersion']],
  HeadObject: [['GetObject'], ['GetObjectVersion']],
  GetObjectAttributes: [
    ['GetObject', 'GetObjectAttributes'],
    ['GetObjectVersion', 'GetObjectVersionAttributes'],
  ],
  GetObjectTagging: [['GetObjectTagging'], ['GetObjectVersionTagging']],
  PutObjectTagging: [['PutObjectTagging'], ['PutObjectVersionTagging']],
  DeleteObjectTagging: [['DeleteObjectTagging'], ['DeleteObjectVersionTagging']],
  GetObjectAcl: [['GetObjectAcl'], ['GetObjectVersionAcl']],
  PutObjectAcl: [['PutObjectAcl'], ['PutObjectVersionAcl']],
  DeleteObject: [['DeleteObject'], ['DeleteObjectVersion']],
};

const RENAMED: Readonly<Record<string, string>> = {
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  HeadBucket: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListBuckets: 'ListAllMyBuckets',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListParts: 'ListMultipartUploadParts',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  UploadPartCopy: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  DeleteObjects: 'DeleteObject',
  GetBucketReplication: 'GetReplicationConfiguration',
  PutBucketReplication: 'PutReplicationConfiguration',
  DeleteBucketReplication: 'PutReplicationConfiguration',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  GetBucketInventoryConfiguration: 'GetInventoryConfiguration',
  ListBucketInventoryConfigurations: 'GetInventoryConfiguration',
  PutBucketInventoryConfiguration: 'PutInventoryConfiguration',
  DeleteBucketInventoryConfiguration: 'PutInventoryConfiguration',
};

/**
 * The permissions that a request to S3 needs. `DeleteObjects` names its keys in the body and so needs the whole bucket here.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function neededForS3(operation: string, request: Omit<SandboxRequest, 'body'>): readonly NeededAccess[] {
  const { bucket, rawKey } = splitAddress(request);
  const key = operation === 'DeleteObjects' ? '*' : decodeURIComponent(rawKey);
  const resource = bucket === '' ? '*' : `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
  const [current, version] = VERSIONED[operation] ?? [[RENAMED[operation] ?? operation], undefined];
  const actions = request.query.has('versionId') ? (version ?? current) : current;
  const needed = actions.map((action) => ({ action: `s3:${action}`, resource }));
  const copied = request.headers['x-amz-copy-source'];
  const tagged = request.headers['x-amz-tagging'] !== undefined && actions.includes('PutObject');
  return [
    ...needed,
    ...(tagged ? [{ action: 's3:PutObjectTagging', resource }] : []),
    ...(copied === undefined ? [] : [neededForCopySource(copied)]),
  ];
}

function neededForCopySource(copySource: string): NeededAccess {
  const [path = '', query = ''] = copySource.replace(/^\//, '').split('?', 2);
  const action = query.startsWith('versionId=') ? 's3:GetObjectVersion' : 's3:GetObject';
  return { action, resource: `arn:aws:s3:::${decodeURIComponent(path)}` };
}

/** The permission without which S3 says "forbidden" where it would say "not found". */
export function neededToKnowAbsence(request: Omit<SandboxRequest, 'body'>): NeededAccess {
  return { action: 's3:ListBucket', resource: `arn:aws:s3:::${splitAddress(request).bucket}` };
}
