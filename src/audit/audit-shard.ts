import { excuseOfKey } from '../policy/arrival.ts';
import { severityOf } from '../policy/severity.ts';
import { CANARY_PREFIX } from '../model/canary.ts';
import { type Finding, proves } from '../model/finding.ts';
import { entryAt, type ListedEntry } from '../model/listing-page.ts';
import type { ObjectRef } from '../model/object.ts';
import { compareKeys, type VersionPair } from '../model/version-order.ts';
import type { Call, Listings } from '../ports.ts';
import type { AuditControl } from './audit-control.ts';
import { canonical } from './canonical.ts';
import type { Gate } from './gate.ts';
import { type AuditedLink, lookAtVersion, type LookWorld } from './look-at-version.ts';
import { mergeListings } from './merge-listings.ts';
import { sha256 } from './merkle.ts';
import type { Outcome } from './outcome.ts';
import type { AuditQuestion, FindingRecord, Shard, ShardRecord } from './records.ts';
import { isToRead } from './select-content.ts';
import { createShardDigest } from './shard-digest.ts';

/** What one shard has come to. */
export interface ShardOutcome {
  readonly record: ShardRecord;
  readonly findings: readonly FindingRecord[];
}

export interface ShardMeans {
  readonly world: LookWorld & { readonly listings: Listings };
  readonly control: AuditControl;
  /** Looks and readings at once, of all shards together. */
  readonly gate: Gate;
  /** Reads a version and says what stands against it; `verified` findings say what was proved. */
  readonly read: (object: ObjectRef) => Promise<readonly Finding[]>;
  /** Resolves after this time. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of versions as they are listed on both sides together, and of those that were looked at. */
  readonly onListed: (count: number) => void;
  readonly onLooked: () => void;
}

/** A version that is not as it should be, until it has been seen again. */
interface Suspect {
  readonly pair: VersionPair<ListedEntry>;
  readonly seen: ReadonlySet<string>;
  readonly seenAt: number;
}

interface Found {
  readonly entry: ListedEntry;
  readonly finding: Finding;
}

/** Looks until two of them agree; a version that changes each time is left to the next audit. */
const MOST_LOOKS = 4;

/**
 * Audits one stretch of keys. Resolves when the listings have been walked, with a promise of the outcome: a difference has to be
 * seen twice, and nobody has to wait for that.
 */
