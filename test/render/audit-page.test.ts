import { describe, expect, it } from 'vitest';
import type {
  AuditPlan,
  AuditQuestion,
  AuditSummary,
  FindingRecord,
  ShardRecord,
} from '../../src/model/audit-records.ts';
import { createAuditPage } from '../../src/render/audit-page.ts';
import { type Audited, auditOf } from './audit-scenes.ts';

const CLEAN = auditOf('clean');
const FORTY = auditOf('forty');
const [FINDING] = FORTY.records as readonly FindingRecord[];

interface Change {
  readonly question?: Partial<AuditQuestion>;
  readonly plan?: Partial<AuditPlan>;
  readonly summary?: Partial<AuditSummary>;
  readonly records?: readonly (FindingRecord | ShardRecord)[];
}

/** The text that a reader gets, tag by tag. */
function textOf({ plan, records, summary }: Audited, mostOfEach?: number): string {
  const page = createAuditPage({ report: 'out/report.ndjson', ...(mostOfEach === undefined ? {} : { mostOfEach }) });
  for (const record of records) page.add(record);
  return page
    .finish(plan, summary)
    .replaceAll(/<style>.*?<\/style>|<svg.*?<\/svg>/gs, '')
    .replaceAll(/<[^>]+>/g, '|')
    .replaceAll(/\|+/g, '|')
    .replaceAll('&gt;', '>');
}

const changed = (audited: Audited, { question = {}, plan = {}, summary = {}, records }: Change): Audited => ({
  plan: { ...audited.plan, ...plan, question: { ...audited.plan.question, ...question } },
  records: records ?? audited.records,
  summary: { ...audited.summary, ...summary },
});

const NONE = { verified: 0, violated: 0, unverifiable: 0 };
const NOTHING = { versions: 0, bytes: 0 };

function findingAt(lastModifiedAt: string, change: Partial<FindingRecord> = {}): FindingRecord {
  if (FINDING === undefined) throw new TypeError('expected a finding');
  return { ...FINDING, code: 'replica-overdue', lastModifiedAt, ...change };
}

