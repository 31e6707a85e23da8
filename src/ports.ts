import type { Baseline, ObjectState, Part } from './model/facts.ts';
import type { Alert } from './model/action.ts';
import type { Look } from './model/look.ts';
import type { ObjectRef } from './model/object.ts';
import type { Observation } from './model/observation.ts';

/** Every call can be given up: the signal fires when the time of the function runs out. */
export interface Call {
  readonly signal: AbortSignal;
}

/** A version that is being read: its headers, and its bytes as they flow. */
export interface OpenContent {
  readonly state: ObjectState;
  /** Can be iterated once. Throws `HoldfastError` (`unavailable`) when the connection breaks. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface HeadOptions extends Call {
  /** Ask for stored checksums; costs KMS requests on SSE-KMS objects. */
  readonly checksums: boolean;
}

export interface ReadOptions extends Call {
  /** Without quotes; the read fails as `overwritten-meanwhile` when the content is another by now. */
  readonly ifMatch?: string;
  /** First byte to read, where a reading is resumed. */
  readonly fromByte?: number;
}

/**
 * Object versions in any Region. A look that fails is a value: missing is `absent`, everything else that speaks about the
 * object or our access to it is `unreadable`. Throws `HoldfastError` only where nothing was learnt about the object
 * (no network, a response nobody understands). Every call may be repeated.
 */
export interface ObjectStore {
  head(object: ObjectRef, options: HeadOptions): Promise<Observation<ObjectState>>;
  /** All parts in order, with their real sizes; a single-part object has none (`absent`). */
  parts(object: ObjectRef, options: HeadOptions & { readonly ifMatch?: string }): Promise<Observation<readonly Part[]>>;
  read(object: ObjectRef, options: ReadOptions): Promise<Observation<OpenContent>>;
}

/** Versions of a bucket, in the order of S3's listing. Delete markers are left out. */
export interface VersionLister {
  list(target: { bucket: string; region: string; prefix: string }, call: Call): AsyncIterable<ListedVersion>;
}

export interface ListedVersion {
  readonly object: ObjectRef;
  readonly isLatest: boolean;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModifiedAt: Date;
}

/** What we remember. Every write is conditional: twice is harmless. Throws `HoldfastError`. */
export interface Ledger {
  /** Whether this very look was settled before, by any delivery. */
  isSettled(look: Look, call: Call): Promise<boolean>;
  /** The last step of an inspection. */
  settle(look: Look, call: Call): Promise<void>;
  /** The baseline of this very content: another ETag or time of an overwritten `null` version has none. */
  baseline(object: ObjectRef, state: ObjectState, call: Call): Promise<Baseline | undefined>;
  /** Keeps the first baseline of a content; later ones are ignored. */
  recordBaseline(object: ObjectRef, baseline: Omit<Baseline, 'recordedAt'>, call: Call): Promise<void>;
}

/** Where alerts leave. */
export interface AlertSink {
  /** May be called again for the same fingerprint; receivers tell repetitions by the id, which follows from it. */
  open(fingerprint: string, alert: Alert, call: Call): Promise<void>;
}

/** Looks to come. Delivered at least once, not before `dueAt` minus the queue's longest delay. */
export interface LookQueue {
  enqueue(look: Look, call: Call): Promise<void>;
}

/** Where unreadable records go, with the reason, so that they neither block their batch nor get lost. */
export interface PoisonQueue {
  setAside(record: { readonly body: string; readonly reason: string }, call: Call): Promise<void>;
}

export interface Clock {
  now(): Date;
}

/** Names of metrics; bounded, because each is billed per Region. */
export type MetricName =
  | 'EventsIngested'
  | 'EventsIgnored'
  | 'EventsPoisoned'
  | 'Verified'
  | 'Violated'
  | 'Unverifiable'
  | 'BytesRead'
  | 'DetectionLatency';

export interface Meter {
  /** Counts, bytes (`BytesRead`) or milliseconds (`DetectionLatency`). */
  record(name: MetricName, value: number): void;
}

/** Everything that the core asks of the world. */
export interface Ports {
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly alerts: AlertSink;
  readonly looks: LookQueue;
  readonly clock: Clock;
  readonly meter: Meter;
}
