import { isArchiveClass } from '../model/class-prices.ts';
import type { BucketRef } from '../model/bucket-settings.ts';
import type { Finding } from '../model/finding.ts';
import type { Link } from '../model/link.ts';
import type { ListedEntry } from '../model/listing-page.ts';
import type { ObjectRef } from '../model/object.ts';
import { agreeCopies, type ReadCopy } from './agree-copies.ts';
import type { RestoreDesk } from './ask-restore.ts';
import type { AuditControl } from './audit-control.ts';
import type { Gate } from './gate.ts';
import type { CopyReading } from './read-at-rest.ts';
import type { ContentPlan } from '../model/audit-records.ts';
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
    return atRest === undefined ? readIt(object, entry) : atRest(object);
  }

  async function readIt(object: ObjectRef, entry: ListedEntry): Promise<CopyReading> {
    const findings = await read(object);
    const reason = archiveReason(findings);
    if (reason === undefined) return { state: 'read', findings };
    // A restore costs money and takes hours: nobody gets one by surprise.
    return { state: 'skipped', reason: reason === 'archived' ? await askRestore(object, entry) : reason };
  }

  async function askRestore(object: ObjectRef, entry: ListedEntry): Promise<string> {
    return restores === undefined ? 'archived' : restores.ask(object, entry);
  }

  /** Who accuses a version has read it twice, and then says which copy it is; what is archived only S3 can read. */
  async function confirm(copies: readonly ReadCopy[], entry: ListedEntry): Promise<readonly ReadCopy[]> {
    if (atRest === undefined || isArchiveClass(entry.storageClass)) return copies;
    if (agreeCopies(copies, link).every(({ verdict }) => verdict !== 'violated')) return copies;
    return Promise.all(
      copies.map(async (copy) => {
        const findings = await gate.run(async () => read(copy.object));
        return archiveReason(findings) === undefined ? { object: copy.object, findings } : copy;
      }),
    );
  }

  /** The same content may be there under another version ID, where the pair says so: then it is the current one. */
  function copyAt({ bucket, region }: BucketRef, { key, versionId }: ListedEntry): ObjectRef {
    const isByContent = link.policy.match === 'content' && bucket === link.destination.bucket;
    return { bucket, region, key, ...(versionId === undefined || isByContent ? {} : { versionId }) };
  }

  async function readBoth(entry: ListedEntry): Promise<void> {
    const readings: ReadCopy[] = [];
    for (const side of sides) {
      const object = copyAt(side, entry);
      const reading = await gate.run(async () => readCopy(object, entry));
      if (reading.state === 'skipped') tally.expect(reading.reason);
      else readings.push({ object, ...reading });
    }
    const copies = await confirm(readings, entry);
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
