import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createMrapReader } from '../../../src/adapters/aws/mrap-reader.ts';
import { createS3ControlRoutes } from '../../../src/adapters/aws/s3-control-routes.ts';
import { createWatchClients, type WatchClients } from '../../../src/adapters/aws/watch-clients.ts';
import type { MrapReader, MrapRoutes } from '../../../src/ports.ts';
import { type Cloud, createCloud } from '../../../src/sandbox/cloud.ts';
import { createSdkClients, type Credentials, type SdkClients } from '../../support/sdk-clients.ts';

export const VIRGINIA = { bucket: 'orders-use1', region: 'us-east-1' } as const;
export const IRELAND = { bucket: 'orders-euw1', region: 'eu-west-1' } as const;
export const SYDNEY = { bucket: 'orders-apse2', region: 'ap-southeast-2' } as const;

export const SECOND_MS = 1000;

/** Three buckets behind an access point, an object in each, and what Holdfast sees of it. */
export interface MrapStage {
  readonly cloud: Cloud;
  readonly sdk: SdkClients;
  readonly arn: string;
  readonly alias: string;
  readonly routes: MrapRoutes;
  /** As somebody who works in a Region would see it. */
  reader(region: string): MrapReader;
  /** Dials by bucket, as the control plane tells them. */
  dials(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** Each bucket holds `which`, whose text is the bucket's name. Traffic follows a change of routes after ten seconds. */
export async function startMrapStage(active: readonly string[] = [VIRGINIA.bucket]): Promise<MrapStage> {
  const cloud = await createCloud({ seed: 5 });
  const sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  for (const { bucket, region } of [VIRGINIA, IRELAND, SYDNEY]) await fill(sdk, bucket, region);
  const { arn, alias } = cloud.accessPoints.create({
    name: 'orders',
    buckets: [VIRGINIA.bucket, IRELAND.bucket, SYDNEY.bucket],
    active,
    propagationMs: 10 * SECOND_MS,
  });
  const routes = createS3ControlRoutes(clientsOf(cloud, cloud.credentials), {
    now: () => new Date(cloud.clock.now()),
  });
  return {
    cloud,
    sdk,
    arn,
    alias,
    routes,
    reader: (region) => createMrapReader(clientsOf(cloud, cloud.credentialsIn(region)), region),
    async dials() {
      const seen = await routes.read(arn, aCall());
      if (seen.state !== 'present') throw new Error(`the routes are ${seen.state}`);
      return Object.fromEntries(seen.value.routes.map(({ bucket, dial }) => [bucket, dial]));
    },
    async close() {
      sdk.destroy();
      await cloud.close();
    },
  };
}

export function aCall(): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(20_000) };
}

/** Holdfast's clients, one attempt each, so that every error is seen. */
export function clientsOf(cloud: Cloud, credentials: Credentials): WatchClients {
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
  return createWatchClients({ customEndpoint: true, maxAttempts: 1, endpoint: cloud.url });
}

async function fill(
  sdk: SdkClients,
  bucket: string,
  region: 'us-east-1' | 'eu-west-1' | 'ap-southeast-2',
): Promise<void> {
  const s3 = sdk.s3(region);
  const place = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ...place }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'which', Body: bucket }));
}
