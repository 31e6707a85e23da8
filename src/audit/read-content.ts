import { isArchiveClass } from '../model/class-prices.ts';
import type { Finding } from '../model/finding.ts';
import type { Link } from '../model/link.ts';
import type { ListedEntry } from '../model/listing-page.ts';
import type { ObjectRef } from '../model/object.ts';
import { agreeCopies } from './agree-copies.ts';
import type { RestoreDesk } from './ask-restore.ts';
import type { AuditControl } from './audit-control.ts';
import type { Gate } from './gate.ts';
import type { CopyReading } from './read-at-rest.ts';
import type { ContentPlan } from './records.ts';
import { isToRead } from './select-content.ts';
import type { ShardTally } from './shard-tally.ts';

/** What reading bytes takes. */
export interface ReadMeans {
  readonly control: AuditControl;
  readonly gate: Gate;
  /** Reads a version and says what stands against it; `verified` findings say what was proved. */
  readonly read: (object: ObjectRef) => Promise<readonly Finding[]>;
  /** What S3 has read in a job; absent: we read. */
  readonly atRest?: (object: ObjectRef) => Promise<CopyReading>;
  /** Where restores are asked for; absent: nowhere, and nothing archived is asked about. */
  readonly restores?: RestoreDesk;
}

/** Reads what a shard is to read, on both sides. */
export interface ContentReader {
  /** Whether it reads anything at all. */
  readonly reads: boolean;
  /** Asked about each version that both listings show alike. */
  choose(entry: ListedEntry): void;
  /** Versions that were chosen and not read yet. */
  waiting(): number;
  /** Reads all that were chosen. */
  workOff(): Promise<void>;
}

export function createContentReader(
  { plan, link }: { readonly plan: ContentPlan; readonly link: Link },
  tally: ShardTally,
  { control, gate, read, atRest, restores }: ReadMeans,
): ContentReader {
  const sides = [link.source, link.destination];
  const buckets = sides.map(({ bucket }) => bucket);
  let chosen: ListedEntry[] = [];

  async function readCopy(object: ObjectRef, entry: ListedEntry): Promise<CopyReading> {
    control.check();
    if (atRest !== undefined) return confirmed(object, await atRest(object), entry);
    const findings = await read(object);
    const reason = archiveReason(findings);
    if (reason === undefined) return { state: 'read', findings };
    // A restore costs money and takes hours: nobody gets one by surprise.
    return { state: 'skipped', reason: reason === 'archived' ? await askRestore(object, entry) : reason };
  }

  async function askRestore(object: ObjectRef, entry: ListedEntry): Promise<string> {
    return restores === undefined ? 'archived' : restores.ask(object, entry);
  }

  /** Who accuses an object has read it twice; what is archived only S3 can read. */
  async function confirmed(object: ObjectRef, reading: CopyReading, entry: ListedEntry): Promise<CopyReading> {
    if (reading.state === 'skipped' || isArchiveClass(entry.storageClass)) return reading;
    if (reading.findings.every(({ verdict }) => verdict !== 'violated')) return reading;
    const again = await read(object);
    return archiveReason(again) === undefined ? { state: 'read', findings: again } : reading;
  }

  async function readBoth(entry: ListedEntry): Promise<void> {
    const { key, versionId } = entry;
    const copies = [];
    for (const { bucket, region } of sides) {
      const object = { bucket, region, key, ...(versionId === undefined ? {} : { versionId }) };
      const reading = await gate.run(async () => readCopy(object, entry));
      if (reading.state === 'skipped') tally.expect(reading.reason);
      else copies.push({ object, ...reading });
    }
    const against = agreeCopies(copies, link);
    tally.found(entry, against);
    control.suspect(against.length);
    for (const { findings } of copies) {
      const mine = against.filter((finding) => findings.includes(finding));
      const isOfBoth = against.some(({ replica }) => replica !== undefined);
      if (mine.length === 0 && !isOfBoth && findings.length > 0) tally.read(entry.sizeBytes);
      else if (findings.length === 0) tally.expect('nothing-to-compare');
    }
  }

  return {
    reads: plan.mode !== 'never',
    choose(entry) {
      if (entry.deleteMarker === true || !isToRead(plan, entry, buckets)) return;
      const isOutOfReach = atRest === undefined && restores === undefined && isArchiveClass(entry.storageClass);
      if (isOutOfReach) tally.expect('archived');
      else chosen.push(entry);
    },
    waiting: () => chosen.length,
    async workOff() {
      const entries = chosen;
      chosen = [];
      await Promise.all(entries.map(async (entry) => readBoth(entry)));
    },
  };
}

/** Bytes that nobody reads without a restore: no finding, but nothing that was proved either. */
function archiveReason(findings: readonly Finding[]): 'archived' | 'restoring' | undefined {
  const reason = findings.find(({ code }) => code === 'content-unreadable')?.evidence['reason'];
  return reason === 'archived' || reason === 'restoring' ? reason : undefined;
}