describe('the page of an audit', () => {
  it.each<readonly [string, Change, string]>([
    ['verified', {}, '✓ Nothing is violated, and everything that was compared could be judged'],
    ['violated', { summary: { verdicts: { ...NONE, violated: 1 } } }, '✗ 1 violation among 12,346 copies'],
    [
      'violated and unverifiable',
      { summary: { verdicts: { ...NONE, violated: 2, unverifiable: 3 } } },
      '✗ 2 violations among 12,346 copies; 3 findings could not be judged',
    ],
    [
      'unverifiable',
      { summary: { verdicts: { ...NONE, unverifiable: 1 } } },
      '? Nothing is violated; 1 finding could not be judged',
    ],
    ['nothing', { summary: { source: NOTHING, replica: NOTHING } }, '? Nothing was listed, so nothing is proved'],
    [
      'not finished',
      { summary: { complete: false, stopped: 'budget', shards: { done: 1, all: 2 } } },
      '✗ Not finished: 1 of 2 shards audited; the budget is used up',
    ],
    [
      'not finished, and nobody knows why',
      { summary: { complete: false, shards: { done: 0, all: 2 } } },
      '0 of 2 shards audited; some shards are missing',
    ],
  ])('says what it has come to: %s', (_, change, text) => {
    expect(textOf(changed(CLEAN, change))).toContain(text);
  });

  it.each<readonly [string, Change, readonly string[]]>([
    ['all of both sides', {}, ['|all read, on both sides|', '|all, with delete markers|', '|Keys|all|']],
    [
      'a stretch of current objects',
      {
        question: { prefix: 'in/', since: '2026-01-01T00:00:00.000Z', versions: false, content: { mode: 'never' } },
        summary: { read: NOTHING },
      },
      [
        '|those that begin with in/|',
        '|current objects|',
        '|2026-01-01 00:00:00 UTC or later|',
        '|not read: what S3 recorded was compared|',
        '|other keys|Only keys that begin with in/ were asked for.|',
        '|noncurrent versions, delete markers|',
        '|Nobody asked for their bytes.',
        'npx holdfast audit orders --prefix in/ --since 2026-01-01T00:00:00.000Z --gap 2m --out FOLDER',
      ],
    ],
    [
      'a sample that is intact',
      { question: { content: { mode: 'sample', share: 0.0025, seed: 'x y' }, gapMs: 90_000, graceMs: 3_600_000 } },
      [
        '|a sample of 0.25 % read',
        'With 95 % confidence less than 0.024 % of all copies are damaged.',
        "--versions --content sample --share 0.0025 --seed 'x y' --gap 90s --grace 1h --out FOLDER",
        '|seen twice, at least 1m 30s apart|',
        '|older than 1h|',
      ],
    ],
    [
      'by age, with rules',
      {
        question: {
          by: 'compute-checksum',
          content: {
            mode: 'age',
            everyMs: 86_400_000 * 90,
            periodMs: 86_400_000 * 7,
            turn: 3,
            rules: [{ bucket: 'orders-use1', prefix: 'legal/', everyMs: 86_400_000 * 14 }],
          },
        },
      },
      [
        'each version once in 90d, or as the rule of its prefix says, where an audit runs once in every 7d; S3 itself reads them',
        '|all other keys|84d|',
        '|s3://orders-use1/legal/|14d|',
        '--content age --every 90d --period 7d --by compute-checksum --gap 2m --out FOLDER',
      ],
    ],
    [
      'by age, without rules',
      { question: { content: { mode: 'age', everyMs: 7_200_000, periodMs: 3_600_000, turn: 3 } } },
      ['|all keys|2h|', '--content age --every 2h --period 1h --gap 2m --out FOLDER'],
    ],
  ])('says what was asked, proved and not: %s', (_, change, texts) => {
    const text = textOf(changed(CLEAN, change));
    for (const each of texts) expect(text).toContain(each);
  });

  it('keeps apart what is meant, what was not read, and what changes all the time', () => {
    const expected = { archived: 5, 'outside-every-rule': 7, 'changes-all-the-time': 3, 'explained: waiting': 2 };
    const text = textOf(changed(CLEAN, { summary: { expected } }));
    expect(text).toContain('|different as meant|By rules, lifecycle or deletion: the reasons are below.|9|');
    expect(text).toContain('|changing|Showed something else in each look.|3|');
    expect(text).toContain('|archived|It would have to be restored first.');
    expect(text).toContain('|explained: waiting|The checks say that nothing stands against it.|2|');
    expect(textOf(CLEAN)).not.toContain('|changing|');
  });

  it('says nothing of a sample in which damage was found', () => {
    const records = [findingAt('2026-11-20T00:00:00.000Z', { code: 'content-differs-from-checksum' })];
    const content = { mode: 'sample', share: 0.1, seed: 'x' } as const;
    expect(textOf(changed(CLEAN, { question: { content } }))).toContain('confidence');
    expect(textOf(changed(CLEAN, { question: { content }, records }))).not.toContain('confidence');
  });

  it('shows so many of each code, and says how many there are', () => {
    const text = textOf(FORTY, 2);
    expect(text).toContain('|The first 2 of 6|');
    expect(text.match(/s3:\/\/orders-use1\/in\//g)).toHaveLength(14);
    expect(textOf(FORTY)).toContain('|6 findings|');
    expect(textOf(CLEAN)).toContain('|Findings|None.|');
  });

  it('names the worst first, what it means, and what to do', () => {
    const text = textOf(FORTY);
    const codes = [...text.matchAll(/\|([\w-]+)\|(violated|unverifiable), (\w+)\|/g)].map(([, ...each]) =>
      each.join(' '),
    );
    expect(codes).toEqual([
      'content-differs-from-checksum violated critical',
      'replica-content-differs violated critical',
      'replica-missing violated critical',
      'replica-overdue violated warning',
      'replication-failed violated warning',
      'delete-marker-differs violated warning',
      'content-unreadable unverifiable info',
    ]);
    expect(text).toContain('The bytes that are stored are not those whose checksum S3 recorded at the upload.');
    expect(text).toContain('|What to do| Keep the version');
    expect(text).toContain('|known by|stored-checksum (recorded)|');
    expect(text).toContain('|failureReason|DstKmsKeyNotFound|');
  });

  it('shows what is in a key, and obeys nothing of it', () => {
    const page = createAuditPage({ report: '"><script>alert(1)</script>' });
    for (const record of FORTY.records) page.add(record);
    const html = page.finish({ ...FORTY.plan, question: { ...FORTY.plan.question, pair: '<b>&amp;' } }, FORTY.summary);
    expect(html).not.toMatch(/<(?:script|img|b)\b/);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&amp;amp;');
    expect(html).toContain('<title>Audit of &lt;b&gt;&amp;amp;</title>');
  });

  it('says what an owner does once, and the commands of each object', () => {
    const remedy = (key: string) => ({ who: 'owner of the bucket', what: 'Copy it.', commands: [`aws s3 cp ${key}`] });
    const records = ['a', 'b'].map((key) => findingAt('2026-11-20T00:00:00.000Z', { remedy: remedy(key) }));
    const text = textOf(changed(CLEAN, { records }));
    expect(text.match(/For the owner of the bucket: Copy it\./g)).toHaveLength(1);
    expect(text).toContain('aws s3 cp a');
    expect(text).toContain('aws s3 cp b');
  });

  it('counts by age what the destination does not have, and nothing else', () => {
    const records = [
      findingAt('2026-11-21T03:11:12.000Z'),
      findingAt('2026-11-21T00:00:00.000Z'),
      findingAt('2026-11-21T00:00:00.000Z', { code: 'replica-tags-differ' }),
      findingAt('2026-11-21T00:00:00.000Z', { verdict: 'unverifiable' }),
      findingAt('2020-01-01T00:00:00.000Z'),
    ];
    const text = textOf(changed(CLEAN, { records, summary: { waiting: 9 }, question: { graceMs: 900_000 } }));
    expect(text).toContain(
      '|on their way, younger than 15m|9|\n|missing, up to 1h|1|\n|missing, 1h to 6h|1|\n|missing, 6h to 1d|0|',
    );
    expect(text).toContain('|missing, more than 365d|1|');
    expect(textOf(CLEAN)).not.toContain('How old is what');
  });

  it('says which stretches of keys were not audited, and takes neighbours together', () => {
    const shards = Array.from({ length: 100 }, (_, shard) => ({
      shard,
      link: CLEAN.plan.links[0]?.link ?? '',
      ...(shard === 0 ? {} : { after: `k${shard}` }),
      ...(shard === 99 ? {} : { upTo: `k${shard + 1}` }),
    }));
    const text = textOf(changed(CLEAN, { plan: { shards } }));
    expect(text).toContain('|the first key to k5|6,173|12,346|0|4 of 5 not audited|');
    expect(text).toContain('|after k95 to the last key|0|0|0|5 of 5 not audited|');
    expect(textOf(CLEAN)).not.toContain('Stretches');
  });

  it('names the links where there are several', () => {
    const links = ['a', 'b'].map((link) => ({ ...CLEAN.plan.links[0], link })) as unknown as AuditPlan['links'];
    const shards = [
      { shard: 0, link: 'a' },
      { shard: 1, link: 'b' },
    ];
    expect(textOf(changed(CLEAN, { plan: { links, shards } }))).toContain('|b| the first key to the last key|');
  });

  it('proves itself: the root, and how to verify it', () => {
    const root = CLEAN.summary.root ?? '';
    expect(textOf(CLEAN)).toContain(`npx holdfast verify-report out/report.ndjson --root ${root}`);
    const { root: _, ...rootless } = CLEAN.summary;
    const text = textOf({ ...CLEAN, summary: rootless });
    expect(text).toContain('There is no root: not every shard was audited.');
    expect(text).toContain('npx holdfast verify-report out/report.ndjson\n'.trimEnd());
  });

  it('stays small with 100,000 findings, as its memory does', () => {
    const page = createAuditPage({ report: 'x' });
    for (const record of FORTY.records) page.add(record);
    const one = findingAt('2026-11-20T00:00:00.000Z');
    for (let index = 0; index < 100_000; index += 1) {
      page.add({ ...one, object: { ...one.object, key: `in/${index % 10_000}/${index}` } });
    }
    const html = page.finish(FORTY.plan, FORTY.summary);
    expect(html).toContain('The first 20 of 100,006');
    expect(html.length).toBeLessThan(200_000);
  });
});
