import { severityOf } from '../policy/severity.ts';
import { type Finding, proves } from '../model/finding.ts';
import type { ListedEntry, ListingPage } from '../model/listing-page.ts';
import { compareKeys } from '../model/version-order.ts';
import { canonical } from './canonical.ts';
import { sha256 } from './merkle.ts';
import type { Outcome } from './outcome.ts';
import type { FindingRecord, Shard, ShardRecord } from '../model/audit-records.ts';

/** What one shard has come to. */
export interface ShardOutcome {
  readonly record: ShardRecord;
  readonly findings: readonly FindingRecord[];
}

/** Adds up one shard while it is audited; only what was found grows with the number of versions. */
export interface ShardTally {
  /** Answers the size of what was listed, in bytes. */
  listed(side: 'source' | 'replica', page: ListingPage, count: number): number;
  count(state: 'alike' | Exclude<Outcome['state'], 'found' | 'expected'>): void;
  /** So many more are different as they are meant to be, or were not judged, for this reason. */
  expect(reason: string, count?: number): void;
  found(entry: ListedEntry, findings: readonly Finding[]): void;
  /** One copy was read, and is as recorded. */
  read(sizeBytes: number): void;
  /** `listed`: SHA-256 of everything that was listed. */
  finish(shard: Shard, listed: string): Promise<ShardOutcome>;
}

interface Found {
  readonly entry: ListedEntry;
  readonly finding: Finding;
}

export function createShardTally(): ShardTally {
  const volumes = { source: { versions: 0, bytes: 0 }, replica: { versions: 0, bytes: 0 } };
  const counts = { alike: 0, proved: 0, waiting: 0 };
  const expected = new Map<string, number>();
  const read = { versions: 0, bytes: 0 };
  const found: Found[] = [];
  return {
    listed(side, page, count) {
      const volume = volumes[side];
      volume.versions += count;
      let bytes = 0;
      for (let index = 0; index < count; index += 1) bytes += page.sizes[index] ?? 0;
      volume.bytes += bytes;
      return bytes;
    },
    count(state) {
      counts[state] += 1;
    },
    expect(reason, count = 1) {
      if (count > 0) expected.set(reason, (expected.get(reason) ?? 0) + count);
    },
    found(entry, findings) {
      found.push(...findings.map((finding) => ({ entry, finding })));
    },
    read(sizeBytes) {
      read.versions += 1;
      read.bytes += sizeBytes;
    },
    async finish(shard, listed) {
      const findings = toRecords(found, shard.shard);
      const lines = findings.map((finding) => `${canonical(finding)}\n`);
      const record: ShardRecord = {
        ...shard,
        kind: 'shard',
        ...volumes,
        ...counts,
        expected: Object.fromEntries([...expected].toSorted(([a], [b]) => (a < b ? -1 : 1))),
        read,
        listed,
        findings: { count: findings.length, sha256: await sha256(...lines) },
      };
      return { record, findings };
    },
  };
}

/** In the order of keys, so that two runs say the same. */
function toRecords(found: readonly Found[], shard: number): readonly FindingRecord[] {
  const all = found.map(({ finding }) => finding);
  return found
    .flatMap(({ entry, finding }): readonly FindingRecord[] => {
      const { verdict, code, basis, subject, replica, evidence, remedy } = finding;
      if (subject.kind !== 'object-version') return [];
      return [
        {
          kind: 'finding',
          shard,
          verdict,
          code,
          severity: severityOf(finding, all),
          ...(basis === undefined ? {} : { basis, proves: proves(basis) }),
          object: subject.object,
          ...(replica === undefined ? {} : { replica }),
          lastModifiedAt: entry.lastModifiedAt.toISOString(),
          evidence,
          ...(remedy === undefined ? {} : { remedy }),
        },
      ];
    })
    .toSorted((a, b) => compareKeys(a.object.key, b.object.key) || (canonical(a) < canonical(b) ? -1 : 1));
}
