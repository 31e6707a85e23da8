import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SNSClient } from '@aws-sdk/client-sns';
import { HoldfastError } from '../../errors.ts';

/** Every client that Holdfast uses, one per service and Region, made on first use. */
export interface Clients {
  s3(region: string): S3Client;
  sqs(region: string): SQSClient;
  dynamodb(region: string): DynamoDBClient;
  /** Loaded when the first alert leaves: most invocations publish none. */
  sns(region: string): Promise<SNSClient>;
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
}

/** Makes clients that share sockets per Region and never leave a configured endpoint. */
export function createClients({ customEndpoint, maxAttempts = 3, maxSockets = 50, endpoint }: ClientOptions): Clients {
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
      keepToEndpoint(
        new S3Client({
          ...common(region),
          forcePathStyle: customEndpoint,
          // We hash what we read ourselves, once: the SDK's own validation is slower and refuses some algorithms.
          requestChecksumCalculation: 'WHEN_REQUIRED',
          responseChecksumValidation: 'WHEN_REQUIRED',
        }),
      ),
    ),
    sqs: perRegion((region) => keepToEndpoint(new SQSClient(common(region)))),
    dynamodb: perRegion((region) => keepToEndpoint(new DynamoDBClient(common(region)))),
    sns: perRegion(async (region) => {
      const { SNSClient } = await import('@aws-sdk/client-sns');
      return keepToEndpoint(new SNSClient(common(region)));
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
  readonly middlewareStack: S3Client['middlewareStack'];
}

/**
 * Refuses every request that would leave for another host than the endpoint that somebody configured. Without it a Multi-Region
 * Access Point ARN as the bucket makes the SDK ignore the endpoint and talk to AWS, even from a sandbox.
 */
export function keepToEndpoint<T extends { readonly config: object; readonly middlewareStack: unknown }>(client: T): T {
  const { config, middlewareStack } = client as unknown as GuardedClient;
  middlewareStack.add(
    (next) => async (args) => {
      const endpoint = await configuredEndpoint(config);
      const host = hostOf(args.request);
      if (endpoint !== undefined && host !== endpoint) {
        throw new HoldfastError(
          'invalid-config',
          'clients',
          `expected every request to go to the configured endpoint ${endpoint}, got one for ${host}: ` +
            'unset the endpoint, or name a bucket instead of an access point ARN',
        );
      }
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'keepToEndpoint' },
  );
  return client;
}

/** Host and port of the endpoint from the environment or the profile, known to the client once it made its request. */
async function configuredEndpoint(config: object): Promise<string | undefined> {
  if (!('isCustomEndpoint' in config) || config.isCustomEndpoint !== true) return undefined;
  if (!('endpoint' in config) || typeof config.endpoint !== 'function') return undefined;
  return hostOf(await config.endpoint());
}

function hostOf(place: unknown): string {
  if (typeof place !== 'object' || place === null || !('hostname' in place)) return 'an unknown host';
  const port = 'port' in place && place.port !== undefined && place.port !== null ? `:${String(place.port)}` : '';
  return `${String(place.hostname)}${port}`;
}
