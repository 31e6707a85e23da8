import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3ControlClient } from '@aws-sdk/client-s3-control';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { type ClientOptions, type Clients, createClientBasis, createClients, perRegion } from './clients.ts';

/** What watchers and people need besides; apart, so that the functions that look at objects do not carry it. Each is loaded on first use. */
export interface WatchClients extends Clients {
  cloudwatch(region: string): Promise<CloudWatchClient>;
  iam(region: string): Promise<IAMClient>;
  kms(region: string): Promise<KMSClient>;
  quotas(region: string): Promise<ServiceQuotasClient>;
  /** Objects through Multi-Region Access Points, as seen from a Region. */
  mrap(region: string): Promise<S3Client>;
  /** Jobs of S3 Batch Operations. */
  s3control(region: string): Promise<S3ControlClient>;
}

/** Makes all clients that Holdfast uses; see `createClients`. */
export function createWatchClients(options: ClientOptions): WatchClients {
  const { common, guard, guardHost } = createClientBasis(options);
  return {
    ...createClients(options),
    cloudwatch: perRegion(async (region) => {
      const { CloudWatchClient } = await import('@aws-sdk/client-cloudwatch');
      return guard(new CloudWatchClient(common(region)));
    }),
    iam: perRegion(async (region) => {
      const { IAMClient } = await import('@aws-sdk/client-iam');
      return guard(new IAMClient(common(region)));
    }),
    kms: perRegion(async (region) => {
      const { KMSClient } = await import('@aws-sdk/client-kms');
      return guard(new KMSClient(common(region)));
    }),
    quotas: perRegion(async (region) => {
      const { ServiceQuotasClient } = await import('@aws-sdk/client-service-quotas');
      return guard(new ServiceQuotasClient(common(region)));
    }),
    mrap: perRegion(async (region) => {
      const { createMrapClient } = await import('./mrap-client.ts');
      return guardHost(await createMrapClient(common(region)));
    }),
    s3control: perRegion(async (region) => {
      const { createS3ControlClient } = await import('./s3-control-client.ts');
      return guard(createS3ControlClient(common(region)));
    }),
  };
}
