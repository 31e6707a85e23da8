import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KIND_BY_DETAIL_TYPE, KIND_BY_NAME } from '../../src/ingest/event-names.ts';
import { parseNotification } from '../../src/ingest/s3-notification.ts';
import type { EventKind } from '../../src/model/event.ts';

const FOLDER = new URL('../fixtures/events/', import.meta.url);

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}

/** Kind, key and version ID of every event. */
function summary(body: unknown): unknown {
  const { events, rejected } = parseNotification(body);
  expect(rejected).toEqual([]);
  return events.map(({ kind, object }) => [kind, object.key, object.versionId]);
}

const INVOICE = '2026/11/02/invoice 0042.pdf';
const V1 = 'x3Jt9QmV7fExampleVersion01';

const READABLE: readonly (readonly [string, EventKind, string, string | undefined])[] = [
  ['created-put', 'created', INVOICE, V1],
  ['created-post', 'created', INVOICE, V1],
  ['created-copy', 'created', INVOICE, V1],
  ['created-multipart', 'created', 'backup/db.dump', 'x3Jt9QmV7fExampleVersion02'],
  ['created-unversioned', 'created', 'a.txt', undefined],
  ['created-null-version', 'created', 'a.txt', 'null'],
  ['created-version-id-is-null', 'created', 'a.txt', undefined],
  ['created-empty', 'created', 'empty', 'v0'],
  ['created-encoded-key', 'created', 'é/100% a+b.csv', 'v1'],
  ['created-key-not-encoded', 'created', 'é/100% a+b.csv', 'v1'],
  ['created-ipv6', 'created', INVOICE, V1],
  ['created-by-service', 'created', INVOICE, V1],
  ['created-prefixed-name', 'created', 'a.txt', 'v1'],
  ['created-later-minor-version', 'created', INVOICE, V1],
  ['created-unknown-way', 'created', INVOICE, V1],
  ['version-removed', 'version-removed', INVOICE, V1],
  ['delete-marker-created', 'delete-marker-created', INVOICE, 'Mk7marker0Example'],
  ['restore-started', 'restore-started', 'old/2019.tar', 'v1'],
  ['restore-completed', 'restore-completed', 'old/2019.tar', 'v1'],
  ['restore-expired', 'restore-expired', 'old/2019.tar', 'v1'],
  ['replication-failed', 'replication-failed', INVOICE, V1],
  ['replication-failed-unknown-reason', 'replication-failed', INVOICE, V1],
  ['replication-missed-threshold', 'replication-missed-threshold', INVOICE, V1],
  ['replicated-after-threshold', 'replicated-after-threshold', INVOICE, V1],
  ['replication-not-tracked', 'replication-not-tracked', INVOICE, V1],
  ['object-lost', 'object-lost', 'rrs/lost.jpg', 'v5'],
  ['lifecycle-transition', 'transitioned', 'log/a.gz', 'v2'],
  ['lifecycle-expired', 'expired', 'log/b.gz', 'v0'],
  ['lifecycle-marker-created', 'expiry-marker-created', 'log/c.gz', 'mk1'],
  ['intelligent-tiering', 'tiered', 'it/d.bin', 'v3'],
  ['acl-put', 'acl-changed', 'x.txt', 'v4'],
  ['tagging-put', 'tags-changed', 'x.txt', 'v4'],
  ['tagging-deleted', 'tags-changed', 'x.txt', 'v4'],
  ['annotation-put', 'annotation-changed', 'x.txt', 'v4'],
  ['annotation-deleted', 'annotation-changed', 'x.txt', 'v4'],
  ['retention-put', 'retention-changed', 'x.txt', 'v4'],
  ['unknown-name', 'other', INVOICE, V1],
  ['wrapped-sqs', 'created', INVOICE, V1],
  ['wrapped-sqs-body', 'created', INVOICE, V1],
  ['wrapped-sns-sqs', 'created', INVOICE, V1],
  ['wrapped-sns-sqs-body', 'created', INVOICE, V1],
  ['wrapped-sns-lambda', 'created', INVOICE, V1],
  ['wrapped-eventbridge-sqs', 'created', INVOICE, V1],
  ['wrapped-failure-record', 'created', INVOICE, V1],
  ['eventbridge-created-put', 'created', INVOICE, V1],
  ['eventbridge-created-post', 'created', INVOICE, V1],
  ['eventbridge-created-copy', 'created', INVOICE, V1],
  ['eventbridge-created-multipart', 'created', INVOICE, V1],
  ['eventbridge-created-raw-key', 'created', 'é/100%25+a%2Bb.csv', V1],
  ['eventbridge-version-removed', 'version-removed', 'a.txt', 'v9'],
  ['eventbridge-delete-marker-created', 'delete-marker-created', 'a.txt', 'mk1'],
  ['eventbridge-lifecycle-expired', 'expired', 'a.txt', 'v9'],
  ['eventbridge-lifecycle-marker-created', 'expiry-marker-created', 'a.txt', 'mk2'],
  ['eventbridge-deleted-unknown-way', 'other', 'a.txt', 'v9'],
  ['eventbridge-restore-started', 'restore-started', 'old/2019.tar', 'v1'],
  ['eventbridge-restore-completed', 'restore-completed', 'old/2019.tar', 'v1'],
  ['eventbridge-restore-expired', 'restore-expired', 'old/2019.tar', 'v1'],
  ['eventbridge-storage-class-changed', 'transitioned', 'log/a.gz', 'v2'],
  ['eventbridge-access-tier-changed', 'tiered', 'it/d.bin', 'v3'],
  ['eventbridge-tags-added', 'tags-changed', 'x.txt', 'v4'],
  ['eventbridge-tags-deleted', 'tags-changed', 'x.txt', 'v4'],
  ['eventbridge-acl-updated', 'acl-changed', 'x.txt', 'v4'],
  ['eventbridge-annotation-created', 'annotation-changed', 'x.txt', 'v4'],
  ['eventbridge-annotation-removed', 'annotation-changed', 'x.txt', 'v4'],
  ['eventbridge-retention-updated', 'retention-changed', 'x.txt', 'v4'],
  ['eventbridge-unknown-detail-type', 'other', 'x.txt', 'v4'],
];

