import { readFile, writeFile } from 'node:fs/promises';

import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { toJsonSchema } from '@valibot/to-json-schema';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { CONTROL_SCHEMAS } from '../../src/sandbox/control-schema.ts';

let cloud: Cloud;

async function control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${cloud.url}/_holdfast/${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const config = (region = 'eu-west-1') => ({
  region,
  endpoint: cloud.url,
  credentials: cloud.credentials,
  maxAttempts: 1,
});
const listQueues = (region?: string) => new SQSClient(config(region)).send(new ListQueuesCommand());

beforeAll(async () => {
  cloud = await createCloud();
});
afterAll(() => cloud.close());
beforeEach(async () => {
  for (const { id } of cloud.faults.list()) cloud.faults.remove(id);
  await control('DELETE', 'requests');
});

describe('faults', () => {
  it('are planted, listed, struck and removed', async () => {
    const planted = await control('POST', 'faults', {
      kind: 'throttle',
      service: 'sqs',
      operation: 'ListQueues',
      times: 1,
    });
    expect(planted).toMatchObject({ status: 201, body: { fault: { id: expect.any(String) } } });
    await expect(listQueues()).rejects.toMatchObject({ name: 'RequestThrottled' });
    await expect(listQueues()).resolves.toBeDefined();
    const { fault } = planted.body as { fault: { id: string } };
    expect(await control('GET', 'faults')).toMatchObject({ body: { faults: [{ id: fault.id, taken: 1 }] } });
    expect((await control('DELETE', `faults/${fault.id}`)).status).toBe(200);
    expect((await control('DELETE', `faults/${fault.id}`)).status).toBe(404);
  });

  it.each([
    ['an unknown name', { kind: 'throttle', buckets: 'x' }, 'buckets is not a known name'],
    ['an unknown kind', { kind: 'melt' }, 'kind'],
    ['a chance above one', { kind: 'throttle', probability: 2 }, 'probability'],
    ['no kind', {}, 'kind'],
    ['no object', '"text"', 'Object'],
    ['no JSON', '{', 'not JSON'],
    ['damage without a key', { kind: 'flip', now: true, bucket: 'b' }, 'key'],
    ['a drift without a change', { kind: 'drift', now: true, bucket: 'b', key: 'k' }, 'change'],
    [
      'a drift of something else',
      { kind: 'drift', now: true, bucket: 'b', key: 'k', change: { etag: 'x' } },
      'change.etag',
    ],
    ['a reason that is none', { kind: 'fail-replication', reason: 'not one word' }, 'reason'],
    ['damage of another kind', { kind: 'throttle', now: true, bucket: 'b', key: 'k' }, 'kind'],
    ['damage to what is not there', { kind: 'flip', now: true, bucket: 'nowhere', key: 'k' }, 'bucket'],
  ])('are refused for %s', async (_, body, named) => {
    expect(await control('POST', 'faults', body)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(named) },
    });
  });

  it('damage stored bytes now, which only a read can see', async () => {
    const s3 = new S3Client(config());
    const at = { Bucket: 'orders', Key: 'a b+é' };
    await s3.send(
      new CreateBucketCommand({ Bucket: at.Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    await s3.send(new PutObjectCommand({ ...at, Body: 'intact' }));
    const before = await s3.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
    const damaged = await control('POST', 'faults', {
      kind: 'flip',
      now: true,
      bucket: at.Bucket,
      key: at.Key,
      offset: 2,
    });
    expect(damaged).toMatchObject({ status: 200, body: { damaged: { offset: 2 } } });
    const after = await s3.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
    expect([after.ETag, after.ChecksumCRC32]).toEqual([before.ETag, before.ChecksumCRC32]);
    const { Body } = await new S3Client({ ...config(), responseChecksumValidation: 'WHEN_REQUIRED' }).send(
      new GetObjectCommand(at),
    );
    const text = (await Body?.transformToString()) ?? '';
    expect(text).not.toBe('intact');
    expect(text).toHaveLength(6);
  });

  it('make a stored version drift, or vanish, without an event', async () => {
    const s3 = new S3Client(config());
    const at = { Bucket: 'drifting', Key: 'k' };
    await s3.send(
      new CreateBucketCommand({
        Bucket: at.Bucket,
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
        ObjectLockEnabledForBucket: true,
      }),
    );
    await s3.send(new PutObjectCommand({ ...at, Body: 'x', Metadata: { a: '1' }, Tagging: 'a=1' }));
    const before = await s3.send(new HeadObjectCommand(at));
    const until = '2100-01-01T00:00:00.000Z';
    const change = {
      metadata: { a: '2' },
      contentType: 'text/x-drifted',
      tags: {},
      storageClass: 'GLACIER_IR',
      legalHold: true,
      retention: { mode: 'GOVERNANCE', until },
    };
    const place = { now: true, bucket: at.Bucket, key: at.Key };
    expect(await control('POST', 'faults', { kind: 'drift', ...place, change })).toMatchObject({ status: 200 });
    const after = await s3.send(new HeadObjectCommand(at));
    expect(after).toMatchObject({
      ETag: before.ETag,
      VersionId: before.VersionId,
      LastModified: before.LastModified,
      Metadata: { a: '2' },
      ContentType: 'text/x-drifted',
      StorageClass: 'GLACIER_IR',
      ObjectLockLegalHoldStatus: 'ON',
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: new Date(until),
    });
    expect(after.TagCount).toBeUndefined();
    await control('POST', 'faults', { kind: 'drift', ...place, change: { retention: null } });
    expect((await s3.send(new HeadObjectCommand(at))).ObjectLockMode).toBeUndefined();
    expect(await control('POST', 'faults', { kind: 'lose-object', ...place })).toMatchObject({
      body: { damaged: { versionId: before.VersionId, lost: true } },
    });
    await expect(s3.send(new HeadObjectCommand(at))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('take a whole Region down, every service of it, and no other', async () => {
    await control('POST', 'faults', { kind: 'region-outage', region: 'eu-west-1' });
    await expect(listQueues()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    await expect(new SNSClient(config()).send(new ListTopicsCommand())).rejects.toMatchObject({
      $metadata: { httpStatusCode: 503 },
    });
    const head = new HeadObjectCommand({ Bucket: 'orders', Key: 'k' });
    await expect(new S3Client(config()).send(head)).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    await expect(listQueues('us-east-1')).resolves.toBeDefined();
  });

  it('can end connections without an answer', async () => {
    await control('POST', 'faults', { kind: 'region-outage', region: 'eu-west-1', drop: true });
    await expect(listQueues()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('requests', () => {
  it('are counted by service, operation, Region and role, refused ones too', async () => {
    await listQueues();
    await listQueues();
    await listQueues('us-east-1');
    await control('POST', 'faults', { kind: 'deny', service: 'sqs', times: 1 });
    await expect(listQueues()).rejects.toMatchObject({ name: 'AccessDenied' });
    const common = { service: 'sqs', operation: 'ListQueues', role: 'admin' };
    expect((await control('GET', 'requests')).body).toEqual({
      requests: [
        { ...common, region: 'eu-west-1', count: 3 },
        { ...common, region: 'us-east-1', count: 1 },
      ],
    });
    await control('DELETE', 'requests');
    expect((await control('GET', 'requests')).body).toEqual({ requests: [] });
  });
});

describe('access', () => {
  it('says nothing of the administrator, and is recorded anew when that is asked for', async () => {
    await listQueues();
    expect(await control('GET', 'access')).toEqual({ status: 200, body: { access: [] } });
    expect(await control('DELETE', 'access')).toEqual({ status: 200, body: { access: [] } });
  });
});

describe('the rest', () => {
  it('moves the clock', async () => {
    const before = cloud.clock.now();
    const { body } = await control('POST', 'clock', { advanceMs: 90_000 });
    expect(cloud.clock.now() - before).toBeGreaterThanOrEqual(90_000);
    expect(Date.parse((body as { now: string }).now)).toBeGreaterThanOrEqual(before + 90_000);
    expect((await control('POST', 'clock', { advanceMs: -1 })).status).toBe(400);
  });

  it('shows what there is', async () => {
    expect((await control('GET', 'status')).body).toMatchObject({ account: cloud.account, stacks: [], functions: [] });
  });

  it('refuses what it does not know', async () => {
    expect((await control('GET', 'nothing')).status).toBe(404);
    expect((await control('PUT', 'faults', {})).status).toBe(404);
  });

  it('sends the lines of functions, and those to come to whoever follows', async () => {
    const line = (text: string) =>
      ({ at: '', region: 'eu-west-1', functionName: 'f', stream: 'stdout', text }) as const;
    cloud.logs.append(line('before'));
    const response = await fetch(`${cloud.url}/_holdfast/logs?follow=true`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    while (!seen.includes('before')) seen += (await reader?.read())?.value ?? '';
    cloud.logs.append(line('after'));
    while (!seen.includes('after')) seen += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    expect(
      seen
        .trim()
        .split('\n')
        .map((text) => (JSON.parse(text) as { text: string }).text),
    ).toEqual(['before', 'after']);
  });

  it('is published with the schema that it checks', async () => {
    const path = new URL('../../docs/sandbox-control.schema.json', import.meta.url);
    const definitions = Object.fromEntries(
      Object.entries(CONTROL_SCHEMAS).map(([name, schema]) => [name, toJsonSchema(schema)]),
    );
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Bodies of the control API of the sandbox',
      $defs: definitions,
    };
    const text = `${JSON.stringify(schema, undefined, 2)}\n`;
    if (process.env['UPDATE_SCHEMAS'] !== undefined) await writeFile(path, text);
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});
