import type { Config } from '../model/config.ts';
import type { Call, Clock, ObjectStore, VersionLister } from '../ports.ts';

/** What the commands that look at buckets ask of the world. */
export interface Services {
  readonly objects: ObjectStore;
  readonly versions: VersionLister;
  readonly clock: Clock;
  readonly config: Config;
  /** Throws `HoldfastError` where there is no such bucket. */
  regionOf(bucket: string, call: Call): Promise<string>;
  /** Resolves after this time; rejects when the signal fires first. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** What the person said about where the buckets are. */
export interface Place {
  readonly region?: string;
  /** Of an S3-compatible server. */
  readonly endpoint?: string;
  /** Sockets that are needed at once. */
  readonly concurrency: number;
  /** Told when only current objects can be listed, with the reason. */
  readonly onlyCurrent: (reason: string) => void;
}
