import type { BucketRef, BucketSettingName, BucketSettings } from '../../model/bucket-settings.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { BucketStore, Call, Clock } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { readLifecycle } from './s3-lifecycle-rules.ts';
import { readReplication } from './s3-replication-rules.ts';
import type { SettingReader } from './s3-setting.ts';
import {
  readEncryption,
  readNotifications,
  readObjectLock,
  readOwnership,
  readPolicy,
  readPublicAccessBlock,
  readUploads,
  readVersioning,
} from './s3-settings.ts';
import { toFailure, toObservation } from './translate-error.ts';

/** How long an answer is used again, in milliseconds: bucket configuration is eventually consistent anyway. */
const FRESH_FOR_MS = 5 * 60_000;

const READERS: { readonly [Name in BucketSettingName]: SettingReader<BucketSettings[Name]> } = {
  versioning: readVersioning,
  replication: readReplication,
  lifecycle: readLifecycle,
  encryption: readEncryption,
  notifications: readNotifications,
  objectLock: readObjectLock,
  ownership: readOwnership,
  publicAccessBlock: readPublicAccessBlock,
  policy: readPolicy,
  uploads: readUploads,
};

export interface BucketStoreOptions {
  readonly clock: Clock;
  /** How long an answer is used again, in milliseconds. */
  readonly freshForMs?: number;
}

/**
 * How buckets are set up, remembered for some minutes. What could not be read is asked for again the next time.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function createS3BucketStore(
  clients: Pick<Clients, 's3'>,
  { clock, freshForMs = FRESH_FOR_MS }: BucketStoreOptions,
): BucketStore {
  const known = new Map<
    string,
    { readonly until: number; readonly answer: Promise<Observation<unknown>>; readonly signal: AbortSignal }
  >();

  async function read<Name extends BucketSettingName>(
    { bucket, region }: BucketRef,
    name: Name,
    { signal }: Call,
  ): Promise<Observation<BucketSettings[Name]>> {
    try {
      const value = await READERS[name]({ client: clients.s3(region), bucket, signal });
      return value === undefined ? { state: 'absent' } : present(value);
    } catch (error) {
      // Whoever is not of the bucket's account gets a 405 for its policy, whatever the policy allows.
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
      if (toFailure(error).status === 405) return { state: 'unreadable', reason: 'access-denied' };
      return toObservation(error, `BucketStore.${name}`);
    }
  }

  const store: BucketStore = {
    async setting(bucket, name, call) {
      const id = JSON.stringify([bucket.bucket, bucket.region, name]);
      const now = clock.now().getTime();
      const remembered = known.get(id);
      if (remembered !== undefined && remembered.until > now) {
        try {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the name of the setting is part of the key
          return (await remembered.answer) as Awaited<ReturnType<typeof read<typeof name>>>;
        } catch (error) {
          // Whoever asked first may have had less time than we have.
          if (call.signal.aborted || !remembered.signal.aborted) throw error;
          return store.setting(bucket, name, call);
        }
      }
      const answer = read(bucket, name, call);
      known.set(id, { until: now + freshForMs, answer, signal: call.signal });
      const forget = (): void => {
        if (known.get(id)?.answer === answer) known.delete(id);
      };
      const observed = await answer.catch((error: unknown) => {
        forget();
        throw error;
      });
      if (observed.state === 'unreadable') forget();
      return observed;
    },
  };
  return store;
}
