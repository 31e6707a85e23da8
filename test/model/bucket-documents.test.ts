import { describe, expect, it } from 'vitest';
import type { LifecycleRule, ReplicationRule } from '../../src/model/bucket-settings.ts';
import { toFilter } from '../../src/model/filter-document.ts';
import { putLifecycle, toLifecycleDocument } from '../../src/model/lifecycle-document.ts';
import { putNotifications, toNotificationDocument } from '../../src/model/notification-document.ts';
import { putReplication, toReplicationDocument } from '../../src/model/replication-document.ts';
import { aLifecycleRule, aReplicationRule } from '../support/pair-facts.ts';

const BUCKET = { bucket: 'b', region: 'eu-west-1' };
const TAG = { Key: 'k', Value: 'v' };

describe('toFilter', () => {
  it.each([
    ['nothing', { prefix: '', tags: [], others: {} }, { Prefix: '' }],
    ['a prefix', { prefix: 'a/', tags: [], others: {} }, { Prefix: 'a/' }],
    ['a tag', { prefix: '', tags: [TAG], others: {} }, { Tag: TAG }],
    ['a size', { prefix: '', tags: [], others: { ObjectSizeLessThan: 5 } }, { ObjectSizeLessThan: 5 }],
    ['two tags', { prefix: '', tags: [TAG, TAG], others: {} }, { And: { Tags: [TAG, TAG] } }],
    ['a prefix and a tag', { prefix: 'a/', tags: [TAG], others: {} }, { And: { Prefix: 'a/', Tags: [TAG] } }],
    [
      'a prefix and a size',
      { prefix: 'a/', tags: [], others: { ObjectSizeLessThan: 5 } },
      { And: { Prefix: 'a/', ObjectSizeLessThan: 5 } },
    ],
  ])('selects by %s', (_, predicates, expected) => {
    expect(toFilter(predicates)).toEqual(expected);
  });
});

function documentOf(...rules: readonly ReplicationRule[]): Readonly<Record<string, unknown>> {
  return toReplicationDocument({ role: 'arn:role', rules }, 'eu-west-1') as Readonly<Record<string, unknown>>;
}

describe('toReplicationDocument', () => {
  it('says everything that a rule can say', () => {
    const rule = aReplicationRule({
      id: 'all',
      priority: 4,
      prefix: 'p/',
      kmsObjects: true,
      replicaModifications: true,
      destinationAccount: '444455556666',
      storageClass: 'STANDARD_IA',
      replicaKmsKeyId: 'arn:key',
      ownerOverride: true,
    });
    expect(documentOf(rule)).toEqual({
      Role: 'arn:role',
      Rules: [
        {
          ID: 'all',
          Priority: 4,
          Status: 'Enabled',
          Filter: { Prefix: 'p/' },
          DeleteMarkerReplication: { Status: 'Enabled' },
          SourceSelectionCriteria: {
            SseKmsEncryptedObjects: { Status: 'Enabled' },
            ReplicaModifications: { Status: 'Enabled' },
          },
          Destination: {
            Bucket: 'arn:aws:s3:::orders-euw1',
            Account: '444455556666',
            StorageClass: 'STANDARD_IA',
            AccessControlTranslation: { Owner: 'Destination' },
            EncryptionConfiguration: { ReplicaKmsKeyID: 'arn:key' },
            ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
            Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
          },
        },
      ],
    });
  });

  it('says nothing that was not said', () => {
    const bare = aReplicationRule({ id: '', enabled: false, deleteMarkers: false, metrics: false, timeControl: false });
    expect(documentOf(bare)).toMatchObject({ Rules: [{ Status: 'Disabled', Destination: {} }] });
    expect(JSON.stringify(documentOf(bare))).not.toMatch(/ID|SourceSelection|Metrics|ReplicationTime|Account/);
    const measured = aReplicationRule({ timeControl: false, replicaModifications: true });
    expect(documentOf(measured)).toMatchObject({
      Rules: [
        {
          SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } },
          Destination: { Metrics: { Status: 'Enabled' } },
        },
      ],
    });
    const selected = aReplicationRule({ kmsObjects: true });
    expect(documentOf(selected)).toMatchObject({
      Rules: [{ SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } } }],
    });
  });

  it('gives rules of the first version, which have no priority, one each', () => {
    const rules = [aReplicationRule({ priority: 0 }), aReplicationRule({ id: 'b', priority: 0 })];
    expect(documentOf(...rules)).toMatchObject({ Rules: [{ Priority: 0 }, { Priority: 1 }] });
  });

  it('replicates no delete markers where a rule filters by tags, which S3 would refuse', () => {
    const rule = aReplicationRule({ tags: { class: 'order' } });
    expect(documentOf(rule)).toMatchObject({
      Rules: [{ Filter: { Tag: { Key: 'class', Value: 'order' } }, DeleteMarkerReplication: { Status: 'Disabled' } }],
    });
  });

  it('removes the configuration with the last rule', () => {
    expect(putReplication(BUCKET, { role: 'r', rules: [] })).toBe(
      'aws s3api delete-bucket-replication --bucket b --region eu-west-1',
    );
    expect(putReplication(BUCKET, { role: 'r', rules: [aReplicationRule()] })).toContain('put-bucket-replication');
  });
});