/** Told apart by the tests below. */
const OTHERS = ['test-event', 'wrapped-sqs-test-event', 'wrapped-subscription-confirmation', 'mixed-good-and-bad'];

describe('parseNotification', () => {
  it.each(READABLE)('reads %s as %s', (name, kind, key, versionId) => {
    expect(summary(fixture(name))).toEqual([[kind, key, versionId]]);
  });

  it('is tested with every fixture, and the fixtures contain every name', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
    expect(files.toSorted()).toEqual(
      [...READABLE.map(([name]) => name), ...OTHERS].map((name) => `${name}.json`).toSorted(),
    );
    const names = new Set(
      READABLE.flatMap(([name]) => parseNotification(fixture(name)).events.map((event) => event.name)),
    );
    expect([...KIND_BY_NAME.keys(), ...KIND_BY_DETAIL_TYPE.keys()].filter((name) => !names.has(name))).toEqual([]);
  });

  it.each(['test-event', 'wrapped-sqs-test-event'])('reads no event from %s and rejects nothing', (name) => {
    expect(parseNotification(fixture(name))).toEqual({ events: [], rejected: [] });
  });

  it('reads every member of a classic record', () => {
    expect(parseNotification(fixture('created-prefixed-name')).events).toEqual([
      {
        kind: 'created',
        name: 'ObjectCreated:Put',
        object: { bucket: 'orders-use1', region: 'us-east-1', key: 'a.txt', versionId: 'v1' },
        eventAt: new Date('2026-11-02T08:15:30.123Z'),
        sizeBytes: 1,
        etag: '0cc175b9c0f1b6a831c399e269772661',
        sequencer: '0069070E42078F3C59',
        principal: 'AWS:AROAEXAMPLEROLEID:ingest-session',
      },
    ]);
  });

  it('reads every member of an EventBridge event', () => {
    expect(parseNotification(fixture('eventbridge-created-put')).events).toEqual([
      {
        kind: 'created',
        name: 'Object Created',
        object: { bucket: 'orders-use1', region: 'us-east-1', key: INVOICE, versionId: V1 },
        eventAt: new Date('2026-11-02T08:15:31Z'),
        sizeBytes: 1_048_576,
        etag: 'b1946ac92492d2347c6235b4d2611184',
        sequencer: '0069070e42078f3c',
        principal: '111122223333',
      },
    ]);
  });

  it('reads the report of a failed replication', () => {
    expect(parseNotification(fixture('replication-failed')).events[0]?.replication).toEqual({
      ruleId: 'crr-all-to-euw1',
      destinationBucket: 'orders-euw1',
      operation: 'OBJECT_PUT',
      failureReason: 'DstKmsKeyInvalidState',
      requestedAt: new Date('2026-11-02T08:15:30.001Z'),
    });
  });

  it('passes on reasons and operations that it does not know, and drops a time that is none', () => {
    expect(parseNotification(fixture('replication-failed-unknown-reason')).events[0]?.replication).toEqual({
      ruleId: 'crr-all-to-euw1',
      destinationBucket: 'orders-euw1',
      operation: 'OBJECT_NOVEL',
      failureReason: 'DstNovelReason',
    });
  });

  it('keeps the good records beside bad ones, and says what is wrong with the bad', () => {
    const { events, rejected } = parseNotification(fixture('mixed-good-and-bad'));
    expect(events.map(({ kind }) => kind)).toEqual(['created', 'version-removed']);
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'Records[1].s3.object.key: expected a text that is not empty, got nothing',
      "Records[2].eventVersion: expected a version 2.x, got '3.0'",
    ]);
    expect(rejected[0]?.record).toMatchObject({ eventName: 'ObjectCreated:Put' });
  });

  it('rejects the confirmation of a subscription, which somebody has to answer', () => {
    expect(parseNotification(fixture('wrapped-subscription-confirmation')).rejected).toMatchObject([
      { reason: "Type: expected 'Notification', got 'SubscriptionConfirmation'" },
    ]);
  });
});

