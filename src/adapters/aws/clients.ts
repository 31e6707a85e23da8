import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import type { S3ControlClient } from '@aws-sdk/client-s3-control';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { SNSClient } from '@aws-sdk/client-sns';
import { HoldfastError } from '../../errors.ts';
import { countRetries, type SdkClient } from './count-retries.ts';

/** Every client that Holdfast uses, one per service and Region, made on first use. */
export interface Clients {
  s3(region: string): S3Client;
  sqs(region: string): SQSClient;
  dynamodb(region: string): DynamoDBClient;
  /** Loaded when the first alert leaves: most invocations publish none. */
  sns(region: string): Promise<SNSClient>;
  /** Loaded when somebody asks for a metric: no inspection does. */
  cloudwatch(region: string): Promise<CloudWatchClient>;
  /** Loaded when somebody asks how a pair is set up. */
  iam(region: string): Promise<IAMClient>;
  kms(region: string): Promise<KMSClient>;
  /** Loaded when somebody asks how much of a quota is left. */
  quotas(region: string): Promise<ServiceQuotasClient>;
  /** Loaded when somebody repairs: jobs of S3 Batch Operations. */
  s3control(region: string): Promise<S3ControlClient>;
}

export interface ClientOptions {
  /** Whether an endpoint of one's own is set in the environment: then buckets are addressed by path. */
  readonly customEndpoint: boolean;
  /** Attempts per request. Small, because redelivery stands above it. */
  readonly maxAttempts?: number;
  /** Sockets per client. */
  readonly maxSockets?: number;
  /** Takes the place of `AWS_ENDPOINT_URL` and of the profile. */
  readonly endpoint?: string;
  /** Hears of every request that needed more than one attempt, how many more. */
  readonly onRetries?: (retries: number) => void;
}

/** Makes clients that share sockets per Region and never leave a configured endpoint. */
export function createClients({
  customEndpoint,
  maxAttempts = 3,
  maxSockets = 50,
  endpoint,
  onRetries,
}: ClientOptions): Clients {
  const guard = <T extends SdkClient>(client: T): T => countRetries(keepToEndpoint(client), onRetries);
  const common = (region: string) => ({
    region,
    maxAttempts,
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: {
      connectionTimeout: 3_000,
      // Of silence, whatever a whole request takes: `requestTimeout` only warns, and long readings are our business.
      socketTimeout: 30_000,
      httpAgent: { maxSockets },
      httpsAgent: { maxSockets },
    },
  });
  return {
    s3: perRegion((region) =>
      guard(
        new S3Client({
          ...common(region),
          forcePathStyle: customEndpoint,
          // We hash what we read ourselves, once: the SDK's own validation is slower and refuses some algorithms.
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
        }),
      ),
    ),
    sqs: perRegion((region) => guard(new SQSClient(common(region)))),
    dynamodb: perRegion((region) => guard(new DynamoDBClient(common(region)))),
    sns: perRegion(async (region) => {
      const { SNSClient } = await import('@aws-sdk/client-sns');
      return guard(new SNSClient(common(region)));
    }),
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
    s3control: perRegion(async (region) => {
      const { createS3ControlClient } = await import('./s3-control-client.ts');
      return guard(createS3ControlClient(common(region)));
    }),
  };
}

function perRegion<T>(create: (region: string) => T): (region: string) => T {
  const clients = new Map<string, T>();
  return (region) => {
    const known = clients.get(region);
    if (known !== undefined) return known;
    const created = create(region);
    clients.set(region, created);
    return created;
  };
}

interface GuardedClient {
  readonly config: object;
  readonly middlewareStack: Pick<S3Client['middlewareStack'], 'add'>;
}

/**
 * Refuses every request that would leave for another host than the endpoint that somebody configured. Without it a Multi-Region
 * Access Point ARN as the bucket makes the SDK ignore the endpoint and talk to AWS, even from a sandbox.
 */
export function keepToEndpoint<T extends SdkClient>(client: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the clients differ only in what their commands take
  const { config, middlewareStack } = client as unknown as GuardedClient;
  // Before the SDK resolves an ARN: it would complain of path-style addressing, or build a host that is none.
  middlewareStack.add(
    (next) => async (args) => {
      const endpoint = await configuredEndpoint(config);
      const bucket = 'Bucket' in args.input ? String(args.input.Bucket) : '';
      if (endpoint !== undefined && bucket.startsWith('arn:')) throw wrongHost(endpoint, `the access point ${bucket}`);
      return next(args);
    },
    { step: 'initialize', name: 'keepToEndpointByName' },
  );
  // And after everything else: whatever made up the request, this is where it would go.
  middlewareStack.add(
    (next) => async (args) => {
      const endpoint = await configuredEndpoint(config);
      const host = hostOf(args.request);
      if (endpoint !== undefined && host !== endpoint) throw wrongHost(endpoint, host);
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'keepToEndpoint' },
  );
  return client;
}

function wrongHost(endpoint: string, target: string): HoldfastError {
  return new HoldfastError(
    'invalid-config',
    'clients',
    `expected every request to go to the configured endpoint ${endpoint}, got one for ${target}: ` +
      'unset the endpoint, or name a bucket instead of an access point ARN',
  );
}

/** Host and port of the endpoint from the options, the environment or the profile. The client itself only knows the first. */
async function configuredEndpoint(config: object): Promise<string | undefined> {
  if ('isCustomEndpoint' in config && config.isCustomEndpoint === true) {
    return 'endpoint' in config && typeof config.endpoint === 'function' ? hostOf(await config.endpoint()) : undefined;
  }
  if (!('serviceConfiguredEndpoint' in config) || typeof config.serviceConfiguredEndpoint !== 'function') {
    return undefined;
  }
  const url: unknown = await config.serviceConfiguredEndpoint();
  return typeof url === 'string' && url !== '' ? new URL(url).host : undefined;
}

function hostOf(place: unknown): string {
  if (typeof place !== 'object' || place === null) return 'an unknown host';
  const { hostname, port }: { hostname?: unknown; port?: unknown } = place;
  return typeof port === 'number' || typeof port === 'string' ? `${String(hostname)}:${port}` : String(hostname);
}
