import type { ChecksumJobRequest } from './model/checksum-job.ts';
import type { AccessAnswer, AccessQuestion } from './model/access.ts';
import type { ObjectEvent } from './model/event.ts';
import type { Alert, PeerAddress } from './model/action.ts';
import type { AuditRun } from './model/audit-run.ts';
import type { BucketRef, BucketSettingName, BucketSettings } from './model/bucket-settings.ts';
import type { CapacityReport } from './model/capacity.ts';
import type { BucketConfig, ReportLock } from './model/config.ts';
import type {
  Baseline,
  Inspection,
  ObjectAcl,
  ObjectLock,
  ObjectState,
  Part,
  ReplicationStatus,
} from './model/facts.ts';
import type { AlertEvent, RenderedAlert, RenderedDigest } from './model/alert.ts';
import type {
  AlertCase,
  AlertState,
  CaseRef,
  CaseTally,
  KnownCase,
  Mute,
  OutboxClaim,
  OutboxEntry,
} from './model/alert-state.ts';
import type { TopicDeliveries, TopicSubscription } from './model/alert-subscription.ts';
import type { Finding } from './model/finding.ts';
import type { Heartbeat } from './model/heartbeat.ts';
import type { KeyRef, KmsKey } from './model/kms-key.ts';
import type { LaneState } from './model/lane-state.ts';
import type { Link } from './model/link.ts';
import type { ListingPage } from './model/listing-page.ts';
import type { Look } from './model/look.ts';
import type { Manifest } from './model/manifest.ts';
import type { ReplicationMeasurements, WriteMeasurement } from './model/measurements.ts';
import type { ObjectRef } from './model/object.ts';
import type { Observation } from './model/observation.ts';
import type { PeerMessage } from './model/peer-message.ts';
import type { Checkpoint, PendingVersion, ReplicationLag } from './model/pending.ts';
import type { KmsUsage } from './model/pressure-facts.ts';
import type { Probe, Route, RouteChange, RouteFreeze, RouteTable } from './model/routing.ts';
import type { AsideMessage, AsidePlace } from './model/set-aside.ts';
import type { HiddenRetries } from './model/throttle.ts';
import type { DocumentName, EventRule, JsonObject, SettingDocument } from './model/wiring.ts';
import type {
  JobPlace,
  JobRef,
  JobReport,
  ReplicationJob,
  ReplicationJobRequest,
  TaskFailure,
} from './model/replication-job.ts';

/** Every call can be given up: the signal fires when the time of the function runs out. */
export interface Call {
  readonly signal: AbortSignal;
}

