import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3BucketStore } from '../../src/adapters/aws/s3-bucket-store.ts';
import { systemClock } from '../../src/adapters/aws/system-clock.ts';
import type { BucketSettingName } from '../../src/model/bucket-settings.ts';
import type { BucketStore } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

let server: ScriptedServer;
let buckets: BucketStore;
let body = '';

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  server = await startScriptedServer(() => ({ body }));
  const clients = createClients({ customEndpoint: true, endpoint: server.endpoint, maxAttempts: 1 });
  buckets = createS3BucketStore(clients, { clock: systemClock });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const DESTINATION = '<Destination><Bucket>arn:aws:s3:::copy</Bucket></Destination>';
const rules = (rule: string): string =>
  `<ReplicationConfiguration><Role>role</Role><Rule>${rule}</Rule></ReplicationConfiguration>`;
const lifecycle = (rule: string): string =>
  `<LifecycleConfiguration><Rule><Status>Enabled</Status>${rule}</Rule></LifecycleConfiguration>`;
const encryption = (rule: string): string =>
  `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`;
const lock = (rule: string): string =>
  `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`;

it.each<readonly [string, BucketSettingName, string, unknown]>([
  [
    'a replication rule of the first version replicates delete markers, and has no priority',
    'replication',
    rules(`<ID>v1</ID><Prefix>logs/</Prefix><Status>Enabled</Status>${DESTINATION}`),
    {
      role: 'role',
      rules: [
        { id: 'v1', enabled: true, priority: 0, prefix: 'logs/', deleteMarkers: true, destinationBucket: 'copy' },
      ],
    },
  ],
  [
    'a replication rule with an empty filter is for the whole bucket, and replicates markers only if it says so',
    'replication',
    rules(`<Priority>7</Priority><Status>Disabled</Status><Filter/>${DESTINATION}`),
    { rules: [{ id: '', enabled: false, priority: 7, prefix: '', tags: {}, deleteMarkers: false }] },
  ],
  [
    'a replication rule with one tag',
    'replication',
    rules(`<Status>Enabled</Status><Filter><Tag><Key>a</Key><Value>1</Value></Tag></Filter>${DESTINATION}`),
    { rules: [{ prefix: '', tags: { a: '1' }, kmsObjects: false, metrics: false, timeControl: false }] },
  ],
  [
    'a replication rule with a prefix and tags, and everything that a destination can have',
    'replication',
    rules(
      '<Status>Enabled</Status><Filter><And><Prefix>2026/</Prefix><Tag><Key>a</Key><Value>1</Value></Tag></And></Filter>' +
        '<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects>' +
        '<ReplicaModifications><Status>Enabled</Status></ReplicaModifications></SourceSelectionCriteria>' +
        '<Destination><Bucket>arn:aws-cn:s3:::copy</Bucket><Account>444455556666</Account>' +
        '<StorageClass>STANDARD_IA</StorageClass>' +
        '<AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>' +
        '<EncryptionConfiguration><ReplicaKmsKeyID>key</ReplicaKmsKeyID></EncryptionConfiguration>' +
        '<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time></ReplicationTime>' +
        '<Metrics><Status>Enabled</Status></Metrics></Destination>',
    ),
    {
      rules: [
        {
          prefix: '2026/',
          tags: { a: '1' },
          kmsObjects: true,
          replicaModifications: true,
          destinationBucket: 'copy',
          destinationAccount: '444455556666',
          storageClass: 'STANDARD_IA',
          replicaKmsKeyId: 'key',
          ownerOverride: true,
          metrics: true,
          timeControl: true,
        },
      ],
    },
  ],
  [
    'a lifecycle rule of the first version has its prefix beside it',
    'lifecycle',
    lifecycle('<Prefix>logs/</Prefix><Expiration><Days>3</Days></Expiration>'),
    [{ id: '', enabled: true, prefix: 'logs/', expiration: { days: 3 }, expiredDeleteMarker: false }],
  ],
  [
    'a lifecycle rule with several conditions, and for what is not current',
    'lifecycle',
    lifecycle(
      '<ID>x</ID><Filter><And><Prefix>a/</Prefix><Tag><Key>t</Key><Value>1</Value></Tag>' +
        '<ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter>' +
        '<NoncurrentVersionExpiration><NoncurrentDays>4</NoncurrentDays>' +
        '<NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration>' +
        '<NoncurrentVersionTransition><NoncurrentDays>1</NoncurrentDays><StorageClass>GLACIER</StorageClass>' +
        '</NoncurrentVersionTransition>',
    ),
    [
      {
        id: 'x',
        prefix: 'a/',
        tags: { t: '1' },
        largerThanBytes: 5,
        smallerThanBytes: 9,
        noncurrentExpiration: { days: 4, newerVersions: 2 },
        noncurrentTransitions: [{ days: 1, storageClass: 'GLACIER' }],
      },
    ],
  ],
  [
    'a lifecycle rule with one condition, at a date',
    'lifecycle',
    lifecycle(
      '<Filter><Tag><Key>t</Key><Value>1</Value></Tag></Filter>' +
        '<Transition><Date>2026-12-01T00:00:00Z</Date><StorageClass>GLACIER</StorageClass></Transition>' +
        '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>' +
        '<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>',
    ),
    [
      {
        tags: { t: '1' },
        transitions: [{ at: new Date('2026-12-01T00:00:00Z'), storageClass: 'GLACIER' }],
        expiredDeleteMarker: true,
        abortUploadsAfterDays: 7,
      },
    ],
  ],
  [
    'encryption by a KMS key with a bucket key',
    'encryption',
    encryption(
      '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>key</KMSMasterKeyID>' +
        '</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled>',
    ),
    { algorithm: 'aws:kms', kmsKeyId: 'key', bucketKey: true },
  ],
  [
    'encryption as every new bucket has it',
    'encryption',
    encryption(
      '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>',
    ),
    { algorithm: 'AES256', bucketKey: false },
  ],
  ['Object Lock without a default', 'objectLock', lock(''), { enabled: true }],
  [
    'Object Lock with a default in days',
    'objectLock',
    lock('<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule>'),
    { enabled: true, defaultRetention: { mode: 'GOVERNANCE', days: 1 } },
  ],
  [
    'Object Lock with a default in years',
    'objectLock',
    lock('<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Years>2</Years></DefaultRetention></Rule>'),
    { enabled: true, defaultRetention: { mode: 'COMPLIANCE', years: 2 } },
  ],
  [
    'ownership',
    'ownership',
    '<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>',
    'BucketOwnerEnforced',
  ],
  [
    'a public access block that blocks some of it',
    'publicAccessBlock',
    '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
    { blockPublicAcls: true, ignorePublicAcls: false, blockPublicPolicy: false, restrictPublicBuckets: false },
  ],
  [
    'versioning with MFA delete',
    'versioning',
    '<VersioningConfiguration><Status>Suspended</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>',
    { status: 'Suspended', mfaDelete: true },
  ],
])('reads %s', async (_title, name, answered, expected) => {
  body = answered;
  const bucket = { bucket: 'photos', region: 'eu-west-1' };
  expect(await buckets.setting(bucket, name, aBudget())).toMatchObject({ state: 'present', value: expected });
});
