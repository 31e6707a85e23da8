/** Names under which services say that something is not there. */
const GONE: ReadonlySet<string> = new Set([
  'AWS.SimpleQueueService.NonExistentQueue',
  'NoSuchBucket',
  'NoSuchEntity',
  'NoSuchEntityException',
  'NotFound',
  'NotFoundException',
  'QueueDoesNotExist',
  'ReplicationConfigurationNotFoundError',
  'ResourceNotFoundException',
]);

function isGone(error: unknown): boolean {
  return error instanceof Error && GONE.has(error.name);
}

/** What was asked for, or `undefined` where there is no such thing. */
export async function unlessGone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
