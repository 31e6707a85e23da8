import type { ReplicationRule } from '../../src/model/bucket-settings.ts';
import type { BucketConfig, Config, PairConfig } from '../../src/model/config.ts';
import type { FindingCode } from '../../src/model/finding.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import type { Outcome, SimulatedBucket, SimulatedVersion } from './simulated-s3.ts';
import { SimulatedS3 } from './simulated-s3.ts';
import { SimulatedWorld } from './simulated-world.ts';
import type { Fate, Step } from './steps.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Hostile names, as S3 allows them; the first letter says at which side they are written. */
const NAMES = ['plain', 'a+b', '100%', 'with space', 'é/ü', '😀', 'deep/er/key', '%2F'];

/** By what a planted fault shows itself: one of these codes has to be heard about the version, and no other may be. */
const SHOWN_BY: Readonly<Record<Exclude<Outcome, 'arrives'>, readonly FindingCode[]>> = {
  fails: ['replication-failed'],
  'is-lost': ['replica-missing'],
  hangs: ['replica-overdue'],
  'arrives-with-other-size': ['replica-size-differs', 'replica-content-differs'],
  'arrives-with-other-content': ['replica-content-differs'],
  'arrives-with-other-metadata': ['replica-metadata-differs'],
  'arrives-with-other-tags': ['replica-tags-differ'],
};

interface Planted {
  readonly object: ObjectRef;
  readonly codes: readonly FindingCode[];
  /** It may go unheard: somebody removed the version, or changed it afterwards. */
  excused: boolean;
}

function bucketConfig(bucket: string, region: string): BucketConfig {
  return { bucket, region, account: '111122223333', kmsKeys: [] };
}

export function pairConfig(twoWay: boolean): PairConfig {
  return {
    name: 'orders',
    source: bucketConfig('orders-use1', 'us-east-1'),
    destinations: [bucketConfig('orders-euw1', 'eu-west-1')],
    twoWay,
    followUp: 'every',
    match: 'version',
    lookAfterMs: [60_000, 300_000, 900_000, HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS, DAY_MS],
    expect: {
      storageClass: 'same',
      encryption: 'same',
      kmsKey: 'any',
      owner: 'same',
      deleteMarkers: 'same',
      lifecycle: 'same',
    },
  };
}

function rule(destinationBucket: string): ReplicationRule {
  return {
    id: 'everything',
    enabled: true,
    priority: 1,
    prefix: '',
    tags: {},
    deleteMarkers: true,
    kmsObjects: false,
    replicaModifications: true,
    destinationBucket,
    ownerOverride: false,
    metrics: true,
    timeControl: false,
  };
}

/** Plays steps in a simulated world and remembers what a monitor has to find. */
export class Player {
  readonly world: SimulatedWorld;
  readonly planted: Planted[] = [];
  readonly #twoWay: boolean;
  #versions = 0;

  constructor(twoWay: boolean) {
    this.#twoWay = twoWay;
    const pair = pairConfig(twoWay);
    const config: Config = {
      version: 1,
      pairs: [pair],
      mraps: [],
      verify: ['orders-use1', 'orders-euw1'].map((bucket) => ({ bucket, prefix: '', evidence: 'etag', declared: [] })),
      alerts: { severity: 'warning', subscriptions: [] },
    };
    const [source, destination] = [pair.source, ...pair.destinations] as const;
    const bucket = (at: BucketConfig | undefined, to: BucketConfig | undefined, on: boolean): SimulatedBucket => ({
      bucket: at?.bucket ?? '',
      region: at?.region ?? '',
      keys: new Map(),
      rules: on && to !== undefined ? [rule(to.bucket)] : [],
      lifecycle: [],
    });
    this.world = new SimulatedWorld(
      new SimulatedS3([bucket(source, destination, true), bucket(destination, source, twoWay)]),
      config,
    );
  }

  async play(step: Step): Promise<void> {
    const { world } = this;
    switch (step.kind) {
      case 'put':
        return this.#put(step);
      case 'delete':
        return this.#delete(step);
      case 'delete-version':
        return this.#deleteVersion(step);
      case 'tag':
        return this.#tag(step);
      case 'seed':
        return this.#seed(step);
      case 'throttle':
        world.s3.trouble.throttles += step.requests;
        return undefined;
      case 'crash':
        return world.crashAfter(step.afterCalls);
      case 'wait':
        return world.schedule.pass(step.ms);
      default:
        return step satisfies never;
    }
  }

  /** Lets every chain come to its end. */
  async finish(): Promise<void> {
    await this.world.schedule.pass(4 * DAY_MS);
  }

