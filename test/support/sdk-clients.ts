import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A server that speaks for AWS. */
export interface Endpoint {
  readonly endpoint: string;
  readonly credentials: Credentials;
}

/** The AWS SDK as anybody would use it: its own defaults, but every error shown at once instead of tried again. */
export interface SdkClients {
  s3(region: string): S3Client;
  s3control(region: string): S3ControlClient;
  sqs(region: string): SQSClient;
  sns(region: string): SNSClient;
  dynamodb(region: string): DynamoDBClient;
  sts(region: string): STSClient;
  /** An S3 client with settings of its own; whoever asks for it destroys it, or the process end does. */
  unusualS3(region: string, settings: S3ClientConfig): S3Client;
  destroy(): void;
}

const saysNothing = (): void => {};

/** Keeps the SDK's advice about streams out of the output of tests. */
const silent = { trace: saysNothing, debug: saysNothing, info: saysNothing, warn: saysNothing, error: saysNothing };

export function createSdkClients({ endpoint, credentials }: Endpoint): SdkClients {
  const all: { destroy(): void }[] = [];
  const common = (region: string) => ({ region, endpoint, credentials, maxAttempts: 1 });
  const keep = <T extends { destroy(): void }>(client: T): T => {
    all.push(client);
    return client;
  };
  const unusualS3 = (region: string, settings: S3ClientConfig): S3Client =>
    keep(new S3Client({ ...common(region), forcePathStyle: true, logger: silent, ...settings }));
  return {
    s3: perRegion((region) => unusualS3(region, {})),
    // The client puts the account in front of any host; as a provider the endpoint stays as it is.
    s3control: perRegion((region) => {
      const url = new URL(endpoint);
      return keep(new S3ControlClient({ region, credentials, maxAttempts: 1, endpointProvider: () => ({ url }) }));
    }),
    sqs: perRegion((region) => keep(new SQSClient(common(region)))),
    sns: perRegion((region) => keep(new SNSClient(common(region)))),
    dynamodb: perRegion((region) => keep(new DynamoDBClient(common(region)))),
    sts: perRegion((region) => keep(new STSClient(common(region)))),
    unusualS3,
    destroy: () => {
      for (const client of all.splice(0)) client.destroy();
    },
  };
}

function perRegion<T>(create: (region: string) => T): (region: string) => T {
  const known = new Map<string, T>();
  return (region) => {
    const client = known.get(region) ?? create(region);
    known.set(region, client);
    return client;
  };
}
