import type { FindingCode } from '../../src/model/finding.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { createWorld, type Kind } from './create-world.ts';
import type { Outcome, SimulatedBucket, SimulatedVersion } from './simulated-s3.ts';
import type { SimulatedWorld } from './simulated-world.ts';
import type { Fate, Step } from './steps.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Hostile names, as S3 allows them; the first letter says at which side they are written. */
const NAMES = ['plain', 'a+b', '100%', 'with space', 'é/ü', '😀', 'deep/er/key', '%2F'];

/** By what a planted fault shows itself: one of these codes has to be heard about the version, and no other may be. */
const SHOWN_BY: Readonly<Record<Exclude<Outcome, 'arrives'>, readonly FindingCode[]>> = {
  fails: ['replication-failed', 'replica-overdue'], // where several destinations may be meant, its own event says which
  'fails-in-silence': ['replication-failed', 'replica-overdue'],
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

/** Plays steps in a simulated world and remembers what a monitor has to find. */
export class Player {
  readonly world: SimulatedWorld;
  readonly planted: Planted[] = [];
  readonly #kind: Kind;
  #versions = 0;

  constructor(kind: Kind) {
    this.#kind = kind;
    this.world = createWorld(kind);
    if (kind === 'lifecycle') this.#tidyAtMidnight();
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
        world.s3.trouble.spares = step.spares;
        world.s3.trouble.throttles += step.requests;
        return undefined;
      case 'repair':
        return this.#repair(step);
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
    for (const bucket of everywhere ? [at, ...this.#destinationsOf(at, name)] : [at]) this.#remove(bucket, version);
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
      for (const to of this.#destinationsOf(at, version.key)) {
        const replica = this.world.s3.find(refOf(to, version));
        // The latest tags win, in whatever order the changes arrive.
        if (replica !== undefined && version.tags === tags) replica.tags = tags;
      }
    });
  }

  /** A tool copies the current content to the other side before, or beside, replication. One-way pairs only. */
  #seed({ key }: Extract<Step, { kind: 'seed' }>): void {
    if (this.#kind === 'two-way') return;
    const at = this.#side(0);
    const [to] = this.#destinationsOf(at, this.#keyOf(key, at));
    if (to === undefined) return;
    const version = this.world.s3.versions(at.bucket, this.#keyOf(key, at))[0];
    if (version === undefined || version.marker) return;
    const { status: _, ...copied } = { ...version, ...this.#newVersion(version.key, 0) };
    const copy = { ...copied, content: version.content, sizeBytes: version.sizeBytes, multipart: false };
    this.#add(to, copy);
    this.#announce(to, copy, undefined, 'ObjectCreated:Copy');
    this.#excuse(refOf(at, version)); // where the version itself is lost, its content is not
  }

  #replicate(at: SimulatedBucket, version: SimulatedVersion, fate: Fate): void {
    const destinations = this.#destinationsOf(at, version.key);
    if (destinations.length === 0) return;
    const object = refOf(at, version);
    version.status = 'PENDING';
    const meant = destinations[fate.at % destinations.length];
    if (fate.outcome !== 'arrives') {
      // A rule was entitled to remove it by the time that anybody heard of it.
      const excused = this.#kind === 'lifecycle' && (fate.event === 'days-late' || version.multipart);
      this.planted.push({ object, codes: SHOWN_BY[fate.outcome], excused });
    }
    const open = new Set(destinations);
    for (const to of destinations) {
      const { outcome, delayMs } = to === meant ? fate : { outcome: 'arrives' as const, delayMs: 2_000 };
      if (outcome === 'hangs') continue;
      this.world.schedule.after(delayMs, () => {
        if (this.world.s3.find(object) === undefined) return; // removed for good before it went over
        if (outcome === 'fails' || outcome === 'fails-in-silence') return this.#fail(version, { object, to, outcome });
        open.delete(to);
        if (open.size === 0) version.status = 'COMPLETED';
        if (outcome !== 'is-lost') this.#arrive(to, { ...version, ...changedBy(outcome, version) });
      });
    }
  }

  #fail(
    version: SimulatedVersion,
    { object, to, outcome }: { object: ObjectRef; to: SimulatedBucket; outcome: Outcome },
  ): void {
    version.status = 'FAILED';
    if (outcome === 'fails-in-silence') return;
    const replication = { destination: to.bucket, reason: 'DstPutObjectNotPermitted' };
    const { sizeBytes } = version;
    const name = 'Replication:OperationFailedReplication';
    this.world.emit({ name, object, sizeBytes, sequencer: hex(version.order), replication }, [500]);
  }

  #arrive(to: SimulatedBucket, version: SimulatedVersion): void {
    const replica = { ...version, status: 'REPLICA' as const };
    this.#add(to, replica);
    const name = version.marker ? 'ObjectRemoved:DeleteMarkerCreated' : 'ObjectCreated:Put';
    this.#announce(to, replica, undefined, name);
  }

  /** Whoever was to hear of a silent failure may not have looked yet. */
  #repair({ delayMs }: Extract<Step, { kind: 'repair' }>): void {
    const at = this.#side(0);
    const failed = [...at.keys.values()].flat().filter(({ status }) => status === 'FAILED');
    for (const version of failed) {
      this.world.schedule.after(delayMs, () => {
        const object = refOf(at, version);
        if (this.world.s3.find(object) === undefined || version.status !== 'FAILED') return;
        version.status = 'COMPLETED';
        this.#excuse(object);
        for (const to of this.#destinationsOf(at, version.key)) {
          if (this.world.s3.find(refOf(to, version)) === undefined) this.#arrive(to, version);
        }
      });
    }
  }

  /** What the lifecycle rule does, at each side for itself. Versions that are on their way or have failed are left alone. */
  #tidyAtMidnight(): void {
    const { schedule, s3 } = this.world;
    schedule.after(DAY_MS - (schedule.now % DAY_MS), () => {
      for (const bucket of s3.buckets.values()) {
        for (const [key, versions] of bucket.keys) {
          bucket.keys.set(
            key,
            versions.filter((version, index) => !this.#expires(version, versions[index - 1])),
          );
          for (const version of versions)
            if (this.#isOf(1, version.lastModifiedMs)) version.storageClass = 'STANDARD_IA';
        }
      }
      this.#tidyAtMidnight();
    });
  }

  #expires({ status, marker }: SimulatedVersion, newer: SimulatedVersion | undefined): boolean {
    const isFree = status !== 'PENDING' && status !== 'FAILED';
    return newer !== undefined && !marker && isFree && this.#isOf(1, newer.createdMs);
  }

  #isOf(days: number, sinceMs: number): boolean {
    return Math.ceil((sinceMs + days * DAY_MS) / DAY_MS) * DAY_MS <= this.world.schedule.now;
  }

  #announce(at: SimulatedBucket, version: SimulatedVersion, fate: Fate | undefined, name: string): void {
    const delays = { once: [500], twice: [500, 90_000], late: [45_000], 'days-late': [26 * HOUR_MS] }[
      fate?.event ?? 'once'
    ];
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
    return this.world.s3.bucket(this.#kind === 'two-way' && side === 1 ? 'orders-euw1' : 'orders-use1');
  }

  /** Where its rules send a key. */
  #destinationsOf({ rules }: SimulatedBucket, key: string): readonly SimulatedBucket[] {
    const names = rules
      .filter(({ prefix }) => key.startsWith(prefix))
      .map(({ destinationBucket }) => destinationBucket);
    return [...new Set(names)].map((name) => this.world.s3.bucket(name));
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