  /** What was heard and should not have been, and what should have been heard and was not. */
  verdict(): { readonly falseAlarms: readonly string[]; readonly misses: readonly string[] } {
    const heard = [...this.world.alerts.values()].flatMap(({ code, subject, verdict }) =>
      verdict === 'violated' && subject.kind === 'object-version' ? [{ code, id: nameOf(subject.object) }] : [],
    );
    const others = [...this.world.alerts.values()].filter(
      ({ subject, verdict }) => verdict === 'violated' && subject.kind !== 'object-version',
    );
    const falseAlarms = heard.filter(
      ({ code, id }) => !this.planted.some(({ object, codes }) => nameOf(object) === id && codes.includes(code)),
    );
    const misses = this.planted.filter(
      ({ object, codes, excused }) =>
        !excused && !heard.some(({ code, id }) => nameOf(object) === id && codes.includes(code)),
    );
    return {
      falseAlarms: [
        ...falseAlarms.map(({ code, id }) => `${code} ${id}`),
        ...others.map(({ code, title }) => `${code} ${title}`),
      ],
      misses: misses.map(({ object, codes }) => `${codes[0]} ${nameOf(object)}`),
    };
  }

  #put({ key, side, uploadMs, fate }: Extract<Step, { kind: 'put' }>): void {
    const at = this.#side(side);
    const version = this.#newVersion(this.#keyOf(key, at), uploadMs);
    this.#add(at, version);
    this.#announce(at, version, fate, 'ObjectCreated:Put');
    this.#replicate(at, version, fate);
  }

  #delete({ key, fate }: Extract<Step, { kind: 'delete' }>): void {
    const at = this.#side(0);
    const name = this.#keyOf(key, at);
    if (this.world.s3.versions(at.bucket, name).length === 0) return;
    const marker = { ...this.#newVersion(name, 0), marker: true, content: '', sizeBytes: 0 };
    this.#add(at, marker);
    this.#announce(at, marker, fate, 'ObjectRemoved:DeleteMarkerCreated');
    this.#replicate(at, marker, fate);
  }

  #deleteVersion({ key, nth, everywhere }: Extract<Step, { kind: 'delete-version' }>): void {
    const at = this.#side(0);
    const name = this.#keyOf(key, at);
    const version = this.world.s3.versions(at.bucket, name)[nth];
    if (version === undefined) return;
    for (const bucket of everywhere ? [at, this.#otherSide(at)] : [at]) this.#remove(bucket, version);
    const object = refOf(at, version);
    this.world.emit({ name: 'ObjectRemoved:Delete', object, sequencer: this.#nextSequencer() }, [500]);
    this.#excuse(object);
  }

  #tag({ key, value, fate }: Extract<Step, { kind: 'tag' }>): void {
    const at = this.#side(0);
    const version = this.world.s3.versions(at.bucket, this.#keyOf(key, at))[0];
    if (version === undefined || version.marker) return;
    version.tags = { value: String(value) };
    const object = refOf(at, version);
    this.#excuse(object);
    const delays = fate.event === 'twice' ? [500, 700] : [500];
    this.world.emit({ name: 'ObjectTagging:Put', object }, delays);
    const { tags } = version;
    this.world.schedule.after(fate.delayMs, () => {
      const replica = this.world.s3.find({ ...refOf(this.#otherSide(at), version) });
      // The latest tags win, in whatever order the changes arrive.
      if (replica !== undefined && version.tags === tags) replica.tags = tags;
    });
  }

  /** A tool copies the current content to the other side before, or beside, replication. One-way pairs only. */
  #seed({ key }: Extract<Step, { kind: 'seed' }>): void {
    if (this.#twoWay) return;
    const at = this.#side(0);
    const to = this.#otherSide(at);
    const version = this.world.s3.versions(at.bucket, this.#keyOf(key, at))[0];
    if (version === undefined || version.marker) return;
    const { status: _, ...copied } = { ...version, ...this.#newVersion(version.key, 0) };
    const copy = { ...copied, content: version.content, sizeBytes: version.sizeBytes, multipart: false };
    this.#add(to, copy);
    this.#announce(to, copy, undefined, 'ObjectCreated:Copy');
    this.#excuse(refOf(at, version)); // where the version itself is lost, its content is not
  }

  #replicate(at: SimulatedBucket, version: SimulatedVersion, { outcome, delayMs }: Fate): void {
    if (at.rules.length === 0) return;
    const to = this.#otherSide(at);
    const object = refOf(at, version);
    version.status = 'PENDING';
    if (outcome !== 'arrives') this.planted.push({ object, codes: SHOWN_BY[outcome], excused: false });
    if (outcome === 'hangs') return;
    this.world.schedule.after(delayMs, () => {
      if (this.world.s3.find(object) === undefined) return; // removed for good before it went over
      if (outcome === 'fails') {
        version.status = 'FAILED';
        this.world.emit(
          {
            name: 'Replication:OperationFailedReplication',
            object,
            sizeBytes: version.sizeBytes,
            sequencer: hex(version.order),
            replication: { destination: to.bucket, reason: 'DstPutObjectNotPermitted' },
          },
          [500],
        );
        return;
      }
      version.status = 'COMPLETED';
      if (outcome === 'is-lost') return;
      const replica = { ...version, ...changedBy(outcome, version), status: 'REPLICA' as const };
      this.#add(to, replica);
      this.#announce(
        to,
        replica,
        undefined,
        version.marker ? 'ObjectRemoved:DeleteMarkerCreated' : 'ObjectCreated:Put',
      );
    });
  }

  #announce(at: SimulatedBucket, version: SimulatedVersion, fate: Fate | undefined, name: string): void {
    const delays = { once: [500], twice: [500, 90_000], late: [45_000] }[fate?.event ?? 'once'];
    const size = version.marker ? {} : { sizeBytes: version.sizeBytes };
    this.world.emit({ name, object: refOf(at, version), sequencer: hex(version.order), ...size }, delays);
  }

  #newVersion(key: string, uploadMs: number): SimulatedVersion {
    this.#versions += 1;
    const { now } = this.world.schedule;
    const content = `content ${this.#versions}`;
    return {
      key,
      versionId: `v${this.#versions}`,
      marker: false,
      createdMs: now,
      lastModifiedMs: now - uploadMs,
      order: this.#versions,
      sizeBytes: content.length,
      content,
      multipart: uploadMs > 0,
      metadata: { writer: 'test' },
      tags: {},
      storageClass: 'STANDARD',
      byLifecycle: false,
    };
  }

  #add(at: SimulatedBucket, version: SimulatedVersion): void {
    const versions = this.world.s3.versions(at.bucket, version.key);
    if (versions.some(({ versionId }) => versionId === version.versionId)) return;
    // Sorted by creation, whenever it arrives.
    const index = versions.findIndex(({ order }) => order < version.order);
    versions.splice(index === -1 ? versions.length : index, 0, version);
  }

  #remove(at: SimulatedBucket, { key, versionId }: SimulatedVersion): void {
    const versions = this.world.s3.versions(at.bucket, key);
    const index = versions.findIndex((version) => version.versionId === versionId);
    if (index >= 0) versions.splice(index, 1);
  }

  #excuse({ key, versionId }: ObjectRef): void {
    for (const each of this.planted) {
      if (each.object.key === key && each.object.versionId === versionId) each.excused = true;
    }
  }

  #side(side: number): SimulatedBucket {
    return this.world.s3.bucket(this.#twoWay && side === 1 ? 'orders-euw1' : 'orders-use1');
  }

  #otherSide({ bucket }: SimulatedBucket): SimulatedBucket {
    return this.world.s3.bucket(bucket === 'orders-use1' ? 'orders-euw1' : 'orders-use1');
  }

  /** Each side has keys of its own: two writers of one key are a conflict, which has a test of its own. */
  #keyOf(key: number, { bucket }: SimulatedBucket): string {
    return `${bucket === 'orders-use1' ? 'a' : 'b'}/${NAMES[key] ?? key}`;
  }

  #nextSequencer(): string {
    this.#versions += 1;
    return hex(this.#versions);
  }
}

function refOf({ bucket, region }: SimulatedBucket, { key, versionId }: SimulatedVersion): ObjectRef {
  return { bucket, region, key, versionId };
}

function changedBy(outcome: Outcome, { content, sizeBytes }: SimulatedVersion): Partial<SimulatedVersion> {
  switch (outcome) {
    case 'arrives-with-other-size':
      return { content: `${content}+`, sizeBytes: sizeBytes + 1 };
    case 'arrives-with-other-content':
      return { content: content.toUpperCase() };
    case 'arrives-with-other-metadata':
      return { metadata: { writer: 'somebody else' } };
    case 'arrives-with-other-tags':
      return { tags: { planted: 'yes' } };
    default:
      return {};
  }
}

function nameOf({ bucket, key, versionId }: ObjectRef): string {
  return `${bucket}/${key}?${versionId}`;
}

function hex(order: number): string {
  return order.toString(16).padStart(18, '0');
}
