import { HoldfastError } from '../errors.ts';
import { type BucketConfig, type Config } from '../model/config.ts';
import { type Link, linksFrom, linksOf } from '../model/link.ts';
import { enabledRules } from '../model/link-rules.ts';
import type { WriteMeasurement } from '../model/measurements.ts';
import { type Observation, valueOf } from '../model/observation.ts';
import {
  asksForEachObject,
  type EncryptedBucket,
  type KmsUsage,
  type PressureFactName,
  type PressureFacts,
  type ThrottledLooks,
  type UsedKey,
} from '../model/pressure-facts.ts';
import { type CanaryPorts, gatherCanaries } from './gather-canaries.ts';
import { hiddenCounter, parseReachedLimits, REACHED_LIMITS, throttleCounter } from '../model/throttle.ts';
import type { BucketStore, Call, KeyStore, Ports, UsageMeter, WriteMeter } from '../ports.ts';

/** Usage is published some minutes late; a line needs a quarter of an hour, and the peak of a Region an hour. */
const USAGE_MS = 65 * 60_000;

/** A storm, and the quiet after it. */
const THROTTLED_MS = 25 * 60_000;

export interface PressurePorts
  extends Pick<Ports, 'region' | 'clock' | 'counters' | 'notes' | 'objects'>, Pick<CanaryPorts, 'memory'> {
  readonly buckets: BucketStore;
  readonly keys: KeyStore;
  readonly usage: UsageMeter;
  /** Absent: what a bucket key would save is not told by the month. */
  readonly writes?: WriteMeter;
}

/** What could be learnt, and what kept the rest from being learnt: trouble of our own. */
export interface GatheredPressure {
  readonly facts: PressureFacts;
  readonly errors: ReadonlyMap<PressureFactName, unknown>;
}

/** The limits of this Region as they are now; only what is asked for. One fact that cannot be had keeps back no other. */
export async function gatherPressure(
  { config, needs }: { readonly config: Pick<Config, 'pairs'>; readonly needs: ReadonlySet<PressureFactName> },
  ports: PressurePorts,
  call: Call,
): Promise<GatheredPressure> {
  const lookedAt = ports.clock.now();
  const errors = new Map<PressureFactName, unknown>();
  const asked = async <T>(name: PressureFactName, gather: () => Promise<T>): Promise<T | undefined> => {
    if (!needs.has(name)) return undefined;
    try {
      return await gather();
    } catch (error) {
      errors.set(name, error); // told by whoever asked, after everything else was looked at
      return undefined;
    }
  };
  const [usage, keys, buckets, throttled, canaries] = await Promise.all([
    asked('usage', async () => readUsage(ports, lookedAt, call)),
    asked('keys', async () => gatherKeys(config, ports, call)),
    asked('buckets', async () => gatherBuckets(config, ports, call)),
    asked('throttled', async () => gatherThrottled(ports, call)),
    asked('canaries', async () => gatherCanaries(config, ports, call)),
  ]);
  return { facts: { region: ports.region, lookedAt, usage, keys, buckets, throttled, canaries }, errors };
}

async function readUsage(
  { usage, region }: PressurePorts,
  until: Date,
  { signal }: Call,
): Promise<Observation<KmsUsage>> {
  return usage.kms(region, { until, windowMs: USAGE_MS, signal });
}

/** Every bucket of the configuration in this Region, once. */
function bucketsHere({ pairs }: Pick<Config, 'pairs'>, region: string): readonly BucketConfig[] {
  const all = pairs.flatMap(({ source, destinations }) => [source, ...destinations]);
  return [...new Map(all.filter((each) => each.region === region).map((each) => [each.bucket, each])).values()];
}

