import type { BucketRef } from '../model/bucket-settings.ts';
import type { Config } from '../model/config.ts';
import type {
  AlertHistory,
  AlertStates,
  AlertTopics,
  AuditBook,
  AuditStarter,
  BucketDocuments,
  BucketStore,
  Call,
  ChecksumJobs,
  Clock,
  EventRules,
  Heartbeats,
  KeyStore,
  LaneMeter,
  Ledger,
  Listings,
  ManifestBook,
  MrapReader,
  MrapRoutes,
  ObjectRestores,
  ObjectStore,
  PendingList,
  ProbeBook,
  Prober,
  ReadinessBook,
  ReportStore,
  ReplicationJobs,
  ReplicationMeter,
  RolePermissions,
  RouteFreezes,
  RouteHistory,
  SetAside,
  Stacks,
  SteeringLedger,
  UsageMeter,
  VersionLister,
  WriteMeter,
} from '../ports.ts';

/** What the commands that look at buckets ask of the world. */
export interface Services {
  readonly objects: ObjectStore;
  readonly versions: VersionLister;
  readonly listings: Listings;
  readonly clock: Clock;
  readonly config: Config;
  readonly buckets: BucketStore;
  readonly documents: BucketDocuments;
  readonly rules: EventRules;
  readonly roles: RolePermissions;
  readonly keys: KeyStore;
  readonly usage: UsageMeter;
  readonly writes: WriteMeter;
  /** Made when first used: only a repair does. */
  readonly jobs: ReplicationJobs;
  /** Likewise: only a proof at rest does. */
  readonly checksums: ChecksumJobs;
  readonly restores: ObjectRestores;
  readonly auditStarter: AuditStarter;
  /** Routes of access points. */
  readonly routes: MrapRoutes;
  /** Reads through access points. */
  readonly through: MrapReader;
  /** Looks from this machine, as an observer would. */
  readonly prober: Prober;
  /** Files in a bucket in which somebody keeps reports of audits. */
  reportsIn(bucket: BucketRef): ReportStore;
  /** What the stacks of a stage know. Nothing is asked before it is used. */
  stack(stage: string): StackServices;
  /** Throws `HoldfastError` where there is no such bucket. */
  regionOf(bucket: string, call: Call): Promise<string>;
  /** Resolves after this time; rejects when the signal fires first. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** What deployed stacks know; every call but those of `stacks` throws `HoldfastError` where there are none. */
export interface StackServices {
  /** Which of them there are. */
  readonly stacks: Stacks;
  readonly steering: SteeringLedger;
  readonly meter: ReplicationMeter;
  /** What its functions could not read, and dead letters. */
  readonly setAside: SetAside;
  readonly lanes: LaneMeter;
  readonly heartbeats: Pick<Heartbeats, 'last'>;
  readonly routing: RoutingBooks;
  /** What the stack of a Region has published. */
  alertsIn(region: string): Pick<AlertHistory, 'recent'>;
  /** Where alerts leave. */
  readonly topics: AlertTopics;
  /** Causes of alerts and mutes of a Region, in its own ledger. */
  statesIn(region: string): AlertStates;
  /** Runs of the audits whose source is in a Region, in its own ledger. */
  auditsIn(region: string): Pick<AuditBook, 'get' | 'runs'>;
  /** What the functions of a Region computed of contents of which S3 records nothing. */
  baselinesIn(region: string): Pick<Ledger, 'baseline'>;
  /** The list of a Region, in its own ledger. */
  pendingIn(region: string): PendingList;
}

/** What the steering ledger knows of access points. */
export interface RoutingBooks {
  readonly probes: Pick<ProbeBook, 'recent'>;
  readonly history: RouteHistory;
  readonly readiness: Pick<ReadinessBook, 'read'>;
  readonly freezes: RouteFreezes;
  readonly manifests: ManifestBook;
}

/** What the person said about where the buckets are. */
export interface Place {
  readonly region?: string;
  /** Of an S3-compatible server. */
  readonly endpoint?: string;
  /** Whose credentials, in the configuration files of the AWS command line; absent: those of the environment. */
  readonly profile?: string;
  /** The configuration; absent: what `HOLDFAST_CONFIG` names. */
  readonly config?: string;
  /** Sockets that are needed at once. */
  readonly concurrency: number;
  /** How far the clock of the servers is ahead of this machine's now, in milliseconds: that of a sandbox can be moved. */
  readonly aheadMs?: () => number;
  /** Told when only current objects can be listed, with the reason. */
  readonly onlyCurrent: (reason: string) => void;
}
