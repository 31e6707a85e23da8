import type { S3Client } from '@aws-sdk/client-s3';

/** What all clients of the SDK have in common. */
export interface SdkClient {
  readonly config: object;
  readonly middlewareStack: unknown;
}

/**
 * Tells how many attempts were needed beyond the first where a request came to a good end: throttles that nobody sees until they
 * are too many. Every answer of the SDK says how many it took.
 */
export function countRetries<T extends SdkClient>(client: T, onRetries?: (retries: number) => void): T {
  if (onRetries === undefined) return client;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the clients differ only in what their commands take
  const stack = client.middlewareStack as Pick<S3Client['middlewareStack'], 'add'>;
  stack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { attempts = 1 } = result.output.$metadata;
      if (attempts > 1) onRetries(attempts - 1);
      return result;
    },
    { step: 'initialize', priority: 'high', name: 'countRetries' },
  );
  return client;
}
