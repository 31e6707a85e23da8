import type { Finding } from '../model/finding.ts';
import type { Link } from '../model/link.ts';
import type { ListedEntry } from '../model/listing-page.ts';
import type { ObjectRef } from '../model/object.ts';
import type { AuditControl } from './audit-control.ts';
import type { Gate } from './gate.ts';
import type { ContentPlan } from './records.ts';
import { isToRead } from './select-content.ts';
import type { ShardTally } from './shard-tally.ts';

/** What reading bytes takes. */
export interface ReadMeans {
  readonly control: AuditControl;
  readonly gate: Gate;
  /** Reads a version and says what stands against it; `verified` findings say what was proved. */
  readonly read: (object: ObjectRef) => Promise<readonly Finding[]>;
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

const ARCHIVED: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

export function createContentReader(
  { plan, link }: { readonly plan: ContentPlan; readonly link: Link },
  tally: ShardTally,
  { control, gate, read }: ReadMeans,
): ContentReader {
  const buckets = [link.source.bucket, link.destination.bucket];
  let chosen: ListedEntry[] = [];

  async function readBoth(entry: ListedEntry): Promise<void> {
    const { key, versionId } = entry;
    for (const { bucket, region } of [link.source, link.destination]) {
      const object = { bucket, region, key, ...(versionId === undefined ? {} : { versionId }) };
      await gate.run(async () => {
        control.check();
        const findings = await read(object);
        const against = findings.filter(({ verdict }) => verdict !== 'verified');
        tally.found(entry, against);
        if (against.length > 0) control.suspect(against.length);
        else tally.read(entry.sizeBytes);
      });
    }
  }

  return {
    reads: plan.mode !== 'never',
    choose(entry) {
      if (entry.deleteMarker === true || !isToRead(plan, entry, buckets)) return;
      // A restore costs money and takes hours: nobody gets one by surprise.
      if (ARCHIVED.has(entry.storageClass)) tally.expect('archived');
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
