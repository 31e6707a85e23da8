import { join } from 'node:path';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type Cloud, createCloud } from '../src/sandbox/cloud.ts';
import { BUCKET, type Package, REGION } from './package-functions.ts';

/** Longer than all uploads take: the sandbox is made to hold events back, and then to let an hour pass. */
const HOUR_MS = 3_600_000;
const UPLOADS_AT_ONCE = 16;

/** The packaged functions in an embedded cloud, with one bucket that notifies them. */
export interface SmallCloud {
  readonly cloud: Cloud;
  /** Uploads objects whose events wait, so that uploading is not part of what is timed. */
  upload(keys: readonly string[], body: Uint8Array): Promise<void>;
  /** Delivers the events and resolves when everything that follows from them is done. */
  inspectAll(): Promise<void>;
  close(): Promise<void>;
}

export async function startSmallCloud(packed: Package): Promise<SmallCloud> {
  const cloud = await createCloud();
  const s3 = new S3Client({
    endpoint: cloud.url,
    region: REGION,
    credentials: cloud.credentials,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED', // S3 then computes CRC64NVME itself
  });
  const close = async (): Promise<void> => {
    s3.destroy();
    await cloud.close();
  };
  try {
    await deploy(cloud, s3, packed);
  } catch (error) {
    await close();
    throw error;
  }
  cloud.faults.plant({ kind: 'delay-event', delayMs: HOUR_MS });

  return {
    cloud,
    async upload(keys, body) {
      const waiting = [...keys];
      await Promise.all(
        Array.from({ length: UPLOADS_AT_ONCE }, async () => {
          for (let Key = waiting.pop(); Key !== undefined; Key = waiting.pop()) {
            await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: body }));
          }
        }),
      );
    },
    async inspectAll() {
      await cloud.clock.advance(HOUR_MS + 1000);
      await cloud.idle();
    },
    close,
  };
}

async function deploy(cloud: Cloud, s3: S3Client, { folder }: Package): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }));
  const { resources } = await cloud.deploy({ folder: join(folder, 'stacks', REGION), region: REGION });
  const QueueArn = resources['SignalsQueue']?.attributes?.['Arn'];
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: BUCKET,
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }] },
    }),
  );
}