/** A record that is good but for the changes. */
function record(changes: Record<string, unknown>, object: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventVersion: '2.1',
    awsRegion: 'eu-west-1',
    eventTime: '2026-11-02T08:15:30Z',
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: 'b' }, object: { key: 'k', ...object } },
    ...changes,
  };
}

describe('the time of an event', () => {
  it.each([
    ['with the Z of S3', '2026-11-02T08:15:30.123Z'],
    ['without a zone, as some servers send it', '2026-11-02T08:15:30.123'],
    ['with another zone', '2026-11-02T09:15:30.123+01:00'],
  ])('is read %s', (_, eventTime) => {
    const { events } = parseNotification({ Records: [record({ eventTime })] });
    expect(events.map(({ eventAt }) => eventAt.toISOString())).toEqual(['2026-11-02T08:15:30.123Z']);
  });
});

describe('what parseNotification says against an unreadable body', () => {
  it.each<[string, unknown, string]>([
    ['text', 'PASSWORD=1', 'body: expected JSON, got a text of another form'],
    ['an empty text', '', 'body: expected JSON, got an empty text'],
    ['null', null, 'body: expected an S3 notification, got null'],
    ['a list', [], 'body: expected an S3 notification, got a list'],
    ['a number', 1, 'body: expected an S3 notification, got a number'],
    ['another object', { a: 1 }, 'body: expected an S3 notification, got an object'],
    ['records that are none', { Records: {} }, 'Records: expected a list of records, got an object'],
    [
      'a message without body',
      { Records: [{ body: 7 }] },
      'Records[0].body: expected an S3 notification, got a number',
    ],
    [
      'a message that is no JSON',
      { Records: [{ body: '{' }] },
      'Records[0].body: expected JSON, got a text of another form',
    ],
    ['a topic without message', { Sns: {} }, 'Sns.Message: expected an S3 notification, got nothing'],
    ['another topic message', { Type: 5, Message: '' }, "Type: expected 'Notification', got a number"],
    ['a version that is no text', record({ eventVersion: 2 }), 'eventVersion: expected a text, got a number'],
    [
      'a secret version',
      record({ eventVersion: 'my secret' }),
      'eventVersion: expected a version 2.x, got a text of another form',
    ],
    ['no name', record({ eventName: null }), 'eventName: expected a text that is not empty, got null'],
    ['no Region', record({ awsRegion: '' }), 'awsRegion: expected a Region, got an empty text'],
    ['no time', record({ eventTime: undefined }), 'eventTime: expected an ISO 8601 time, got nothing'],
    [
      'another time',
      record({ eventTime: 'Monday' }),
      'eventTime: expected an ISO 8601 time, got a text of another form',
    ],
    [
      'no such day',
      record({ eventTime: '2026-13-45T00:00:00Z' }),
      'eventTime: expected an ISO 8601 time, got a text of another form',
    ],
    [
      'no bucket',
      record({ s3: { object: { key: 'k' } } }),
      's3.bucket.name: expected a text that is not empty, got nothing',
    ],
    ['a negative size', record({}, { size: -1 }), 's3.object.size: expected a number of bytes, got a number'],
    [
      'a size in words',
      record({}, { size: 'big' }),
      's3.object.size: expected a number of bytes, got a text of another form',
    ],
    ['a list as ETag', record({}, { eTag: [] }), 's3.object.eTag: expected a text, got a list'],
    [
      'an event of another source',
      { 'detail-type': 'x', source: 'aws.ec2' },
      "source: expected 'aws.s3', got 'aws.ec2'",
    ],
    [
      'an EventBridge event without Region',
      { 'detail-type': 'Object Created', source: 'aws.s3', detail: { bucket: { name: 'b' }, object: { key: 'k' } } },
      'region: expected a Region, got nothing',
    ],
    [
      'a hyphenated member',
      { 'detail-type': 'Object Created', source: 'aws.s3', detail: { object: { 'version-id': true } } },
      "detail.object['version-id']: expected a text, got a boolean",
    ],
  ])('%s', (_, body, reason) => {
    const { events, rejected } = parseNotification(body);
    expect(events).toEqual([]);
    expect(rejected.map((entry) => entry.reason)).toEqual([reason]);
  });

  it('gives up on endless wrapping', () => {
    let body: unknown = { Records: [record({})] };
    for (let layer = 0; layer < 10; layer += 1) body = { requestPayload: body };
    expect(parseNotification(body).events).toHaveLength(1);
    const [rejected] = parseNotification({ requestPayload: { requestPayload: body } }).rejected;
    expect(rejected?.reason).toMatch(/expected at most 12 layers of wrapping, got an object$/);
  });
});

