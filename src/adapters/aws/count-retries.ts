import type { S3Client } from '@aws-sdk/client-s3';
import { firstPrefix, type HiddenRetries, type Limit, throttleOf } from '../../model/throttle.ts';
import { toFailure } from './translate-error.ts';

/** What all clients of the SDK have in common. */
export interface SdkClient {
  readonly config: object;
  readonly middlewareStack: unknown;
}

type Whose = 'kms' | 'service';

/**
 * Tells how many attempts were needed beyond the first where a request came to a good end, and whose limit was reached meanwhile:
 * throttles that nobody sees until they are too many. Every answer of the SDK says how many attempts it took; what the others came
 * to is heard inside its retry loop.
 */
export function countRetries<T extends SdkClient>(client: T, onRetries?: (hidden: HiddenRetries) => void): T {
  if (onRetries === undefined) return client;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the clients differ only in what their commands take
  const stack = client.middlewareStack as Pick<S3Client['middlewareStack'], 'add'>;
  const heard = new WeakMap<object, Whose[]>();
  stack.add(
    (next, context) => async (args) => {
      const throttles: Whose[] = [];
      heard.set(context, throttles);
      const result = await next(args);
      const { attempts = 1 } = result.output.$metadata;
      if (attempts > 1) {
        const limit = isS3(context.clientName) ? limitOf(throttles, await regionOf(client), args.input) : undefined;
        onRetries({ retries: attempts - 1, throttles: throttles.length, ...(limit && { limit }) });
      }
      return result;
    },
    { step: 'initialize', priority: 'high', name: 'countRetries' },
  );
  // After the retries of the SDK, which come first in this step: once for every attempt.
  stack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const whose = whoseThrottle(error, isS3(context.clientName));
        if (whose !== undefined) heard.get(context)?.push(whose);
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'hearThrottles' },
  );
  return client;
}

function isS3(clientName: unknown): boolean {
  return clientName === 'S3Client';
}

/** A HEAD has no body, so any 503 of S3 counts. */
function whoseThrottle(error: unknown, ofS3: boolean): Whose | undefined {
  const failure = toFailure(error);
  return throttleOf(failure) ?? (ofS3 && failure.status === 503 ? 'service' : undefined);
}

/** Where checksums were asked for without an answer in words, it may have been KMS: then nobody is named. */
function limitOf(throttles: readonly Whose[], region: string, input: object): Limit | undefined {
  if (throttles.includes('kms')) return { of: 'kms', region };
  const asksForChecksums = 'ChecksumMode' in input && input.ChecksumMode === 'ENABLED';
  if (throttles.length === 0 || asksForChecksums) return undefined;
  const bucket = 'Bucket' in input ? input.Bucket : undefined;
  const key = 'Key' in input ? input.Key : undefined;
  if (typeof bucket !== 'string' || typeof key !== 'string') return undefined;
  return { of: 's3', region, bucket, prefix: firstPrefix(key) };
}

async function regionOf({ config }: SdkClient): Promise<string> {
  return 'region' in config && typeof config.region === 'function' ? String(await config.region()) : '';
}
