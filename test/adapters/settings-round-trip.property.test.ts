import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3BucketStore } from '../../src/adapters/aws/s3-bucket-store.ts';
import { systemClock } from '../../src/adapters/aws/system-clock.ts';
import type { LifecycleRule, NotificationEntry, ReplicationRule } from '../../src/model/bucket-settings.ts';
import { putLifecycle } from '../../src/model/lifecycle-document.ts';
import { putNotifications } from '../../src/model/notification-document.ts';
import { present } from '../../src/model/observation.ts';
import { putReplication } from '../../src/model/replication-document.ts';
import type { BucketStore } from '../../src/ports.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { runPrintedCommand } from '../cli/run-printed-command.ts';
import { aLifecycleRule, aNotification, aReplicationRule, ROLE } from '../support/pair-facts.ts';
import { createSdkClients, type Endpoint } from '../support/sdk-clients.ts';

/** What is read, printed, run and read again is the same: a fix changes nothing but what it is for. */

const call = { signal: AbortSignal.timeout(60_000) };
const BUCKET = { bucket: 'mine', region: 'eu-west-1' };
const hostile = fc.string({
  unit: fc.constantFrom('a', '+', '%', ' ', '/', 'é', '～', '😀', "'"),
  minLength: 1,
  maxLength: 5,
});
const tags = fc.dictionary(hostile, hostile, { maxKeys: 2 });
const optional = <T>(name: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((given) => (given === undefined ? {} : { [name]: given }));

let cloud: Cloud;
let endpoint: Endpoint;
let buckets: BucketStore;

beforeAll(async () => {
  cloud = await createCloud();
  endpoint = { endpoint: cloud.url, credentials: cloud.credentials };
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  const clients = createClients({ customEndpoint: true, endpoint: cloud.url, maxAttempts: 1 });
  buckets = createS3BucketStore(clients, { clock: systemClock, freshForMs: 0 });
  const sdk = createSdkClients(endpoint);
  const s3 = sdk.s3(BUCKET.region);
  for (const Bucket of ['mine', 'one', 'two']) {
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  }
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: '*',
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await sdk.sqs(BUCKET.region).send(new CreateQueueCommand({ QueueName: 'q', Attributes: { Policy } }));
  sdk.destroy();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
});

const replicationRule: fc.Arbitrary<ReplicationRule> = fc
  .tuple(
    fc.record({
      enabled: fc.boolean(),
      prefix: fc.oneof(fc.constant(''), hostile),
      tags,
      deleteMarkers: fc.boolean(),
      replicaModifications: fc.boolean(),
      destinationBucket: fc.constantFrom('one', 'two'),
      metrics: fc.boolean(),
      timeControl: fc.boolean(),
      ownerOverride: fc.boolean(),
      kmsObjects: fc.boolean(),
    }),
    optional('storageClass', fc.constantFrom('STANDARD_IA', 'GLACIER')),
  )
  .map(([rule, more]) =>
    aReplicationRule({
      ...rule,
      ...more,
      metrics: rule.metrics || rule.timeControl, // the one needs the other
      deleteMarkers: rule.deleteMarkers && Object.keys(rule.tags).length === 0,
      ...(rule.ownerOverride ? { destinationAccount: '111122223333' } : {}),
      ...(rule.kmsObjects ? { replicaKmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1' } : {}),
    }),
  );

const lifecycleRule: fc.Arbitrary<LifecycleRule> = fc
  .tuple(
    fc.record({ enabled: fc.boolean(), prefix: fc.oneof(fc.constant(''), hostile) }),
    optional(
      'expiration',
      fc.oneof(
        fc.record({ days: fc.integer({ min: 100, max: 200 }) }),
        fc.constant({ at: new Date('2030-01-01T00:00:00Z') }),
      ),
    ),
    optional('noncurrentExpiration', fc.record({ days: fc.integer({ min: 100, max: 200 }) })),
    fc.oneof(
      fc.record({
        tags,
        largerThanBytes: fc.integer({ min: 1, max: 10 }),
        smallerThanBytes: fc.integer({ min: 100, max: 200 }),
      }),
      fc.record({ abortUploadsAfterDays: fc.integer({ min: 1, max: 9 }) }),
    ),
  )
  .map(([rule, expiration, noncurrent, rest]) =>
    aLifecycleRule({
      ...rule,
      ...expiration,
      ...noncurrent,
      ...rest,
      noncurrentTransitions: [{ days: 40, storageClass: 'GLACIER' }],
      transitions:
        'at' in (('expiration' in expiration ? expiration['expiration'] : undefined) ?? {})
          ? []
          : [{ days: 50, storageClass: 'GLACIER' }],
    }),
  );

const EVENTS = [
  's3:ObjectCreated:*',
  's3:ObjectRemoved:*',
  's3:ObjectTagging:*',
  's3:Replication:*',
  's3:ObjectAcl:Put',
];

const notifications: fc.Arbitrary<readonly NotificationEntry[]> = fc
  .array(fc.tuple(fc.oneof(fc.constant(''), hostile), fc.oneof(fc.constant(''), hostile)), {
    minLength: 1,
    maxLength: EVENTS.length,
  })
  .map((filters) =>
    filters.map(([prefix, suffix], index) =>
      aNotification({
        id: `n${index}`,
        targetArn: 'arn:aws:sqs:eu-west-1:111122223333:q',
        events: [EVENTS[index] ?? ''],
        prefix,
        suffix,
      }),
    ),
  );

describe('a printed command', () => {
  it('keeps replication rules as they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(replicationRule, { minLength: 1, maxLength: 3 }), async (given) => {
        const rules = given.map((rule, index) => ({ ...rule, id: `r'${index}`, priority: index + 1 }));
        const settings = { role: ROLE, rules };
        await runPrintedCommand(putReplication(BUCKET, settings), endpoint);
        expect(await buckets.setting(BUCKET, 'replication', call)).toEqual(present(settings));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps lifecycle rules as they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(lifecycleRule, { minLength: 1, maxLength: 3 }), async (given) => {
        const rules = given.map((rule, index) => ({ ...rule, id: `l'${index}` }));
        await runPrintedCommand(putLifecycle(BUCKET, rules), endpoint);
        expect(await buckets.setting(BUCKET, 'lifecycle', call)).toEqual(present(rules));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps notification entries as they are', async () => {
    await fc.assert(
      fc.asyncProperty(notifications, async (entries) => {
        const eventBridge = false; // which the sandbox does not honour
        await runPrintedCommand(putNotifications(BUCKET, { entries, eventBridge }), endpoint);
        expect(await buckets.setting(BUCKET, 'notifications', call)).toEqual(present({ entries, eventBridge }));
      }),
      { numRuns: 40 },
    );
  });
});
