import { describe, expect, it } from 'vitest';
import { isToRead, shareOf } from '../../src/audit/select-content.ts';
import type { ContentPlan } from '../../src/model/audit-records.ts';
import type { ListedEntry } from '../../src/model/listing-page.ts';

const entries = Array.from({ length: 5_000 }, (_, index): ListedEntry => ({
  key: `object-${index}`,
  isLatest: true,
  sizeBytes: 1,
  etag: String(index),
  storageClass: 'STANDARD',
  lastModifiedAt: new Date(0),
}));

const chosen = (plan: ContentPlan): readonly string[] =>
  entries.filter((entry) => isToRead(plan, entry)).map(({ key }) => key);

describe('isToRead', () => {
  it.each([
    ['nothing', { mode: 'never' }, 0, 0],
    ['everything', { mode: 'all' }, 5_000, 5_000],
    ['a sample', { mode: 'sample', share: 0.1, seed: 'x' }, 400, 600],
    ['one turn of ten', { mode: 'age', everyMs: 10_000, periodMs: 1_000, turn: 23 }, 400, 600],
    ['all, where a period is longer than the age', { mode: 'age', everyMs: 1, periodMs: 10, turn: 3 }, 5_000, 5_000],
  ] as const)('chooses %s', (_, plan, least, most) => {
    const { length } = chosen(plan);
    expect(length).toBeGreaterThanOrEqual(least);
    expect(length).toBeLessThanOrEqual(most);
  });

  it('chooses the same again, and others with another seed', () => {
    const plan = { mode: 'sample', share: 0.01, seed: 'a' } as const;
    expect(chosen(plan)).toEqual(chosen(plan));
    expect(chosen({ ...plan, seed: 'b' })).not.toEqual(chosen(plan));
  });

  it('chooses each version once in all turns', () => {
    const turns = Array.from({ length: 7 }, (_, turn) =>
      chosen({ mode: 'age', everyMs: 7_500, periodMs: 1_000, turn }),
    );
    expect(turns.flat().toSorted()).toEqual(entries.map(({ key }) => key).toSorted());
  });

  it('reads what is below a prefix as often as the longest rule of either bucket asks', () => {
    const plan: ContentPlan = {
      mode: 'age',
      everyMs: 90,
      periodMs: 1,
      turn: 0,
      rules: [
        { bucket: 'a', prefix: '', everyMs: 30 },
        { bucket: 'a', prefix: 'tmp/' },
        { bucket: 'a', prefix: 'tmp/x/', everyMs: 3 },
        { bucket: 'b', prefix: 'both/', everyMs: 10 },
      ],
    };
    const ages = ['k', 'tmp/y', 'tmp/x/é +%😀', 'both/k'].map((key) => Math.round(1 / shareOf(plan, key, ['a', 'b'])));
    expect(ages).toEqual([30, 90, 3, 10]);
    const seen = Array.from({ length: 3 }, (_, turn) =>
      isToRead({ ...plan, turn }, { key: 'tmp/x/1', etag: 'e' }, ['a', 'b']),
    );
    expect(seen.filter(Boolean)).toHaveLength(1);
  });
});

describe('shareOf', () => {
  it.each<[ContentPlan, number]>([
    [{ mode: 'never' }, 0],
    [{ mode: 'all' }, 1],
    [{ mode: 'sample', share: 0.25, seed: '' }, 0.25],
    [{ mode: 'age', everyMs: 45, periodMs: 10, turn: 0 }, 0.25],
    [{ mode: 'age', everyMs: 5, periodMs: 10, turn: 0 }, 1],
  ])('of %j is %d', (plan, share) => {
    expect(shareOf(plan, 'k', [])).toBe(share);
  });
});
