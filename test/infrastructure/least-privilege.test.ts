import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sceneryOf } from '../../demo/scenery.ts';
import { setStage, type Stage } from '../../demo/stage.ts';
import { upload } from '../../demo/upload.ts';
import { putLifecycle } from '../../demo/wire-buckets.ts';
import { compareAccess, type Roles, type RoleStatement } from './compare-access.ts';
import { packaged } from './packaged.ts';
import { isMeant, UNEXERCISED } from './unexercised.ts';

const CONFIG = 'test/infrastructure/least-privilege.yml';
const MINUTE_MS = 60_000;
const MIB = 1024 * 1024;
const PLACES = [
  {
    bucket: 'orders-use1',
    region: 'us-east-1',
    key: 'arn:aws:kms:us-east-1:111122223333:key/0a0a0a0a-1111-2222-3333-444455556666',
  },
  {
    bucket: 'orders-euw1',
    region: 'eu-west-1',
    key: 'arn:aws:kms:eu-west-1:111122223333:key/0b0b0b0b-1111-2222-3333-444455556666',
  },
] as const;
/** `watch-events` needs hours, and `send-alerts` a topic that refuses: event-lost and send-alerts in test/sandbox compare their roles. */
const FUNCTIONS = ['on-look', 'on-object-event', 'on-peer', 'on-read', 'watch-config', 'watch-pressure', 'scheduler'];

let stage: Stage;
let roles: Roles;

beforeAll(async () => {
  const folder = await packaged(CONFIG);
  const scenery = { ...sceneryOf(await readFile(CONFIG, 'utf8')), stage: 'test', isWired: true };
  stage = await setStage({ port: 0, seed: 1, stacks: join(folder, 'stacks'), scenery, progress: () => undefined });
  roles = await readRoles();
  for (const place of PLACES) await prepare(place);
  for (const place of PLACES) await change(place);
  for (const minutes of [1, 1, 4, 5]) await pass(minutes);
  for (const { bucket: Bucket, region } of PLACES)
    await stage.s3(region).send(new DeletePublicAccessBlockCommand({ Bucket }));
  await pass(5); // the watch of the configuration runs every quarter of an hour, and everything else in every minute
}, 300_000);

afterAll(async () => stage.close());

async function readRoles(): Promise<Roles> {
  const names = PLACES.flatMap(({ region }) => FUNCTIONS.map((name) => `holdfast-test-${name}-${region}`));
  const read = names.map(async (RoleName): Promise<[string, readonly RoleStatement[]]> => {
    const { PolicyDocument = '' } = await stage.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'own' }));
    const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: readonly RoleStatement[] };
    return [RoleName, Statement];
  });
  return new Map(await Promise.all(read));
}

type Place = (typeof PLACES)[number];

/** New objects are under the key of the bucket, and canaries are cleared away. */
async function prepare({ bucket: Bucket, region, key }: Place): Promise<void> {
  const s3 = stage.s3(region);
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } as const;
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault }] },
    }),
  );
  const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }];
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }));
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
  const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource, Condition }];
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));
  await putLifecycle(s3, Bucket, [
    {
      ID: 'canaries',
      Status: 'Enabled',
      Filter: { Prefix: 'holdfast-canary/' },
      Expiration: { Days: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    },
  ]);
}

/** What people do to a bucket, and what befalls it. */
async function change({ bucket: Bucket, region, key }: Place): Promise<void> {
  const s3 = stage.s3(region);
  const put = async (Key: string, options: object = {}): Promise<void> =>
    void (await s3.send(new PutObjectCommand({ Bucket, Key, Body: `content ${Key}`, ...options })));
  await put(`${region}/plain`, { ServerSideEncryption: 'AES256' });
  await put(`${region}/kms`);
  await put(`${region}/bucket-key`, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key, BucketKeyEnabled: true });
  await put(`${region}/tagged`, { Tagging: 'team=storage' });
  await upload(s3, Bucket, {
    key: `${region}/parts`,
    content: () => new Uint8Array(6 * MIB).fill(7),
    partSizes: [5 * MIB, MIB],
    checksum: 'SHA1',
    checksumType: 'COMPOSITE',
  });
  await s3.send(
    new PutObjectTaggingCommand({
      Bucket,
      Key: `${region}/tagged`,
      Tagging: { TagSet: [{ Key: 'team', Value: 'two' }] },
    }),
  );
  await s3.send(new PutObjectAclCommand({ Bucket, Key: `${region}/plain`, ACL: 'bucket-owner-full-control' }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: `${region}/plain` }));
  stage.cloud.faults.plant({ kind: 'flip', bucket: Bucket, key: `${region}/damaged`, times: 1 });
  await put(`${region}/damaged`);
  stage.cloud.faults.plant({
    kind: 'delay-replication',
    bucket: Bucket,
    key: `${region}/late`,
    times: 1,
    delayMs: 3 * MINUTE_MS,
  });
  await put(`${region}/late`);
  stage.cloud.faults.plant({ kind: 'lose-replica', bucket: Bucket, key: `${region}/lost`, times: 1 });
  await put(`${region}/lost`);
  stage.cloud.faults.plant({
    kind: 'fail-replication',
    bucket: Bucket,
    key: `${region}/failed`,
    times: 1,
    reason: 'DstPutObjectNotPermitted',
  });
  await put(`${region}/failed`);
  await handOn(`${region}/kms`, { bucket: Bucket, region });
  for (const { url } of await queuesOf(region)) {
    // Of one reason people hear once, from whoever comes first, and on-peer has nothing else to tell.
    const MessageBody = url.endsWith('-peer') ? '{"format":"holdfast.peer.v1"}' : 'no record of S3';
    await stage.sqs(region).send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
  }
}

