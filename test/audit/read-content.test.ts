import { describe, expect, it } from 'vitest';
import { createAuditControl } from '../../src/audit/audit-control.ts';
import { createGate } from '../../src/audit/gate.ts';
import type { CopyReading } from '../../src/audit/read-at-rest.ts';
import { createContentReader, type ReadMeans } from '../../src/audit/read-content.ts';
import { createShardTally } from '../../src/audit/shard-tally.ts';
import { createSpend } from '../../src/audit/spend.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { ListedEntry } from '../../src/model/listing-page.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { aChecksum } from '../support/facts.ts';
import { LINK } from '../support/replicas.ts';

const [SOURCE, DESTINATION] = [LINK.source.bucket, LINK.destination.bucket];
const entry: ListedEntry = {
  key: 'a b/～😀',
  versionId: 'v1',
  isLatest: true,
  sizeBytes: 10,
  etag: 'e',
  storageClass: 'STANDARD',
  lastModifiedAt: new Date(0),
};

type Say = (object: ObjectRef) => Finding;
const say =
  (verdict: Finding['verdict'], code: Finding['code'], evidence: Finding['evidence'] = {}): Say =>
  (object) => ({ verdict, code, subject: { kind: 'object-version', object }, evidence });
const verified = say('verified', 'content-verified');
const violated = say('violated', 'content-differs-from-checksum');
const archived = say('unverifiable', 'content-unreadable', { reason: 'archived' });
const restoring = say('unverifiable', 'content-unreadable', { reason: 'restoring' });
const none: readonly Say[] = [];

interface Copies<T> {
  readonly source: T;
  readonly replica: T;
}

interface Scene {
  readonly listed?: Partial<ListedEntry>;
  readonly read?: Copies<readonly Say[]>;
  readonly atRest?: Copies<readonly [Say, string] | string>;
  readonly restores?: ReadMeans['restores'];
  readonly match?: 'version' | 'content';
}

async function readOnce({ listed = {}, read, atRest, restores, match = 'version' }: Scene) {
  const spend = createSpend();
  const { signal } = new AbortController();
  const asked: string[] = [];
  const sideOf = ({ bucket }: ObjectRef): keyof Copies<unknown> => (bucket === SOURCE ? 'source' : 'replica');
  const tally = createShardTally();
  const reader = createContentReader(
    { plan: { mode: 'all' }, link: { ...LINK, policy: { ...LINK.policy, match } } },
    tally,
    {
      control: createAuditControl({ ceiling: 100, signal }, spend),
      gate: createGate(2),
      async read(object) {
        asked.push(`${object.bucket} ${object.versionId ?? 'current'}`);
        return (read?.[sideOf(object)] ?? []).map((each) => each(object));
      },
      ...(atRest === undefined
        ? {}
        : {
            async atRest(object): Promise<CopyReading> {
              const one = atRest[sideOf(object)];
              if (typeof one === 'string') return { state: 'skipped', reason: one };
              return { state: 'read', findings: [one[0](object)], checksum: aChecksum('CRC32', one[1]) };
            },
          }),
      ...(restores === undefined ? {} : { restores }),
    },
  );
  reader.choose({ ...entry, ...listed });
  const waiting = reader.waiting();
  await reader.workOff();
  const { record, findings } = await tally.finish({ shard: 0, link: 'l' }, '');
  const { read: counted, expected } = record;
  return {
    waiting,
    asked,
    read: counted.versions,
    expected,
    found: findings.map(({ code, object }) => `${code} ${object.bucket}`),
  };
}

const both = <T>(one: T): Copies<T> => ({ source: one, replica: one });

describe('the content of one version', () => {
  it.each<[string, Scene, object]>([
    ['as recorded, on both sides', { read: both([verified]) }, { read: 2, found: [], expected: {} }],
    [
      'damaged on one side',
      { read: { source: [verified], replica: [violated] } },
      { read: 1, found: [`content-differs-from-checksum ${DESTINATION}`] },
    ],
    ['read, with nothing said', { read: both(none) }, { read: 0, expected: { 'nothing-to-compare': 2 } }],
    [
      'in an archive class, which nobody asks about',
      { listed: { storageClass: 'GLACIER' } },
      { waiting: 0, asked: [], expected: { archived: 1 } },
    ],
    [
      'in an archive tier that the class does not show',
      { read: { source: [archived], replica: [verified] } },
      { read: 1, found: [], expected: { archived: 1 } },
    ],
    [
      'archived, where restores are paid for',
      {
        listed: { storageClass: 'GLACIER' },
        read: { source: [archived], replica: [restoring] },
        restores: { ask: async () => 'restore-asked' },
      },
      { read: 0, found: [], expected: { 'restore-asked': 1, restoring: 1 } },
    ],
    ['a delete marker, which has none', { listed: { deleteMarker: true } }, { waiting: 0, expected: {} }],
    [
      'under another version ID, where only the content is to match',
      { read: both([verified]), match: 'content' },
      { asked: [`${SOURCE} v1`, `${DESTINATION} current`] },
    ],
    [
      'read by S3, as recorded',
      { atRest: both([verified, 'A'] as const) },
      { read: 2, asked: [], found: [], expected: {} },
    ],
    [
      'read by S3 and in an archive class',
      { listed: { storageClass: 'GLACIER' }, atRest: { source: [violated, 'A'], replica: [verified, 'B'] } },
      { read: 1, asked: [], found: [`content-differs-from-checksum ${SOURCE}`] },
    ],
    [
      'accused by S3 alone',
      { atRest: { source: [violated, 'A'], replica: [verified, 'B'] }, read: both([verified]) },
      { read: 2, asked: [`${SOURCE} v1`, `${DESTINATION} v1`], found: [] },
    ],
    [
      'accused by S3 and by our own reading',
      {
        atRest: { source: [violated, 'A'], replica: [verified, 'B'] },
        read: { source: [violated], replica: [verified] },
      },
      { read: 1, found: [`content-differs-from-checksum ${SOURCE}`] },
    ],
    [
      'accused by S3, and moved to an archive since',
      { atRest: { source: [violated, 'A'], replica: [verified, 'B'] }, read: both([archived]) },
      { read: 1, found: [`content-differs-from-checksum ${SOURCE}`] },
    ],
    [
      'of which no job knows one copy',
      { atRest: { source: [verified, 'A'], replica: 'not-in-the-job' } },
      { read: 1, found: [], expected: { 'not-in-the-job': 1 } },
    ],
  ])('is %s', async (_, scene, expected) => {
    expect(await readOnce(scene)).toMatchObject(expected);
  });
});