async function gatherBuckets(
  config: Pick<Config, 'pairs'>,
  ports: PressurePorts,
  call: Call,
): Promise<readonly EncryptedBucket[]> {
  return Promise.all(
    bucketsHere(config, ports.region).map(async (bucket) => {
      const encryption = await ports.buckets.setting(bucket, 'encryption', call);
      const writes = asksForEachObject(encryption) ? await readWrites(bucket, ports, call) : undefined;
      return {
        bucket: { bucket: bucket.bucket, region: bucket.region },
        encryption,
        replicas: linksFrom(config, bucket.bucket).length,
        ...(writes && { writes }),
      };
    }),
  );
}

/** What a bucket key would save is only of interest where there is none. */
async function readWrites(
  bucket: BucketConfig,
  { writes, clock }: PressurePorts,
  { signal }: Call,
): Promise<WriteMeasurement | undefined> {
  try {
    return await writes?.read(bucket, { until: clock.now(), signal });
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return undefined; // that there is no bucket key is worth more than what that costs
  }
}

/** A key, and the bucket whose objects it encrypts. */
interface KeyUse {
  readonly id: string;
  readonly bucket: BucketConfig;
  readonly bucketKey: boolean;
}

/** Keys of the buckets here, and those that their rules name for replicas elsewhere: these rules are written here. */
async function gatherKeys(
  config: Pick<Config, 'pairs'>,
  ports: PressurePorts,
  call: Call,
): Promise<readonly UsedKey[]> {
  const here = await Promise.all(bucketsHere(config, ports.region).map(async (bucket) => keysOf(bucket, ports, call)));
  const links = linksOf(config).filter(({ source }) => source.region === ports.region);
  const there = await Promise.all(links.map(async (link) => replicaKeysOf(link, ports, call)));
  const uses = [...here, ...there].flat();
  const distinct = new Map(uses.map((use) => [JSON.stringify([use.id, use.bucket.bucket]), use]));
  return Promise.all(
    [...distinct.values()].map(async ({ id, bucket: { bucket, region }, bucketKey }): Promise<UsedKey> => {
      const ref = { id, region };
      return { ref, bucket: { bucket, region }, bucketKey, key: await ports.keys.key(ref, call) };
    }),
  );
}

async function keysOf(bucket: BucketConfig, { buckets }: PressurePorts, call: Call): Promise<readonly KeyUse[]> {
  const encryption = valueOf(await buckets.setting(bucket, 'encryption', call));
  const bucketKey = encryption?.bucketKey === true;
  // Without a key of its own a bucket uses that of AWS, which nobody can disable.
  const ids = [encryption?.kmsKeyId ?? [], bucket.kmsKeys].flat();
  return ids.map((id) => ({ id, bucket, bucketKey }));
}

async function replicaKeysOf(link: Link, { buckets }: PressurePorts, call: Call): Promise<readonly KeyUse[]> {
  const [settings, encryption] = await Promise.all([
    buckets.setting(link.source, 'replication', call),
    buckets.setting(link.source, 'encryption', call),
  ]);
  const bucketKey = valueOf(encryption)?.bucketKey === true;
  return enabledRules(valueOf(settings), link).flatMap(({ replicaKmsKeyId }) =>
    replicaKmsKeyId === undefined ? [] : [{ id: replicaKmsKeyId, bucket: link.destination, bucketKey }],
  );
}

async function gatherThrottled({ counters, notes }: PressurePorts, call: Call): Promise<readonly ThrottledLooks[]> {
  const reached = parseReachedLimits(await notes.get(REACHED_LIMITS, call));
  return Promise.all(
    reached.map(async ({ limit }) => {
      const [looks, hidden] = await Promise.all([
        counters.history(throttleCounter(limit), THROTTLED_MS, call),
        counters.history(hiddenCounter(limit), THROTTLED_MS, call),
      ]);
      return {
        limit,
        minutes: looks.map(({ window, sum }) => ({ at: window, looks: sum })),
        hidden: hidden.map(({ window, sum }) => ({ at: window, throttles: sum })),
      };
    }),
  );
}