describe('toLifecycleDocument', () => {
  const rows: readonly (readonly [string, Partial<LifecycleRule>, object])[] = [
    ['a day of expiry', { expiration: { days: 30 } }, { Expiration: { Days: 30 } }],
    ['a date of expiry', { expiration: { at: new Date(0) } }, { Expiration: { Date: '1970-01-01T00:00:00.000Z' } }],
    ['lone delete markers', { expiredDeleteMarker: true }, { Expiration: { ExpiredObjectDeleteMarker: true } }],
    [
      'noncurrent versions',
      { noncurrentExpiration: { days: 3, newerVersions: 2 } },
      { NoncurrentVersionExpiration: { NoncurrentDays: 3, NewerNoncurrentVersions: 2 } },
    ],
    [
      'transitions',
      { transitions: [{ days: 1, storageClass: 'GLACIER' }] },
      { Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] },
    ],
    [
      'noncurrent transitions',
      { noncurrentTransitions: [{ days: 1, storageClass: 'GLACIER' }] },
      { NoncurrentVersionTransitions: [{ NoncurrentDays: 1, StorageClass: 'GLACIER' }] },
    ],
    ['uploads', { abortUploadsAfterDays: 7 }, { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }],
    [
      'sizes',
      { largerThanBytes: 1, smallerThanBytes: 9 },
      { Filter: { And: { ObjectSizeGreaterThan: 1, ObjectSizeLessThan: 9 } } },
    ],
  ];

  it.each(rows)('says %s and no more', (_, change, said) => {
    const rule = aLifecycleRule({ id: 'r', ...change });
    const expected = { ID: 'r', Status: 'Enabled', Filter: { Prefix: '' }, ...said };
    expect(toLifecycleDocument([rule])).toEqual({ Rules: [expected] });
  });

  it('keeps rules that are switched off or have no name', () => {
    expect(toLifecycleDocument([aLifecycleRule({ id: '', enabled: false })])).toEqual({
      Rules: [{ Status: 'Disabled', Filter: { Prefix: '' } }],
    });
  });

  it('removes the configuration with the last rule', () => {
    expect(putLifecycle(BUCKET, [])).toBe('aws s3api delete-bucket-lifecycle --bucket b --region eu-west-1');
    expect(putLifecycle(BUCKET, [aLifecycleRule()])).toContain('put-bucket-lifecycle-configuration');
  });
});

describe('toNotificationDocument', () => {
  const entry = { events: ['s3:ObjectCreated:*'], prefix: '', suffix: '' };

  it('keeps every kind of target, its filter, and EventBridge', () => {
    const entries = [
      { ...entry, kind: 'topic', targetArn: 't', id: 'one' },
      { ...entry, kind: 'queue', targetArn: 'q', prefix: 'a/' },
      { ...entry, kind: 'function', targetArn: 'f', suffix: '.jpg' },
    ] as const;
    expect(toNotificationDocument({ entries, eventBridge: true })).toEqual({
      TopicConfigurations: [{ Id: 'one', TopicArn: 't', Events: ['s3:ObjectCreated:*'] }],
      QueueConfigurations: [
        {
          QueueArn: 'q',
          Events: ['s3:ObjectCreated:*'],
          Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'a/' }] } },
        },
      ],
      LambdaFunctionConfigurations: [
        {
          LambdaFunctionArn: 'f',
          Events: ['s3:ObjectCreated:*'],
          Filter: { Key: { FilterRules: [{ Name: 'suffix', Value: '.jpg' }] } },
        },
      ],
      EventBridgeConfiguration: {},
    });
  });

  it('turns notifications off where there are none', () => {
    expect(putNotifications(BUCKET, { entries: [], eventBridge: false })).toBe(
      "aws s3api put-bucket-notification-configuration --bucket b --region eu-west-1 --notification-configuration '{}'",
    );
  });
});