describe('what parseNotification forgives', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a size of null', record({}, { size: null })],
    ['an ETag of nothing', record({}, { eTag: '' })],
    ['a principal that is no text', record({ userIdentity: { principalId: 7 } })],
    ['a user identity that is no object', record({ userIdentity: 'me' })],
    ['a replication report that is no object', record({ replicationEventData: 'late' })],
  ])('%s', (_, body) => {
    expect(parseNotification(body).events).toEqual([
      {
        kind: 'created',
        name: 'ObjectCreated:Put',
        object: { bucket: 'b', region: 'eu-west-1', key: 'k' },
        eventAt: new Date('2026-11-02T08:15:30Z'),
      },
    ]);
  });

  it('an empty replication report, which reports all the same', () => {
    expect(parseNotification(record({ replicationEventData: {} })).events[0]?.replication).toEqual({});
  });

  it('a missing Region, where the caller knows it', () => {
    const bridge = {
      'detail-type': 'Object Created',
      source: 'aws.s3',
      time: '2026-11-02T08:15:30+01:00',
      detail: { bucket: { name: 'b' }, object: { key: 'k' } },
    };
    for (const body of [record({ awsRegion: '' }), bridge]) {
      expect(parseNotification(body, { region: 'eu-south-2' }).events[0]?.object.region).toBe('eu-south-2');
    }
  });
});

describe('an error that is ours', () => {
  it('is not taken for an unreadable record', () => {
    const trap = new Proxy(
      {},
      {
        has: () => {
          throw new RangeError('ours');
        },
      },
    );
    expect(() => parseNotification(trap)).toThrow('ours');
  });
});
