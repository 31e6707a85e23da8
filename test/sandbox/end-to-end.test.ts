import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import type { Deployed } from '../../src/sandbox/template/deploy.ts';

const SERVICE = fileURLToPath(new URL('./relay-service', import.meta.url));
const SERVERLESS = fileURLToPath(new URL('../../node_modules/.bin/serverless', import.meta.url));
const Bucket = 'orders';

let root: string;
let cloud: Cloud;
let stack: Deployed;
let s3: S3Client;
let sqs: SQSClient;

/** Bundles the function and has the framework package the service, as our own build does. */
async function packageService(): Promise<void> {
  await build({
    entryPoints: { 'relay/index': fileURLToPath(new URL('./relay-service/relay.ts', import.meta.url)) },
    outdir: join(root, 'dist'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
    logLevel: 'error',
  });
  await cp(join(SERVICE, 'serverless.yml'), join(root, 'serverless.yml'));
  const env = { ...process.env, AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' };
  const command = ['package', '--region', 'us-east-1', '--package', 'stacks/us-east-1'];
  await promisify(execFile)(SERVERLESS, command, { cwd: root, env });
}

interface Told {
  readonly key: string;
  readonly answers: readonly string[];
}

/** Takes what is in the inbox. */
async function take(WaitTimeSeconds = 0): Promise<Told[]> {
  const QueueUrl = stack.resources['Inbox']?.ref;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds }),
  );
  for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = '' }) => JSON.parse(Body) as Told);
}

/** What has arrived once nothing moves any more. */
async function told(): Promise<Told[]> {
  await cloud.idle();
  return (await take()).toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

const put = (Key: string, Body = 'content') => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const keys = async (): Promise<string[]> => (await told()).map(({ key }) => key);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'relay-'));
  await packageService();
  cloud = await createCloud();
  stack = await cloud.deploy({ folder: join(root, 'stacks', 'us-east-1') });
  const config = { region: 'us-east-1', endpoint: cloud.url, credentials: cloud.credentials };
  s3 = new S3Client(config);
  sqs = new SQSClient(config);
  const QueueArn = stack.resources['Events']?.attributes?.['Arn'];
  const QueueConfigurations = [{ QueueArn, Events: ['s3:ObjectCreated:*' as const] }];
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { QueueConfigurations } }),
  );
}, 60_000);
afterAll(async () => {
  await cloud.close();
  await rm(root, { recursive: true });
});
beforeEach(() => {
  for (const { id } of cloud.faults.list()) cloud.faults.remove(id);
});

describe('a packaged service', () => {
  it('is named as the framework names it', () => {
    expect(stack).toMatchObject({ name: 'relay-dev', region: 'us-east-1' });
  });

  it('hears of an object, reads it with its own permissions and tells the topic', async () => {
    await put('a b+c/é～😀', 'é～😀');
    const denied = expect.stringMatching(/^403 AccessDenied: .*not authorized/);
    // A HEAD that is refused has no body, and an object that is missing must not be told from one that is forbidden.
    expect(await told()).toEqual([
      { key: 'a b+c/é～😀', answers: ['é～😀', expect.stringMatching(/^403 /), denied, denied] },
    ]);
  });

  it('tells only what the filter of the subscription lets through', async () => {
    await put('ignored/x');
    await put('y');
    expect(await keys()).toEqual(['y']);
  });

  it.each([
    ['lost', { kind: 'lose-event', key: 'x*', times: 1 } as const, ['x2']],
    ['duplicated', { kind: 'duplicate-event', key: 'x1', times: 1 } as const, ['x1', 'x1', 'x2']],
  ])('hears what is left when events are %s', async (_, fault, expected) => {
    cloud.faults.plant({ bucket: Bucket, ...fault });
    await put('x1');
    await put('x2');
    expect(await keys()).toEqual(expected);
    await cloud.clock.advance(60_000);
    expect(await keys()).toEqual([]);
  });

  it('hears of a delayed event after its delay', async () => {
    cloud.faults.plant({ kind: 'delay-event', bucket: Bucket, key: 'x1', times: 1, delayMs: 50_000 });
    await put('x1');
    await put('x2');
    // The delayed event is under way, so that nothing is idle before it has come.
    expect((await take(10)).map(({ key }) => key)).toEqual(['x2']);
    await cloud.clock.advance(50_000);
    expect(await keys()).toEqual(['x1']);
  });

  it('does the work again that a crash interrupted', async () => {
    cloud.faults.plant({ kind: 'crash-function', functionName: 'relay', times: 1 });
    await put('crashed');
    await cloud.idle();
    await cloud.clock.advance(60_000);
    expect(await keys()).toContain('crashed');
  });
});
