import { describe, expect, it } from 'vitest';
import { createRestoreDesk } from '../../src/audit/ask-restore.ts';
import type { ListedEntry } from '../../src/model/listing-page.ts';
import type { ObjectRestores } from '../../src/ports.ts';
import { OBJECT } from '../support/facts.ts';
import { LINK } from '../support/replicas.ts';

const GB = 1e9;
const entry: ListedEntry = {
  key: OBJECT.key,
  isLatest: true,
  sizeBytes: 1_000 * GB,
  etag: 'e',
  storageClass: 'DEEP_ARCHIVE',
  lastModifiedAt: new Date(0),
};

/** 1 TB from DEEP_ARCHIVE, and a day of its copy. */
const PRICE = 2.5 + 23 / 30 + 0.000_025;

function openDesk(budget: number, answer: Awaited<ReturnType<ObjectRestores['restore']>> = 'asked') {
  const asked: string[] = [];
  let spent = 0;
  const restores: ObjectRestores = {
    async restore({ bucket }, { days }) {
      asked.push(`${bucket} for ${days} days`);
      return answer;
    },
  };
  const onSpent = (dollars: number): void => {
    spent += dollars;
  };
  const call = { signal: new AbortController().signal };
  const desk = createRestoreDesk({ budget, days: 1, links: [LINK] }, { restores, onSpent }, call);
  return { desk, asked, spent: () => spent };
}

describe('restores of what an audit is to read', () => {
  it('are asked for until the budget would not suffice', async () => {
    const { desk, asked, spent } = openDesk(2.5 * PRICE);
    const answers = await Promise.all(Array.from({ length: 4 }, async () => desk.ask(OBJECT, entry)));
    expect(answers).toEqual(['restore-asked', 'restore-asked', 'archived', 'archived']);
    expect(asked).toHaveLength(2);
    expect(spent()).toBeCloseTo(2 * PRICE, 6);
  });

  it.each([
    ['under-way', 'restoring'],
    ['denied', 'restore-denied'],
  ] as const)('that are %s cost nothing', async (answer, expected) => {
    const { desk, spent } = openDesk(1.5 * PRICE, answer);
    expect([await desk.ask(OBJECT, entry), await desk.ask(OBJECT, entry)]).toEqual([expected, expected]);
    expect(spent()).toBe(0);
  });

  it('are not asked for where the class is not archived', async () => {
    const { desk, asked } = openDesk(100);
    expect(await desk.ask(OBJECT, { ...entry, storageClass: 'INTELLIGENT_TIERING' })).toBe('archived');
    expect(asked).toEqual([]);
  });

  it('cost what the class of the replica says', async () => {
    const replica = { ...OBJECT, bucket: LINK.destination.bucket };
    const ofPair = { ...LINK.policy.expect, storageClass: 'GLACIER' };
    const links = [{ ...LINK, policy: { ...LINK.policy, expect: ofPair } }];
    const restores: ObjectRestores = { restore: async () => 'asked' };
    const spent: number[] = [];
    const call = { signal: new AbortController().signal };
    const desk = createRestoreDesk(
      { budget: 10, days: 1, links },
      { restores, onSpent: (dollars) => spent.push(dollars) },
      call,
    );
    expect(await desk.ask(replica, entry)).toBe('restore-asked');
    expect(spent).toEqual([expect.closeTo(23 / 30, 6)]);
  });
});
