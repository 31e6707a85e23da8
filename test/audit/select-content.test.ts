import { describe, expect, it } from 'vitest';
import { isToRead } from '../../src/audit/select-content.ts';
import type { ContentPlan } from '../../src/audit/records.ts';
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
});