/** A creation that is looked at in the looks lane, as in a flood, and is to be read. */
async function handOn(key: string, { bucket, region }: Pick<Place, 'bucket' | 'region'>): Promise<void> {
  const { VersionId: versionId } = await stage.s3(region).send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  const [name, eventTime] = ['ObjectCreated:Put', new Date(stage.cloud.clock.now()).toISOString()];
  const s3 = { bucket: { name: bucket }, object: { key, versionId, size: 1, sequencer: '0' } };
  const record = { eventVersion: '2.3', eventSource: 'aws:s3', awsRegion: region, eventTime, eventName: name, s3 };
  const looks = (await queuesOf(region)).find(({ url }) => url.includes('LooksQueue'));
  const MessageBody = JSON.stringify({ Records: [record] });
  await stage.sqs(region).send(new SendMessageCommand({ QueueUrl: looks?.url, MessageBody }));
}

/** The lanes of a Region, by URL. */
async function queuesOf(region: string): Promise<readonly { readonly url: string }[]> {
  const answer = await fetch(`${stage.cloud.url}/_holdfast/status`);
  const { queues } = (await answer.json()) as { queues: readonly { readonly arn: string; readonly url: string }[] };
  return queues.filter(({ arn }) => arn.includes(`:${region}:`) && !NOT_TAKEN.test(arn));
}

async function pass(minutes: number): Promise<void> {
  await settled();
  await stage.cloud.clock.advance(minutes * MINUTE_MS);
  await settled();
}

/** How often it is asked whether anything is under way, in milliseconds, and how often in a row the answer must be no. */
const ASK_EVERY_MS = 50;
const QUIET = 4;

/** Nothing is under way but the replicas that are to be late: to wait for those would take as long as they are late. */
async function settled(): Promise<void> {
  for (let quiet = 0; quiet < QUIET;) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    const answer = await fetch(`${stage.cloud.url}/_holdfast/status`);
    const { functions, queues, pending } = (await answer.json()) as Status;
    const waiting = queues.filter(({ arn }) => !NOT_TAKEN.test(arn)).some(({ messages }) => messages.visible > 0);
    const isQuiet = !waiting && pending.events === 0 && pending.replicas <= PLACES.length;
    quiet = isQuiet && functions.every(({ busy }) => busy === 0) ? quiet + 1 : 0;
  }
}

interface Status {
  readonly functions: readonly { readonly busy: number }[];
  readonly queues: readonly { readonly arn: string; readonly messages: { readonly visible: number } }[];
  readonly pending: { readonly events: number; readonly replicas: number };
}

/** Queues that no function takes from. */
const NOT_TAKEN = /Poison|DeadLetter/;

/** Role by role, without the words of one statement, or with more of them. */
function withActions(role: string, at: number, edit: (actions: readonly string[]) => readonly string[]): Roles {
  const changed = (roles.get(role) ?? []).map((each, index) =>
    index === at ? { ...each, Action: edit([each.Action].flat()) } : each,
  );
  return new Map([...roles, [role, changed]]);
}

describe('the roles of two deployed stacks', () => {
  it('are asked for nothing that they may not do', () => {
    expect(roles.size).toBe(PLACES.length * FUNCTIONS.length);
    expect(compareAccess(roles, stage.cloud.access()).missing).toEqual([]);
  });

  it('may do nothing that they are not asked for, but for what this play does not reach', () => {
    const { unused } = compareAccess(roles, stage.cloud.access());
    expect(unused.filter((one) => !UNEXERCISED.some((row) => isMeant(row, one)))).toEqual([]);
  });

  it.each(UNEXERCISED.map((row) => [String(row.grant), row] as const))(
    'need the row %s in each function that it names',
    (_, row) => {
      const { unused } = compareAccess(roles, stage.cloud.access());
      const superfluous = row.functions.filter(
        (name) => !unused.some((one) => isMeant({ ...row, functions: [name] }, one)),
      );
      expect(superfluous).toEqual([]);
    },
  );

  it('lack something as soon as any action is taken from any of them', () => {
    const asked = stage.cloud.access();
    const { unused } = compareAccess(roles, asked);
    const unnoticed = [...roles].flatMap(([role, statements]) =>
      statements.flatMap(({ Sid = '', Action }, index) =>
        [Action]
          .flat()
          .filter((action) => !unused.includes(`${role}: ${Sid} ${action}`))
          .filter((action) => {
            const without = withActions(role, index, (actions) => actions.filter((one) => one !== action));
            return compareAccess(without, asked).missing.length === 0;
          })
          .map((action) => `${role}: ${Sid} ${action}`),
      ),
    );
    expect(unnoticed).toEqual([]);
  });

  it('have something that nobody asks for as soon as any action is added to any of them', () => {
    const asked = stage.cloud.access();
    const unnoticed = [...roles].flatMap(([role, statements]) =>
      statements.flatMap(({ Sid = '' }, index) => {
        const more = withActions(role, index, (actions) => [...actions, 's3:DeleteObjectVersion']);
        const { unused } = compareAccess(more, asked);
        const added = `${role}: ${Sid} s3:DeleteObjectVersion`;
        return unused.includes(added) && !UNEXERCISED.some((row) => isMeant(row, added)) ? [] : [added];
      }),
    );
    expect(unnoticed).toEqual([]);
  });
});
