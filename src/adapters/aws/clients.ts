import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SNSClient } from '@aws-sdk/client-sns';
import { HoldfastError } from '../../errors.ts';
import type { HiddenRetries } from '../../model/throttle.ts';
import { countRetries, type SdkClient } from './count-retries.ts';

/** The clients of the functions that look at objects, one per service and Region, made on first use. */
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
  /** Takes the place of `AWS_PROFILE`. */
  readonly profile?: string;
  /** Hears of every request that needed more than one attempt. */
  readonly onRetries?: (hidden: HiddenRetries) => void;
}

/** What all clients of one process have in common. */
export interface ClientBasis {
  common(region: string): ClientSettings;
  /** The client, kept to the configured endpoint, with its hidden retries counted. */
  guard<T extends SdkClient>(client: T): T;
  /** Likewise, for the client that sends requests for an access point to the endpoint. */
  guardHost<T extends SdkClient>(client: T): T;
}

interface ClientSettings {
  readonly region: string;
  readonly maxAttempts: number;
  readonly endpoint?: string;
  readonly profile?: string;
  readonly requestHandler: object;
}

/** The settings that clients are made with, whatever their service. */
export function createClientBasis({
  maxAttempts = 3,
  maxSockets = 50,
  endpoint,
  profile,
  onRetries,
}: ClientOptions): ClientBasis {
  return {
    guard: (client) => countRetries(keepToEndpoint(client), onRetries),
    guardHost: (client) => countRetries(keepToHost(client), onRetries),
    common: (region) => ({
      region,
      maxAttempts,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(profile === undefined ? {} : { profile }),
      requestHandler: {
        connectionTimeout: 3_000,
        // Of silence, whatever a whole request takes: `requestTimeout` only warns, and long readings are our business.
        socketTimeout: 30_000,
        httpAgent: { maxSockets },
        httpsAgent: { maxSockets },
      },
    }),
  };
}

/** Makes clients that share sockets per Region and never leave a configured endpoint. */
export function createClients(options: ClientOptions): Clients {
  const { customEndpoint } = options;
  const { common, guard } = createClientBasis(options);
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
  };
}

/** One client for each Region, made when it is first asked for. */
export function perRegion<T>(create: (region: string) => T): (region: string) => T {
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
  return keepToHost(client);
}

/** The second half of it: whatever made up the request, this is where it would go. */
function keepToHost<T extends SdkClient>(client: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the clients differ only in what their commands take
  const { config, middlewareStack } = client as unknown as GuardedClient;
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
export async function configuredEndpoint(config: object): Promise<string | undefined> {
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