/** A version that is being read: its headers, and its bytes as they flow. */
export interface OpenContent {
  readonly state: ObjectState;
  /**
   * Can be iterated once; leaving the loop early closes the connection. Ends early when the connection breaks, because a
   * truncated object looks the same: fewer bytes than the headers promised are a suspicion that a second reading settles.
   */
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

export interface PartsOptions extends Call {
  /** Size of the whole object, from its headers. */
  readonly sizeBytes: number;
  /** Without quotes; `overwritten-meanwhile` when the content is another by now. */
  readonly ifMatch?: string;
  /**
   * `false`: the sizes may be inferred from the first part, which one request gives: enough to prove equality, because no
   * other layout gives the same digest, and never enough to prove a difference. `true`: every part is asked for, with the
   * checksums that S3 stored of it.
   */
  readonly exact: boolean;
}

/**
 * Object versions in any Region. A look that fails is a value: missing is `absent`, everything else that speaks about the
 * object or our access to it is `unreadable`. Throws `HoldfastError` only where nothing was learnt about the object
 * (no network, a response nobody understands). Every call may be repeated.
 */
export interface ObjectStore {
  head(object: ObjectRef, options: HeadOptions): Promise<Observation<ObjectState>>;
  /** All parts in order; an object that was not uploaded in parts has none (`absent`). */
  parts(object: ObjectRef, options: PartsOptions): Promise<Observation<readonly Part[]>>;
  /** The headers always come with stored checksums. */
  read(object: ObjectRef, options: ReadOptions): Promise<Observation<OpenContent>>;
  tags(object: ObjectRef, call: Call): Promise<Observation<Readonly<Record<string, string>>>>;
  acl(object: ObjectRef, call: Call): Promise<Observation<ObjectAcl>>;
  /** Headers leave out what our role may not see of it; here that is `unreadable`. `absent`: there is none. */
  lock(object: ObjectRef, call: Call): Promise<Observation<ObjectLock>>;
}

/** Copies of archived versions, which anybody can read for some days. Throws `HoldfastError`. */
export interface ObjectRestores {
  /** In the cheapest tier. `asked`: it takes hours; twice prolongs it. `denied`: our role may not. */
  restore(object: ObjectRef, options: Call & { readonly days: number }): Promise<'asked' | 'under-way' | 'denied'>;
}

/**
 * How buckets are set up. `absent`: there is no such configuration, or no such bucket; `unreadable`: our role may not know. May
 * answer from what was read within the last minutes: bucket configuration is eventually consistent anyway.
 */
export interface BucketStore {
  setting<Name extends BucketSettingName>(
    bucket: BucketRef,
    name: Name,
    call: Call,
  ): Promise<Observation<BucketSettings[Name]>>;
}

/** What a role may do. `absent`: there is no such role. */
export interface RolePermissions {
  /** Who may assume the role: its trust policy, as JSON. */
  trust(roleArn: string, call: Call): Promise<Observation<string>>;
  /** What the role's own policies say, in the order of the questions. Policies of buckets and keys are not considered. */
  simulate(
    roleArn: string,
    questions: readonly AccessQuestion[],
    call: Call,
  ): Promise<Observation<readonly AccessAnswer[]>>;
}

/** KMS keys. `absent`: there is no such key in that Region. */
export interface KeyStore {
  key(key: KeyRef, call: Call): Promise<Observation<KmsKey>>;
}

/** What is known of the stacks in other Regions. */
export interface Stacks {
  /**
   * ARN of the queue that the buckets of a Region notify. `absent`: there is no stack in that Region; `undefined`: whoever asks
   * here cannot know, and so must not judge.
   */
  signalsQueue(region: string, call: Call): Promise<Observation<string> | undefined>;
}

/** A bucket, and whose it is said to be: a request is refused where that is not so. */
export interface OwnedBucket extends BucketRef {
  readonly account: string;
}

/** Whole configurations of buckets. S3 has no condition on a write: whoever writes reads again before and after. */
export interface BucketDocuments {
  /** `absent`: there is no such bucket; without such a configuration the document is empty. */
  read(bucket: OwnedBucket, name: DocumentName, call: Call): Promise<Observation<SettingDocument>>;
  /** Replaces the configuration; throws `HoldfastError`. */
  write(bucket: OwnedBucket, name: DocumentName, options: WriteDocument): Promise<void>;
}

export interface WriteDocument extends Call {
  readonly document: JsonObject;
  /** Whether S3 tries every destination of notifications, as it does by default: each gets a test message. */
  readonly validate?: boolean;
}

/** Rules on the default bus of EventBridge. Throws `HoldfastError`; every call may be repeated. */
export interface EventRules {
  /** With its targets. `absent`: there is no such rule. */
  rule(region: string, name: string, call: Call): Promise<Observation<EventRule>>;
  /** All rules, without their targets. */
  list(region: string, call: Call): AsyncIterable<EventRule>;
  /** Makes the rule and gives it this one target. */
  put(region: string, rule: EventRule, call: Call): Promise<void>;
  /** Takes its targets away, and then the rule. */
  remove(region: string, name: string, call: Call): Promise<void>;
}

/** Jobs of S3 Batch Replication. Throws `HoldfastError`. */
export interface ReplicationJobs {
  /** Creates a job that waits for its confirmation, and answers its ID. Of a token that was used before it is the same job. */
  create(request: ReplicationJobRequest, call: Call): Promise<string>;
  job(job: JobRef, call: Call): Promise<Observation<ReplicationJob>>;
  /** Jobs of every operation, those that ended within the last 90 days included; their reports are not known. */
  list(place: JobPlace, call: Call): AsyncIterable<ReplicationJob>;
  /** Lets a suspended job begin. */
  confirm(job: JobRef, call: Call): Promise<void>;
  /** What the completion report says about failed tasks; the report is in a bucket of this Region. `absent`: there is none. */
  failures(
    report: JobReport & Pick<JobRef, 'jobId' | 'region'>,
    call: Call,
  ): Promise<Observation<readonly TaskFailure[]>>;
}

/** Jobs of S3 Batch Operations that compute checksums of what is stored; `ReplicationJobs` says how far they are. Throws `HoldfastError`. */
export interface ChecksumJobs {
  /** Creates a job that begins at once, and answers its ID. Of a token that was used before it is the same job. */
  create(request: ChecksumJobRequest, call: Call): Promise<string>;
}

/** The list of versions that have not arrived yet at the buckets of this Region. Twice is harmless. */
export interface PendingList {
  /** Keeps the version unless it was settled before. */
  note(version: PendingVersion, call: Call): Promise<void>;
  /** Takes the version off, and keeps a late `note` of it from coming back. */
  forget(version: Pick<PendingVersion, 'link' | 'object' | 'createdAt'>, call: Call): Promise<void>;
  /** The version under its name alone: a replica that arrives does not know when its source was created. */
  find(version: Pick<PendingVersion, 'link' | 'object'>, call: Call): Promise<PendingVersion | undefined>;
  /** Oldest first. */
  list(link: string, options: ListPendingOptions): AsyncIterable<PendingVersion>;
}

export interface ListPendingOptions extends Call {
  /** Only what was created then or later. */
  readonly from?: Date;
  /** How many are wanted, so that no more is fetched; there may be more in the answer. */
  readonly atMost?: number;
}

/** The ledger in the witness Region: what must be known when a Region is gone. */
export interface SteeringLedger {
  /** Keeps the latest by `asOf`. */
  putCheckpoint(checkpoint: Checkpoint, call: Call): Promise<void>;
  checkpoint(link: string, call: Call): Promise<Checkpoint | undefined>;
}

/** A bucket behind an access point, as one observer looks at it. */
export interface ProbeTarget {
  /** Name of the access point in holdfast.yml. */
  readonly mrap: string;
  readonly bucket: BucketConfig;
}

/** Reads the canaries of a bucket through the endpoint of its own Region, without trying again. */
export interface Prober {
  /** Never throws: whatever goes wrong is what the probe has seen. */
  probe(target: ProbeTarget, call: Call): Promise<Probe>;
}

/** What the observers of all Regions have seen lately, in the steering ledger. Throws `HoldfastError`. */
export interface ProbeBook {
  /** Keeps it for an hour; twice is harmless. */
  leave(probe: Probe, call: Call): Promise<void>;
  /** In the order of the observers' clocks, which need not agree. */
  recent(
    place: { readonly mrap: string; readonly region: string },
    options: Call & { readonly since: Date },
  ): Promise<readonly Probe[]>;
}

/** A change of routes as the steering ledger keeps it. */
export interface KeptChange extends RouteChange {
  /** Region whose controller carries it out; `person`: whoever gave the command does. */
  readonly holder: string;
  /** Grows with every update. */
  readonly revision: number;
}

/** A change whose place in the history, and with it its id, is still to be taken. */
export type NewChange = Omit<RouteChange, 'id'>;

/**
 * Every change of routes of an access point, one after the other. Each is appended to the last one that its author knows: of two
 * who decide at once, one is refused, whoever they are and whatever they want. Kept for 90 days. Throws `HoldfastError`.
 */
export interface RouteHistory {
  /**
   * Takes the place after the change with the id `after` (`undefined`: there has been none). `undefined`: somebody else took it,
   * so whoever asks knows too little and must look again.
   */
  claim(
    change: NewChange,
    options: Call & { readonly after: string | undefined; readonly holder: string },
  ): Promise<KeptChange | undefined>;
  /** Writes it where nobody has written it since it was read, and answers it with its new revision; `undefined`: somebody has. */
  update(change: KeptChange, call: Call): Promise<KeptChange | undefined>;
  /** Oldest first: those decided since, and before them always the last one. */
  list(mrap: string, options: Call & { readonly since: Date }): Promise<readonly KeptChange[]>;
}

/** What the stacks say of their Regions, in the steering ledger. Throws `HoldfastError`. */
export interface ReadinessBook {
  /** Keeps the latest by `asOf`, for 30 days: the peak of a Region counts when it is gone. */
  leave(report: CapacityReport, call: Call): Promise<void>;
  read(region: string, call: Call): Promise<CapacityReport | undefined>;
}

/** What keeps routes from being changed automatically, in the steering ledger. Throws `HoldfastError`. */
export interface RouteFreezes {
  /** Of the same reason the latest counts. */
  put(mrap: string, freeze: RouteFreeze, call: Call): Promise<void>;
  /** Those that have not ended, the next to end first. */
  list(mrap: string, call: Call): Promise<readonly RouteFreeze[]>;
  /** Ends all of them, and answers how many. */
  lift(mrap: string, call: Call): Promise<number>;
}

/** What changes of routes left behind, in the steering ledger for 90 days. Throws `HoldfastError`. */
export interface ManifestBook {
  /** Twice is harmless; what was not written to its end is not there. */
  put(manifest: Manifest, call: Call): Promise<void>;
  get(change: Pick<RouteChange, 'mrap' | 'id'>, call: Call): Promise<Manifest | undefined>;
}

/** Signs of life of the stacks, where those of other Regions find them. Throws `HoldfastError`. */
export interface Heartbeats {
  /** Keeps the latest by `at`. */
  leave(heartbeat: Heartbeat, call: Call): Promise<void>;
  /** `undefined`: the stack of that Region has never left any, or none for a month. */
  last(region: string, call: Call): Promise<Heartbeat | undefined>;
}

/** The stacks of other Regions and accounts, and our own. Delivered at least once. */
export interface Peers {
  tell(to: PeerAddress, message: PeerMessage, call: Call): Promise<void>;
}

/** What CloudWatch knows of replication. Best effort: minutes can be missing, and everything comes minutes late. */
export interface ReplicationMeter {
  /** What was measured of one link in the time before `until`. Members are absent where nothing was published. */
  read(
    link: Link,
    options: Call & { readonly ruleIds: readonly string[]; readonly until: Date; readonly windowMs: number },
  ): Promise<ReplicationMeasurements>;
}

/** How much is written to a bucket, from what S3 publishes in CloudWatch. */
export interface WriteMeter {
  /** `undefined`: S3 has published nothing from which it follows. */
  read(bucket: BucketRef, options: Call & { readonly until: Date }): Promise<WriteMeasurement | undefined>;
}

/** A small object of our own. */
export interface CanaryObject extends BucketRef {
  /** Under `CANARY_PREFIX`. */
  readonly key: string;
  readonly text: string;
  /** Absent: encrypted by S3, without KMS. */
  readonly kmsKeyId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Uploaded in two parts: as many bytes as the first must have, and the text. */
  readonly inParts?: boolean;
}

/** Writes our own objects, and nothing that is not under their prefix: that throws. */
export interface CanaryWriter {
  /** Answers the version ID; `absent`: the bucket keeps no versions. Called again it writes another version. */
  put(canary: CanaryObject, call: Call): Promise<Observation<string>>;
}

/** How much of the quotas of the account is used, whoever uses it. */
export interface UsageMeter {
  /** Symmetric cryptographic operations in the Region, in the time before `until`. `unreadable`: our role may not know. */
  kms(
    region: string,
    options: Call & { readonly until: Date; readonly windowMs: number },
  ): Promise<Observation<KmsUsage>>;
}

/** Numbers that only grow, by name and window of time; a number is never exact after a crash, and never too high. */
export interface Counters {
  /** Adds and answers the new sum. */
  add(name: string, window: Date, amount: number, call: Call): Promise<number>;
  /** Sums by the start of their window, oldest first, those of the last `spanMs`. */
  history(
    name: string,
    spanMs: number,
    call: Call,
  ): Promise<readonly { readonly window: Date; readonly sum: number }[]>;
}

/** Small facts about links, keys and Regions that one invocation leaves for the next, as JSON text. The latest wins. */
export interface Notes {
  put(name: string, value: string, options: Call & { readonly keepForMs: number }): Promise<void>;
  get(name: string, call: Call): Promise<string | undefined>;
}

/** Versions of a bucket, in the order of S3's listing. */
export interface VersionLister {
  /** Delete markers are left out unless asked for; then they come at their key, but not in the order of its versions. */
  list(
    target: {
      bucket: string;
      region: string;
      prefix: string;
      deleteMarkers?: boolean;
      /** Only keys after this one. */
      after?: string;
    },
    call: Call,
  ): AsyncIterable<ListedVersion>;
}

export interface ListedVersion {
  readonly object: ObjectRef;
  /** Set on a delete marker, which has neither bytes nor an ETag. */
  readonly deleteMarker?: true;
  readonly isLatest: boolean;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModifiedAt: Date;
}

/** A stretch of a listing. */
export interface ListingRange extends BucketRef {
  readonly prefix: string;
  /** Every version and delete marker; otherwise current objects, without version IDs. */
  readonly versions: boolean;
  /** Only keys after this one. */
  readonly after?: string;
  /** Pages that begin behind this key are not asked for; the last one may hold keys that do. */
  readonly upTo?: string;
  /** Answer one page of at most so many entries, and end. */
  readonly pageSize?: number;
}

/** Listings as bytes, for whoever has to walk billions of keys. Throws `HoldfastError`. */
export interface Listings {
  /** In S3's order. A page is only lent: it is valid until the next one is asked for. */
  pages(range: ListingRange, call: Call): AsyncIterable<ListingPage>;
}

/** What we remember. Every write is conditional: twice is harmless. Throws `HoldfastError`. */
export interface Ledger {
  /** Whether this very look was settled before, by any delivery. */
  isSettled(look: Look, call: Call): Promise<boolean>;
  /** The last step of an inspection. Whether it was settled just now, for the first time. */
  settle(look: Look, call: Call): Promise<boolean>;
  /** The baseline of this very content: another ETag or time of an overwritten `null` version has none. */
  baseline(object: ObjectRef, state: ObjectState, call: Call): Promise<Baseline | undefined>;
  /** Keeps the first baseline of a content; later ones are ignored. */
  recordBaseline(object: ObjectRef, baseline: Omit<Baseline, 'recordedAt'>, call: Call): Promise<void>;
}

/** Names one run of one audit. */
export type AuditRunRef = Pick<AuditRun, 'audit' | 'run'>;

/** By how much a run has grown. */
export type AuditGrowth = Partial<Pick<AuditRun, 'versions' | 'bytes' | 'findings' | 'violated' | 'dollars'>> & {
  /** Shards that were finished. */
  readonly shards?: number;
};

/** What of a run is written as it is, and not added up. */
export type AuditRunPatch = Partial<
  Pick<AuditRun, 'phase' | 'endedAt' | 'expected' | 'stopped' | 'reason' | 'root' | 'report'>
> & {
  /** Shards of the plan. */
  readonly shards?: number;
};

/** `held`: another run of the same audit is under way. */
export type AuditBeginning = { readonly kind: 'begun' } | { readonly kind: 'held'; readonly by: AuditRun };

/** Runs of the audits of one Region, in its ledger for as long as 400 days. Throws `HoldfastError`. */
export interface AuditBook {
  /**
   * Writes the run down and takes the audit for it. A run that has the audit already has it: what is known of it stays. One of
   * which nothing was heard for `silentMs` is given up, and another takes its place.
   */
  begin(run: AuditRun, options: Call & { readonly silentMs: number }): Promise<AuditBeginning>;
  /** Adds, and answers the sums; not harmless twice. `undefined`: there is no such run. */
  add(run: AuditRunRef, growth: AuditGrowth, call: Call): Promise<AuditRun | undefined>;
  /** Twice is harmless; of a run that is not there it is ignored. */
  save(run: AuditRunRef, patch: AuditRunPatch, call: Call): Promise<void>;
  /** Lets the next run begin; ignored where this one does not have the audit. */
  release(run: AuditRunRef, call: Call): Promise<void>;
  get(run: AuditRunRef, call: Call): Promise<AuditRun | undefined>;
  /** Newest first. */
  runs(audit: string, options: Call & { readonly atMost: number }): Promise<readonly AuditRun[]>;
}

/** Starts runs of audits by hand. Throws `HoldfastError`: then a run may have been started all the same. */
export interface AuditStarter {
  /** Answers the ARN of the execution. Twice starts two, of which the book lets one be made. */
  start(machineArn: string, input: { readonly audit: string }, call: Call): Promise<string>;
}

/** Nobody may change or delete an object until then. */
export interface WriteOnce {
  readonly mode: ReportLock['mode'];
  readonly until: Date;
}

/** Files of audits, as objects of one bucket that is ours. Throws `HoldfastError`. */
export interface ReportStore {
  /** `undefined`: there is none. */
  get(key: string, call: Call): Promise<string | undefined>;
  /** Its lines as they come, so that it may be of any length. Throws where there is none. */
  lines(key: string, call: Call): AsyncIterable<string>;
  /** Keys that begin so, in their order. */
  list(prefix: string, call: Call): AsyncIterable<string>;
  /** `false`: there is one already, which stays. */
  create(key: string, text: string, call: Call): Promise<boolean>;
  /**
   * Text of any length; nothing is there before everything is. What was there before is replaced. Answers the version ID, where
   * the bucket keeps versions.
   */
  write(
    key: string,
    chunks: Iterable<string> | AsyncIterable<string>,
    options: Call & { readonly contentType: string; readonly lock?: WriteOnce },
  ): Promise<string | undefined>;
}

/** A call to the control plane of S3, which five Regions have. */
export interface RouteCall extends Call {
  /** Region that is asked last: its control plane is the likeliest to be in trouble too. */
  readonly avoid?: string;
}

/**
 * `accepted`: the control plane took it, reads follow within minutes; `conflict`: somebody else changes these routes at this moment, so
 * that they must be read again before anything else; `refused`: the same request will never be taken.
 */
export type RouteSubmission =
  | { readonly kind: 'accepted'; /** Region that took it. */ readonly by: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Which buckets take part in the traffic of a Multi-Region Access Point, by its ARN. Asks the Regions of the control plane one after
 * the other until one answers; throws `HoldfastError` where none does.
 */
export interface MrapRoutes {
  /** `absent`: there is no such access point; `unreadable`: our role may not know. May be repeated. */
  read(mrapArn: string, call: RouteCall): Promise<Observation<RouteTable>>;
  /**
   * Regions that are left out stay as they are. Where this throws, the change may have been taken all the same: read the routes
   * before anything else.
   */
  submit(mrapArn: string, updates: readonly Route[], call: RouteCall): Promise<RouteSubmission>;
}

/**
 * What came through an access point. S3 does not say which bucket answered: of an object that was written into one bucket only,
 * that one has the status of a source or none, every other has `REPLICA` or no object yet.
 */
export interface MrapAnswer {
  readonly replicationStatus?: ReplicationStatus;
  /** Without quotes. */
  readonly etag: string;
  readonly text: string;
}

/** Small objects through a Multi-Region Access Point. May be repeated. */
export interface MrapReader {
  /** `absent`: the bucket that answered does not have it. Throws `HoldfastError` where no bucket answered. */
  read(mrapArn: string, key: string, call: Call): Promise<Observation<MrapAnswer>>;
}

/** Whom the core tells what it has found. Throws `HoldfastError` where it could not be made durable; every call may be repeated. */
export interface AlertSink {
  /** Reports a case of a cause. Resolves when it is durable: people hear of it then, or a little later. */
  open(alert: Alert, call: Call): Promise<void>;
  /** The case is no more. One that nobody has reported is ignored. */
  resolve(gone: CaseRef, call: Call): Promise<void>;
  /** What a look has proved: whatever speaks against the same object and is disproved by it is no more. */
  heal(proofs: readonly Finding[], call: Call): Promise<void>;
}

/** The topic. Published at least once; receivers tell repetitions by the id. Throws `HoldfastError`. */
export interface Publisher {
  publish(alert: RenderedAlert | RenderedDigest, call: Call): Promise<void>;
}

/**
 * Topics of the stacks of a stage, for whoever tries whether alerts arrive. `unreadable`: our role may not know. Throws
 * `HoldfastError` where it does not answer with a value.
 */
export interface AlertTopics {
  /** ARN of the topic. `absent`: there is no stack in that Region. */
  topic(region: string, call: Call): Promise<Observation<string>>;
  /** In SNS's order, with their filter policies where they are confirmed. */
  subscriptions(topicArn: string, call: Call): Promise<Observation<readonly TopicSubscription[]>>;
  publish(topicArn: string, alert: RenderedAlert, call: Call): Promise<void>;
  /** What was counted since then. `absent`: nothing yet; CloudWatch is minutes late. */
  deliveries(topicArn: string, options: Call & AlertRange): Promise<Observation<TopicDeliveries>>;
  /**
   * Whether a message with this text is among some of those that nobody holds in the queue. They are held for a moment and given
   * back. `absent`: there is no such queue.
   */
  isIn(queueArn: string, text: string, call: Call): Promise<Observation<boolean>>;
}

/** Causes of alerts in the ledger of one Region, for whoever shows or steers them. Throws `HoldfastError`. */
export interface AlertStates {
  /** Those that are open or noted, and those that were resolved within the last 30 days; in no order. */
  list(call: Call): Promise<readonly AlertState[]>;
  get(fingerprint: string, call: Call): Promise<AlertState | undefined>;
  /** Cases of the current episode, healed ones included; in no order. */
  cases(fingerprint: string, call: Call): AsyncIterable<KnownCase>;
  /** A person says that it is over, which people are told. `false`: no such cause is open. Cases that come later open it again. */
  close(fingerprint: string, closing: Call & Closing): Promise<boolean>;
  /** Those that have not ended. */
  mutes(call: Call): Promise<readonly Mute[]>;
  /** Until it ends; one with the same id is replaced. */
  putMute(mute: Mute, call: Call): Promise<void>;
  /** `false`: there was none. */
  removeMute(id: string, call: Call): Promise<boolean>;
}

export interface Closing {
  readonly at: Date;
  readonly by: string;
  readonly reason: string;
}

/** A state as it was read: it is written only where nobody else has written since. */
export interface KeptState {
  readonly state: AlertState;
  /** Grows with every writing; 0: there is none yet. */
  readonly version: number;
}

/** What is known of causes, one item each. Counts are as of the last writing. Throws `HoldfastError`. */
export interface StateBook {
  get(fingerprint: string, call: Call): Promise<KeptState | undefined>;
  list(call: Call): Promise<readonly KeptState[]>;
  /** `false`: somebody else has written since this version. */
  save(kept: KeptState, call: Call): Promise<boolean>;
}

/** The cases of causes, spread so that hundreds of thousands of one cause do not fall on one item. Throws `HoldfastError`. */
export interface CaseBook {
  find(ref: CaseRef, call: Call): Promise<KnownCase | undefined>;
  /** Those of a cause whose ids begin so. */
  about(ref: { readonly fingerprint: string; readonly idPrefix: string }, call: Call): Promise<readonly KnownCase[]>;
  /** Counts and keeps the case in place of `before`. `false`: somebody else was faster. */
  add(fingerprint: string, known: KnownCase, options: Call & { readonly before?: KnownCase }): Promise<boolean>;
  /** `false`: it was healed before, or was seen again since. */
  heal(fingerprint: string, known: KnownCase, options: Call & { readonly at: Date }): Promise<boolean>;
  tally(fingerprint: string, episode: number, call: Call): Promise<CaseTally>;
  /** Every case of an episode; in no order. */
  list(fingerprint: string, episode: number, call: Call): AsyncIterable<KnownCase>;
}

/** Causes with something to tell. Throws `HoldfastError`. */
export interface Outbox {
  /** There is something new about the cause. Nobody settles what was touched meanwhile. */
  touch(fingerprint: string, options: Call & { readonly at: Date; readonly latest?: AlertCase }): Promise<void>;
  get(fingerprint: string, call: Call): Promise<OutboxEntry | undefined>;
  list(call: Call): Promise<readonly OutboxEntry[]>;
  /** The entry as claimed; `undefined`: it was changed meanwhile. */
  claim(entry: OutboxEntry, claim: OutboxClaim, call: Call): Promise<OutboxEntry | undefined>;
  /** Everything known was told. Without `dueAt` nothing more can come of it. `false`: it was changed meanwhile. */
  settle(entry: OutboxEntry, options: Call & { readonly dueAt?: Date }): Promise<boolean>;
}

/** What was published lately, in the order of time. Throws `HoldfastError`. */
export interface AlertHistory {
  /** Keeps the alert for 30 days; twice is harmless. */
  note(alert: AlertEvent, call: Call): Promise<void>;
  /** Published in this time by the stack of this Region; what was published more than once has the same id. */
  recent(range: AlertRange, call: Call): Promise<readonly AlertEvent[]>;
}

/** At most 30 days; both ends belong to it. */
export interface AlertRange {
  readonly since: Date;
  readonly until: Date;
}

/** How much work waits in the queues of a stack. */
export interface LaneMeter {
  /** `absent`: there is no stack in that Region; `unreadable`: our role may not know. */
  lanes(region: string, options: Call & { readonly until: Date }): Promise<Observation<readonly LaneState[]>>;
}

/** What the ledger remembers of versions, whatever was found. */
export interface EventMemory {
  /** Whether any look at this version was settled, and so an event of it had come; without a version ID: at this key. */
  hasHeardOf(object: ObjectRef, call: Call): Promise<boolean>;
}

/** The queue that buckets notify. */
export interface SignalsQueue {
  readonly arn: string;
  /** About how many events wait in it. */
  waiting(call: Call): Promise<number>;
}

/** The lanes of this stack that lead to a version's first looks: the signals and the looks. */
export interface OwnLanes {
  /** Whether nothing waits in them, is in somebody's hands, or is to come later; as of about a minute ago. */
  areEmpty(call: Call): Promise<boolean>;
}

/** Looks to come. Delivered at least once, not before `dueAt` minus the queue's longest delay. */
export interface LookQueue {
  enqueue(look: Look, call: Call): Promise<void>;
}

/** Where unreadable records go, with the reason, so that they neither block their batch nor get lost. */
export interface PoisonQueue {
  setAside(record: { readonly body: string; readonly reason: string }, call: Call): Promise<void>;
}

/** What functions have set aside or given up, for a person. Throws `HoldfastError` where it does not answer with a value. */
export interface SetAside {
  /**
   * Some of the messages that nobody holds, in no order; none: there are no more. They are held for that long. `absent`: there
   * is no such queue; `unreadable`: our role may not take from it.
   */
  take(
    place: AsidePlace,
    options: Call & { readonly holdForMs: number },
  ): Promise<Observation<readonly AsideMessage[]>>;
  /** Puts a body into the lane of the place. Resolves when it is durable there; twice is harmless. */
  sendAgain(place: AsidePlace, body: string, call: Call): Promise<void>;
  /** Deletes a message that is held. */
  remove(place: AsidePlace, message: AsideMessage, call: Call): Promise<void>;
  /** Holds them no longer. */
  giveBack(place: AsidePlace, messages: readonly AsideMessage[], call: Call): Promise<void>;
}

export interface Clock {
  now(): Date;
}

/** Lets time pass between two rounds of work. */
export interface Pause {
  /** Ends early, without an error, when the call is given up; at once where there is nothing to wait for. */
  wait(ms: number, call: Call): Promise<void>;
}

/** What happened, for logs and metrics. Never throws, never waits. */
export interface Journal {
  inspected(inspection: Inspection): void;
  /** The event needs no look; counted. */
  acknowledged(event: ObjectEvent): void;
  setAside(reason: string): void;
  /** A replica has arrived. */
  replicated(lag: ReplicationLag): void;
  /** A request needed more than one attempt. */
  retried(hidden: HiddenRetries): void;
}

/** Where it is measured what is on its way over each link. */
export interface BacklogGauge {
  /** As counted now; `oldestAgeMs` is 0 where nothing is pending. Never throws. */
  counted(
    link: string,
    pending: { readonly versions: number; readonly bytes: number; readonly oldestAgeMs: number },
  ): void;
}

/** Everything that the core asks of the world. */
export interface Ports {
  /** Where this monitor runs. */
  readonly region: string;
  readonly objects: ObjectStore;
  readonly ledger: Ledger;
  readonly alerts: AlertSink;
  readonly looks: LookQueue;
  readonly poison: PoisonQueue;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly buckets: BucketStore;
  readonly pending: PendingList;
  readonly peers: Peers;
  readonly counters: Counters;
  readonly notes: Notes;
  /** Absent: overwrites are not watched. */
  readonly versions?: VersionLister;
}
