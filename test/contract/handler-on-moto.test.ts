import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { RunningHandler } from '../support/start-handler.ts';
import { bodyOf, put, take, takeAll } from './arrange.ts';
import { createHandlerStage, type HandlerStage } from './handler-stage.ts';
import { createMoto } from './servers/moto.ts';
import { helloWorld, nineDigits } from './vectors.ts';

const executable = process.env['MOTO_SERVER'];

/** What S3 says of a new object. */
function notify(stage: HandlerStage, object: { key: string; versionId: string; sequencer: string }): string {
  const { bucket, cloud } = stage;
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.6',
        eventSource: 'aws:s3',
        awsRegion: cloud.home,
        eventTime: new Date().toISOString(),
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: 'AWS:AROAEXAMPLE:uploader' },
        s3: {
          s3SchemaVersion: '1.0',
          bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
          object: { ...object, key: encodeURIComponent(object.key), size: 11 },
        },
      },
    ],
  });
}

describe.skipIf(executable === undefined)('the built handlers on a server that we did not write', () => {
  let stage: HandlerStage;
  let onObjectEvent: RunningHandler;
  let onRead: RunningHandler;
  let healthy: string;
  let damaged: string;
  const damagedKey = 'damaged é+😀';

  /** Takes the next alert; that there is none after it is for `takeAll` to say. */
  const nextCode = async (): Promise<unknown> => {
    const text = bodyOf(await take(stage.cloud, stage.alerts))['Message'];
    return (JSON.parse(String(text)) as { data: { code: string } }).data.code;
  };

  beforeAll(async () => {
    stage = await createHandlerStage(createMoto(executable ?? ''));
    onObjectEvent = await stage.start('on-object-event');
    onRead = await stage.start('on-read');
    const { cloud, bucket } = stage;
    const { versionId } = await put(cloud, { bucket, key: 'healthy' });
    healthy = notify(stage, { key: 'healthy', versionId, sequencer: '0A1' });
    // moto believes the checksum of other bytes: what is recorded and what is stored differ, as after bit rot.
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: damagedKey,
      Body: 'hello world',
      ChecksumAlgorithm: 'CRC32',
      ChecksumCRC32: nineDigits.CRC32,
    });
    const { VersionId: damagedVersion = '' } = await cloud.s3(cloud.home).send(command);
    damaged = notify(stage, { key: damagedKey, versionId: damagedVersion, sequencer: '0A2' });
  }, 120_000);
  afterAll(async () => {
    await stage.close();
  });

  it('asks for the messages again of which nothing can be kept, and for no other', async () => {
    const withoutLedger = await stage.start('on-object-event', { LEDGER_TABLE: 'no-such-table' });
    const tagged = healthy.replace('ObjectCreated:Put', 'ObjectTagging:Put');
    const failures = await withoutLedger.invoke([
      { messageId: 'tagged', body: tagged },
      { messageId: 'created', body: healthy },
      { messageId: 'unreadable', body: 'not JSON at all' },
    ]);
    // The unreadable one is set aside, and comes again until people can be told of it.
    expect(failures).toEqual(['created', 'unreadable']);
    expect(bodyOf(await take(stage.cloud, stage.poison))).toEqual({
      reason: expect.stringContaining('JSON') as string,
      record: 'not JSON at all',
    });
    expect(await takeAll(stage.cloud, stage.alerts)).toEqual([]);
  });

  it('acknowledges three messages, sets the unreadable one aside and plans to read the others', async () => {
    const poison = damaged.replace('"0A2"', '42');
    const failures = await onObjectEvent.invoke([
      { messageId: 'healthy', body: healthy },
      { messageId: 'poison', body: poison },
      { messageId: 'damaged', body: damaged },
    ]);
    expect(failures).toEqual([]);
    const setAside = bodyOf(await take(stage.cloud, stage.poison));
    expect(setAside['reason']).toContain('sequencer');
    const [record] = (JSON.parse(poison) as { Records: unknown[] }).Records;
    expect(JSON.parse(String(setAside['record']))).toEqual(record);
    expect(await nextCode()).toBe('event-poisoned');
    for (const queue of [stage.poison, stage.alerts]) expect(await takeAll(stage.cloud, queue)).toEqual([]);
  });

  it('reads both, and raises exactly one alert after the difference was seen twice', async () => {
    const failures: string[] = [];
    let rounds = 0;
    const alert = await eventually(
      async () => {
        failures.push(...(await stage.work(stage.reads, onRead)));
        rounds += 1;
        const [message] = await takeAll(stage.cloud, stage.alerts, { timeoutMs: 100 });
        return message;
      },
      { timeoutMs: 20_000, intervalMs: 100 },
    );
    expect(failures).toEqual([]);
    expect(rounds).toBeGreaterThan(1);
    const { MessageAttributes: attributes, Message: text } = bodyOf(alert);
    expect(attributes).toEqual({
      severity: { Type: 'String', Value: 'critical' },
      code: { Type: 'String', Value: 'content-differs-from-checksum' },
      family: { Type: 'String', Value: 'integrity' },
      region: { Type: 'String', Value: stage.cloud.home },
      bucket: { Type: 'String', Value: stage.bucket },
      state: { Type: 'String', Value: 'opened' },
    });
    expect(JSON.parse(String(text))).toMatchObject({
      type: 'holdfast.alert.v1',
      data: {
        code: 'content-differs-from-checksum',
        state: 'opened',
        proves: 'stored',
        subject: { object: { bucket: stage.bucket, key: damagedKey } },
        evidence: { expectedChecksum: nineDigits.CRC32, computedChecksum: helloWorld.CRC32 },
      },
    });

    for (const queue of [stage.reads, stage.looks]) expect(await stage.work(queue, onRead)).toEqual([]);
    expect(await takeAll(stage.cloud, stage.alerts)).toEqual([]);
  });

  it('does nothing about a message that was delivered before', async () => {
    const again = [{ messageId: 'again', body: healthy }];
    expect(await onObjectEvent.invoke(again)).toEqual([]);
    for (const queue of [stage.reads, stage.looks]) expect(await takeAll(stage.cloud, queue)).toEqual([]);
  });
});
