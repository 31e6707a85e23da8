import { createAuditControl } from '../../src/audit/audit-control.ts';
import type { ShardOutcome } from '../../src/audit/shard-tally.ts';
import { createGate } from '../../src/audit/gate.ts';
import type { AuditPlan, AuditQuestion } from '../../src/model/audit-records.ts';
import { REPORT_FORMAT } from '../../src/model/audit-records.ts';
import { type AuditResult, runAudit } from '../../src/audit/run-audit.ts';
import { createSpend, meterListings, meterObjects } from '../../src/audit/spend.ts';
import { HoldfastError } from '../../src/errors.ts';
import { toPage } from '../../src/model/build-listing-page.ts';
import { linkId } from '../../src/model/link.ts';
import type { ListedEntry } from '../../src/model/listing-page.ts';
import { compareKeys } from '../../src/model/version-order.ts';
import type { Listings, ObjectStore } from '../../src/ports.ts';
import { aState } from '../support/facts.ts';
import { createFakeBuckets } from '../support/fake-lists.ts';
import { aReplicationRule, LINK } from '../support/replicas.ts';

const NOW = Date.UTC(2026, 10, 2);
const PAGE = 3;

/** Two buckets in memory that nobody writes to. */
export interface FakePair {
  readonly sources: readonly ListedEntry[];
  readonly replicas: readonly ListedEntry[];
  /** Where keys are cut. */
  readonly cuts: readonly string[];
  /** Replicas that come while the second look is waited for. */
  readonly late?: readonly ListedEntry[];
}

export const QUESTION: AuditQuestion = {
  pair: LINK.pair,
  prefix: '',
  versions: true,
  content: { mode: 'never' },
  gapMs: 120_000,
};

export function planOf({ cuts }: FakePair): AuditPlan {
  const sorted = [...new Set(cuts)].toSorted(compareKeys);
  return {
    kind: 'audit',
    format: REPORT_FORMAT,
    question: QUESTION,
    startedAt: new Date(NOW).toISOString(),
    links: [{ link: linkId(LINK), source: LINK.source, destination: LINK.destination }],
    shards: [...sorted, undefined].map((upTo, shard) => {
      const after = sorted[shard - 1];
      const bounds = { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
      return { shard, link: linkId(LINK), ...bounds };
    }),
  };
}

export interface FakeRun {
  readonly done?: ReadonlyMap<number, ShardOutcome>;
  /** Requests after which nothing answers any more. */
  readonly diesAfter?: number;
  readonly budget?: number;
}

/** Audits a pair, and answers what was kept of it. */
export async function auditFake(
  pair: FakePair,
  { done = new Map(), diesAfter = Infinity, budget }: FakeRun = {},
): Promise<AuditResult & { readonly kept: ReadonlyMap<number, ShardOutcome> }> {
  let left = diesAfter;
  let now = NOW;
  const breathe = (): void => {
    left -= 1;
    if (left < 0) throw new HoldfastError('unavailable', 'test', 'killed');
  };
  const spend = createSpend();
  const { signal } = new AbortController();
  const kept = new Map(done);
  const limits = { ceiling: 10_000, signal, ...(budget === undefined ? {} : { budget }) };
  const world = {
    listings: meterListings(createListings(pair, breathe), spend),
    objects: meterObjects(createObjects(pair, { breathe, waited: () => now > NOW }), spend),
    buckets: createFakeBuckets(
      new Map([
        [LINK.source.bucket, { replication: { state: 'present', value: { role: '', rules: [aReplicationRule()] } } }],
      ]),
    ),
    versions: { async *list() {} },
    clock: { now: () => new Date(now) },
  };
  const result = await runAudit(
    {
      plan: planOf(pair),
      links: new Map([
        [
          linkId(LINK),
          { link: LINK, graceMs: 3_600_000, versions: true, listedClass: 'same', rules: [aReplicationRule()] },
        ],
      ]),
      done,
      ranges: 2,
    },
    {
      call: { signal },
      means: {
        world,
        control: createAuditControl(limits, spend),
        gate: createGate(3),
        read: async () => [],
        async wait(ms) {
          now += ms;
        },
        onListed: () => undefined,
        onLooked: () => undefined,
        async onShard(outcome) {
          kept.set(outcome.record.shard, outcome);
        },
        spent: () => ({ requests: spend.requests(), dollars: spend.dollars() }),
      },
    },
  );
  return { ...result, kept };
}

export function createListings({ sources, replicas }: FakePair, breathe: () => void): Listings {
  return {
    async *pages({ bucket, after, upTo }) {
      const all = bucket === LINK.source.bucket ? sources : replicas;
      const wanted = all.filter(({ key }) => after === undefined || compareKeys(key, after) > 0);
      for (let from = 0; from < wanted.length; from += PAGE) {
        breathe();
        const page = wanted.slice(from, from + PAGE);
        yield toPage(page);
        const last = page.at(-1);
        if (upTo !== undefined && last !== undefined && compareKeys(last.key, upTo) > 0) return;
      }
    },
  };
}

export function createObjects(
  { sources, replicas, late = [] }: FakePair,
  { breathe, waited }: { readonly breathe: () => void; readonly waited: () => boolean },
): ObjectStore {
  const absent = { state: 'absent' } as const;
  return {
    async head({ bucket, key, versionId }) {
      breathe();
      const isSource = bucket === LINK.source.bucket;
      const there = waited() ? [...replicas, ...late] : replicas;
      const found = (isSource ? sources : there).find(
        (entry) => entry.key === key && (versionId === undefined ? entry.isLatest : entry.versionId === versionId),
      );
      if (found === undefined) return absent;
      if (found.deleteMarker === true) return { state: 'absent', deleteMarker: true };
      const { sizeBytes, storageClass, lastModifiedAt } = found;
      const id = found.versionId === undefined ? {} : { versionId: found.versionId };
      return {
        state: 'present',
        value: aState({
          ...id,
          sizeBytes,
          storageClass,
          lastModifiedAt,
          etag: { kind: 'content-md5', hex: found.etag },
          replicationStatus: isSource ? 'COMPLETED' : 'REPLICA',
        }),
      };
    },
    parts: async () => absent,
    read: async () => absent,
    tags: async () => ({ state: 'present', value: {} }),
    acl: async () => ({ state: 'present', value: { owner: 'somebody', grants: [] } }),
    lock: async () => absent,
  };
}