export async function auditShard(
  shard: Shard,
  { question, audited }: { readonly question: AuditQuestion; readonly audited: AuditedLink },
  { means, call }: { readonly means: ShardMeans; readonly call: Call },
): Promise<{ readonly outcome: Promise<ShardOutcome> }> {
  const { world, control, gate } = means;
  const { link } = audited;
  const digest = await createShardDigest();
  const volumes = { source: { versions: 0, bytes: 0 }, replica: { versions: 0, bytes: 0 } };
  const counts = { alike: 0, proved: 0, waiting: 0 };
  const expected = new Map<string, number>();
  const read = { versions: 0, bytes: 0 };
  const found: Found[] = [];
  const suspects: Suspect[] = [];
  let differing: VersionPair<ListedEntry>[] = [];
  let toRead: ListedEntry[] = [];

  function settle(pair: VersionPair<ListedEntry>, outcome: Outcome, before?: ReadonlySet<string>): void {
    if (outcome.state === 'found') {
      const entry = pair.source ?? pair.replica;
      const isConfirmed = (finding: Finding): boolean => before?.has(nameOf(finding)) === true;
      const again = outcome.findings.filter((finding) => isConfirmed(finding));
      const fresh = outcome.findings.filter((finding) => !isConfirmed(finding));
      if (entry !== undefined) found.push(...again.map((finding) => ({ entry, finding })));
      if (fresh.length > 0) {
        suspects.push({ pair, seen: new Set(fresh.map(nameOf)), seenAt: world.clock.now().getTime() });
      }
      control.suspect(again.length + (fresh.length > 0 ? 1 : 0));
    } else if (outcome.state === 'expected') expected.set(outcome.reason, (expected.get(outcome.reason) ?? 0) + 1);
    else counts[outcome.state] += 1;
  }

  async function look(pair: VersionPair<ListedEntry>, before?: ReadonlySet<string>): Promise<void> {
    await gate.run(async () => {
      control.check();
      settle(pair, await lookAtVersion(pair, audited, { world, call }), before);
      means.onLooked();
    });
  }

  async function readBoth(entry: ListedEntry): Promise<void> {
    const { key, versionId } = entry;
    for (const { bucket, region } of [link.source, link.destination]) {
      const object = { bucket, region, key, ...(versionId === undefined ? {} : { versionId }) };
      await gate.run(async () => {
        control.check();
        const findings = await means.read(object);
        const against = findings.filter(({ verdict }) => verdict !== 'verified');
        found.push(...against.map((finding) => ({ entry, finding })));
        if (against.length > 0) control.suspect(against.length);
        else {
          read.versions += 1;
          read.bytes += entry.sizeBytes;
        }
      });
    }
  }

  /** What has come together since the last page: memory is that of two pages. */
  async function workOff(): Promise<void> {
    const [pairs, entries] = [differing, toRead];
    [differing, toRead] = [[], []];
    await Promise.all([...pairs.map(async (pair) => look(pair)), ...entries.map(async (entry) => readBoth(entry))]);
  }

  const range = { prefix: question.prefix, versions: audited.versions };
  const after = shard.after === undefined ? {} : { after: shard.after };
  const upTo = shard.upTo === undefined ? {} : { upTo: shard.upTo };
  const pages = ({ bucket, region }: { readonly bucket: string; readonly region: string }) =>
    world.listings.pages({ bucket, region, ...range, ...after, ...upTo }, call);
  const { since } = question;
  const reads = question.content.mode !== 'never';
  await mergeListings(pages(link.source), pages(link.destination), {
    versions: audited.versions,
    storageClass: listedClassOf(audited),
    ...upTo,
    ...(question.prefix.startsWith(CANARY_PREFIX) ? {} : { leaveOut: CANARY_PREFIX }),
    ...(since === undefined ? {} : { since: new Date(since) }),
    onAlike(place) {
      counts.alike += 1;
      digest.addAlike(place);
      if (!reads) return;
      const entry = entryAt(place.page, place.index);
      if (entry.deleteMarker === true || !isToRead(question.content, entry)) return;
      // A restore costs money and takes hours: nobody gets one by surprise.
      if (ARCHIVED.has(entry.storageClass)) expected.set('archived', (expected.get('archived') ?? 0) + 1);
      else toRead.push(entry);
    },
    onDiffering(pair) {
      digest.addDiffering(pair);
      const reason = excuseOf(pair, audited);
      if (reason === undefined) differing.push(pair);
      else expected.set(reason, (expected.get(reason) ?? 0) + 1);
    },
    async onPage(side, page, count) {
      control.check();
      const volume = volumes[side];
      volume.versions += count;
      for (let index = 0; index < count; index += 1) volume.bytes += page.sizes[index] ?? 0;
      means.onListed(count);
      if (differing.length + toRead.length > 0) await workOff();
    },
  });
  await workOff();
  const listed = digest.finish();

  async function confirm(): Promise<ShardOutcome> {
    for (let looks = 1; suspects.length > 0 && looks < MOST_LOOKS; looks += 1) {
      const round = suspects.splice(0);
      const due = Math.max(...round.map(({ seenAt }) => seenAt)) + question.gapMs;
      const ms = due - world.clock.now().getTime();
      if (ms > 0) await means.wait(ms, call.signal);
      await Promise.all(round.map(async ({ pair, seen }) => look(pair, seen).finally(() => control.suspect(-1))));
    }
    expected.set('changes-all-the-time', suspects.length);
    control.suspect(-suspects.length);
    if (suspects.length === 0) expected.delete('changes-all-the-time');
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
  }
  return { outcome: confirm() };
}

function nameOf({ verdict, code }: Finding): string {
  return `${verdict} ${code}`;
}

const ARCHIVED: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** What follows from the key alone: then nothing has to be looked at. */
function excuseOf({ source, replica }: VersionPair<ListedEntry>, { link, rules }: AuditedLink): string | undefined {
  if (source === undefined || replica !== undefined || rules === undefined) return undefined;
  const deleteMarker = source.deleteMarker === true;
  if (deleteMarker && link.policy.expect.deleteMarkers === 'any') return 'delete-markers-not-replicated';
  return excuseOfKey({ key: source.key, deleteMarker, rules, destination: link.destination.bucket });
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

/** Where lifecycle rules or replication rules decide about classes, only a look can tell. */
function listedClassOf({ link: { policy }, listedClass }: AuditedLink): string {
  const { storageClass, lifecycle } = policy.expect;
  if (storageClass !== 'same') return storageClass;
  return lifecycle === 'any' ? 'any' : listedClass;
}
