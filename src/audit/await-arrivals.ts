import type { BucketRef } from '../model/bucket-settings.ts';
import { pairVersions, type VersionPair } from '../model/version-order.ts';
import { type Arrival, excuseOfKey, judgeArrival } from '../policy/arrival.ts';
import type { Call, Clock, ListedVersion, ObjectStore, VersionLister } from '../ports.ts';
import { type ArrivalTally, createArrivalTally, type Settled } from './arrival-tally.ts';
import { gatherArrival, type LinkSettings } from './gather-arrival.ts';

/** Versions that are waited for at once. While it is full the listing stands still, so that memory is bounded. */
const MOST_WAITING = 100_000;

/** What has to have arrived over one link. */
export interface Barrier extends LinkSettings {
  readonly prefix: string;
  /** Versions created up to the end of this second: S3 gives times in whole seconds. */
  readonly before: Date;
  /** Keys that begin so are nobody's data. */
  readonly leaveOut?: string;
}

export interface ArrivalPorts {
  readonly versions: VersionLister;
  readonly objects: ObjectStore;
  readonly clock: Clock;
}

export interface ArrivalOptions {
  /** Versions looked at at once. */
  readonly concurrency: number;
  /** Told of everything that is settled, but what is proved. */
  readonly onSettled: (settled: Settled) => void;
  /** Told after each version that was listed or looked at. */
  readonly onProgress: () => void;
  /** Asked between versions: whether enough is known. */
  readonly stop: () => boolean;
  readonly mostWaiting?: number;
}

export interface WaitingVersion extends Settled {
  readonly arrival: Extract<Arrival, { state: 'waiting' }>;
  /** S3 said COMPLETED while it was not there: only a second look makes that an accusation. */
  readonly suspected: boolean;
}

/** How far one barrier is. */
export interface Arrivals {
  readonly tally: ArrivalTally;
  /** Versions of the source that were listed so far. */
  listed(): number;
  /** Whether the listing has come to its end. */
  isListed(): boolean;
  /** What is still waited for, by what it is. */
  waiting(): ReadonlyMap<string, WaitingVersion>;
  /** Goes on with the listing until it ends, too many are waited for, or there is enough. */
  list(call: Call): Promise<void>;
  /** Looks once at everything that is waited for. */
  lookAgain(call: Call): Promise<void>;
  /** Gives back what the listings hold. */
  close(): Promise<void>;
}

/**
 * Proves the arrival of versions at one destination: both buckets are listed in lock step, and only what the listings do not
 * show alike is looked at by itself, again and again until it is settled. Nothing is sampled, and memory is bounded.
 *
 * The time of a multipart object is that of its initiation. So whatever was completed by the time it is listed is waited for
 * if it was initiated before the barrier: rather too much than too little.
 */
export function createArrivals(barrier: Barrier, ports: ArrivalPorts, options: ArrivalOptions): Arrivals {
  const { concurrency, onProgress, onSettled, stop, mostWaiting = MOST_WAITING } = options;
  const tally = createArrivalTally();
  const held = new Map<string, WaitingVersion>();
  let pairs: AsyncGenerator<VersionPair<ListedVersion>, void> | undefined;
  let count = 0;
  let ended = false;

  function settle(version: ListedVersion, arrival: Arrival): void {
    const id = idOf(version);
    const suspected = held.get(id)?.suspected === true;
    held.delete(id);
    if (arrival.state === 'waiting') {
      held.set(id, { version, arrival, suspected: false });
    } else if (arrival.state === 'missing' && !suspected) {
      held.set(id, { version, arrival: { state: 'waiting', reason: arrival.reason }, suspected: true });
    } else {
      tally.add(version, arrival);
      if (arrival.state !== 'proved') onSettled({ version, arrival });
    }
  }

  async function lookAt(versions: readonly ListedVersion[], call: Call): Promise<void> {
    await Promise.all(
      versions.map(async (version) => {
        settle(version, judgeArrival(await gatherArrival(version, barrier, { ...ports, ...call })));
        onProgress();
      }),
    );
  }

  return {
    tally,
    listed: () => count,
    isListed: () => ended,
    waiting: () => held,
    async list(call) {
      pairs ??= listBoth(barrier, ports.versions, call);
      let unlike: ListedVersion[] = [];
      while (!ended && !stop() && held.size + unlike.length < mostWaiting) {
        const next = await pairs.next();
        if (next.done === true) {
          ended = true;
          break;
        }
        const { source: version, replica } = next.value;
        if (version === undefined || !isBefore(version, barrier)) continue;
        count += 1;
        const known = judgeListed(version, replica, barrier);
        if (known === undefined) unlike.push(version);
        else settle(version, known);
        onProgress();
        if (unlike.length >= concurrency) {
          await lookAt(unlike, call);
          unlike = [];
        }
      }
      await lookAt(unlike, call);
    },
    async lookAgain(call) {
      const all = [...held.values()].map(({ version }) => version);
      for (let from = 0; from < all.length && !stop(); from += concurrency) {
        await lookAt(all.slice(from, from + concurrency), call);
      }
    },
    close: async () => void (await pairs?.return(undefined)),
  };
}

function listBoth(
  { link, prefix }: Barrier,
  versions: VersionLister,
  call: Call,
): AsyncGenerator<VersionPair<ListedVersion>, void> {
  const list = ({ bucket, region }: BucketRef) => versions.list({ bucket, region, prefix, deleteMarkers: true }, call);
  return pairVersions(list(link.source), list(link.destination));
}

function isBefore({ object, lastModifiedAt }: ListedVersion, { before, leaveOut }: Barrier): boolean {
  const untilMs = Math.ceil(before.getTime() / 1_000) * 1_000;
  return lastModifiedAt.getTime() <= untilMs && (leaveOut === undefined || !object.key.startsWith(leaveOut));
}

/** What the listings alone prove; `undefined`: the version has to be looked at. */
function judgeListed(
  source: ListedVersion,
  replica: ListedVersion | undefined,
  { rules, link }: Barrier,
): Arrival | undefined {
  const isMarker = source.deleteMarker === true;
  const destination = link.destination.bucket;
  if (replica === undefined) {
    const reason = excuseOfKey({ key: source.object.key, deleteMarker: isMarker, rules, destination });
    if (reason !== undefined) return { state: 'excused', reason };
    return isMarker && link.policy.expect.deleteMarkers === 'any'
      ? { state: 'excused', reason: 'delete-markers-not-replicated' }
      : undefined;
  }
  if (isMarker) return replica.deleteMarker === true ? { state: 'proved' } : undefined;
  // Two different contents never have one ETag. That two ETags differ says nothing: encryption and parts can differ.
  const alike = replica.sizeBytes === source.sizeBytes && replica.etag === source.etag && source.etag !== '';
  return alike ? { state: 'proved', basis: 'etag' } : undefined;
}

function idOf({ object }: ListedVersion): string {
  return `${object.versionId ?? 'null'} ${object.key}`;
}
