import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { configuredEndpoint, createClientBasis, perRegion } from '../../src/adapters/aws/clients.ts';
import { createWatchClients } from '../../src/adapters/aws/watch-clients.ts';

/** Of every service that the smoke test talks to. */
export interface SmokeClients {
  s3(region: string): S3Client;
  sqs(region: string): SQSClient;
  iam(region: string): Promise<IAMClient>;
  kms(region: string): Promise<KMSClient>;
  cloudwatch(region: string): Promise<CloudWatchClient>;
  eventbridge(region: string): EventBridgeClient;
  sts(region: string): STSClient;
}

/** More than in a function: what the test has just created is not known everywhere at once. */
const MAX_ATTEMPTS = 5;

export function createSmokeClients({ customEndpoint }: { readonly customEndpoint: boolean }): SmokeClients {
  const options = { customEndpoint, maxAttempts: MAX_ATTEMPTS };
  const { common, guard } = createClientBasis(options);
  return {
    ...createWatchClients(options),
    eventbridge: perRegion((region) => guard(new EventBridgeClient(common(region)))),
    sts: perRegion((region) => guard(new STSClient(common(region)))),
  };
}

/** Host and port of the endpoint that the environment or the profile names instead of AWS. */
export async function endpointOf(region: string): Promise<string | undefined> {
  const probe = new S3Client({ region });
  try {
    return await configuredEndpoint(probe.config);
  } finally {
    probe.destroy();
  }
}
