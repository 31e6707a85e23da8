import { createTotals } from '../../src/audit/run-audit.ts';
import type {
  AuditPlan,
  AuditQuestion,
  AuditSummary,
  FindingRecord,
  ShardRecord,
} from '../../src/model/audit-records.ts';
import { severityOf } from '../../src/policy/severity.ts';

/** Audits that look different: nothing found, some of everything, and more than anybody reads. */
export type AuditScene = 'clean' | 'forty' | 'flood';

export const AUDIT_SCENES: readonly AuditScene[] = ['clean', 'forty', 'flood'];

export interface Audited {
  readonly plan: AuditPlan;
  readonly records: readonly (FindingRecord | ShardRecord)[];
  readonly summary: AuditSummary;
}

const LINK = 'orders/orders-use1/orders-euw1';
const SOURCE = { bucket: 'orders-use1', region: 'us-east-1' };
const DESTINATION = { bucket: 'orders-euw1', region: 'eu-west-1' };
const STARTED = '2026-11-21T03:00:00.000Z';
const ENDED = '2026-11-21T03:41:12.000Z';

const QUESTION: AuditQuestion = {
  pair: 'orders',
  prefix: '',
  versions: true,
  content: { mode: 'never' },
  gapMs: 120_000,
};

/** Codes that an audit finds, with what it knows of each. */
const KINDS: readonly Pick<FindingRecord, 'verdict' | 'code' | 'evidence' | 'basis' | 'proves' | 'remedy'>[] = [
  { verdict: 'violated', code: 'replica-missing', evidence: { replicationStatus: 'COMPLETED' } },
  {
    verdict: 'violated',
    code: 'replica-overdue',
    evidence: { replicationStatus: 'PENDING', expectedBy: 'rtc' },
  },
  {
    verdict: 'violated',
    code: 'replication-failed',
    evidence: { replicationStatus: 'FAILED', failureReason: 'DstKmsKeyNotFound' },
    remedy: {
      who: 'owner of the destination bucket',
      what: 'Let the replication role encrypt with the key of the destination.',
      statement: '{"Effect":"Allow","Action":"kms:Encrypt","Resource":"arn:aws:kms:eu-west-1:111122223333:key/orders"}',
      commands: ["aws kms put-key-policy --key-id orders --policy 'file://policy.json' --region eu-west-1"],
    },
  },
  {
    verdict: 'violated',
    code: 'replica-content-differs',
    basis: 'stored-checksum',
    proves: 'recorded',
    evidence: { algorithm: 'CRC64NVME', source: 'AAAAAAAAAAA=', replica: 'BBBBBBBBBBB=' },
  },
  {
    verdict: 'violated',
    code: 'content-differs-from-checksum',
    basis: 'computed-checksum',
    proves: 'stored',
    evidence: { algorithm: 'SHA256', recorded: 'x'.repeat(44), computed: 'y'.repeat(44) },
  },
  { verdict: 'violated', code: 'delete-marker-differs', evidence: { where: 'destination only' } },
  { verdict: 'unverifiable', code: 'content-unreadable', evidence: { reason: 'kms-throttled' } },
];

/** What a key can contain, markup among it. */
const NAMES = [
  'invoice 0042.pdf',
  'a+b%20c.bin',
  'é～😀/x',
  '<img src=x onerror=alert(1)>"&amp;',
  "it's a \u0007 bell\u202e",
  `deep/${'very-long-name-without-a-space-'.repeat(30)}`,
];

interface Recipe {
  readonly question: AuditQuestion;
  readonly shards: number;
  /** Those that were audited, from the first. */
  readonly done: number;
  readonly findings: number;
  readonly versions: number;
}

const RECIPES: Readonly<Record<AuditScene, Recipe>> = {
  clean: { question: { ...QUESTION, content: { mode: 'all' } }, shards: 1, done: 1, findings: 0, versions: 12_345 },
  forty: {
    question: { ...QUESTION, content: { mode: 'sample', share: 0.01, seed: '2026-11-21' }, graceMs: 86_400_000 },
    shards: 12,
    done: 12,
    findings: 40,
    versions: 100_000,
  },
  flood: {
    question: { ...QUESTION, prefix: 'in/', since: '2026-01-01T00:00:00.000Z', versions: false },
    shards: 500,
    done: 420,
    findings: 100_000,
    versions: 4_000_000,
  },
};

/** Nothing on the page is computed from hashes. */
const HASH = '0123456789abcdef'.repeat(4);

/** An audit as its report tells it, sums included. */
export function auditOf(scene: AuditScene): Audited {
  const { question, shards, done, findings, versions } = RECIPES[scene];
  const cut = (shard: number): string => `in/${String(shard).padStart(4, '0')}/`;
  const plan: AuditPlan = {
    kind: 'audit',
    format: 'holdfast.audit.v1',
    question,
    startedAt: STARTED,
    links: [{ link: LINK, source: SOURCE, destination: DESTINATION }],
    shards: Array.from({ length: shards }, (_, shard) => ({
      shard,
      link: LINK,
      ...(shard === 0 ? {} : { after: cut(shard - 1) }),
      ...(shard === shards - 1 ? {} : { upTo: cut(shard) }),
    })),
  };
  const totals = createTotals();
  const records: (FindingRecord | ShardRecord)[] = [];
  for (const shard of plan.shards.slice(0, done)) {
    const first = Math.floor((findings * shard.shard) / done);
    const last = Math.floor((findings * (shard.shard + 1)) / done);
    const found = Array.from({ length: last - first }, (_, index) => findingOf(first + index, shard.shard));
    const all = Math.round((versions / shards) * (0.5 + ((shard.shard * 7) % 11) / 10));
    const read =
      question.content.mode === 'all' ? 2 * all : question.content.mode === 'never' ? 0 : Math.ceil(all / 50);
    const record: ShardRecord = {
      ...shard,
      kind: 'shard',
      source: { versions: all, bytes: all * 1_048_576 },
      replica: { versions: all - found.length, bytes: all * 1_048_576 },
      alike: all - found.length - (scene === 'clean' ? 0 : 60),
      proved: scene === 'clean' ? 0 : 20,
      waiting: scene === 'clean' ? 0 : 7,
      expected: scene === 'clean' ? {} : { 'outside-every-rule': 20, 'lifecycle-may-have-removed-it': 10, archived: 3 },
      read: { versions: read, bytes: read * 1_048_576 },
      listed: HASH,
      findings: { count: found.length, sha256: HASH },
    };
    totals.add(record, found);
    records.push(...found, record);
  }
  const summary: AuditSummary = {
    kind: 'summary',
    complete: done === shards,
    ...(done === shards ? { root: HASH } : { stopped: 'too-many-differences' }),
    shards: { done, all: shards },
    ...totals.sums(),
    requests: { list: 200, look: 2 * findings, read: 0, kms: 0 },
    dollars: 0.01 + findings / 100_000,
    endedAt: ENDED,
  };
  return { plan, records, summary };
}

function findingOf(index: number, shard: number): FindingRecord {
  const kind = KINDS[index % KINDS.length] ?? KINDS[0];
  if (kind === undefined) throw new TypeError('expected a kind of finding');
  const object = {
    ...SOURCE,
    key: `in/${String(shard).padStart(4, '0')}/${index} ${NAMES[index % NAMES.length]}`,
    versionId: `3HL4kqtJvjVBH40Nrjfkd${index}`,
  };
  const ageMs = 60_000 * 3 ** (index % 13);
  return {
    kind: 'finding',
    shard,
    severity: severityOf({ ...kind, subject: { kind: 'object-version', object } }, []),
    object,
    replica: DESTINATION,
    lastModifiedAt: new Date(Date.parse(ENDED) - ageMs).toISOString(),
    ...kind,
    evidence: { pair: 'orders', link: LINK, ...kind.evidence },
  };
}
