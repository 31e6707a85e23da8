import { describe, expect, it } from 'vitest';
import { type AskedContent, planContent } from '../../src/audit/plan-content.ts';
import type { ContentPlan } from '../../src/model/audit-records.ts';

const now = new Date('2026-11-21T15:00:00Z');
const DAY = 86_400_000;
const turn = Math.floor(now.getTime() / DAY);
const asked = { share: 0.02, everyMs: 90 * DAY, periodMs: DAY };
const verify = [
  { bucket: 'a', prefix: '', everyMs: 30 * DAY },
  { bucket: 'a', prefix: 'tmp/' },
  { bucket: 'elsewhere', prefix: '', everyMs: DAY },
];

describe('planContent', () => {
  it.each<[string, AskedContent, readonly string[], ContentPlan]>([
    ['nothing', { ...asked, mode: 'never' }, ['a'], { mode: 'never' }],
    ['everything', { ...asked, mode: 'all' }, ['a'], { mode: 'all' }],
    ['a sample of the day', { ...asked, mode: 'sample' }, [], { mode: 'sample', share: 0.02, seed: '2026-11-21' }],
    ['a sample again', { ...asked, mode: 'sample', seed: 'x' }, [], { mode: 'sample', share: 0.02, seed: 'x' }],
    [
      'by age, where no rule has one',
      { ...asked, mode: 'age' },
      ['b'],
      { mode: 'age', everyMs: 90 * DAY, periodMs: DAY, turn },
    ],
    [
      'by the ages of the rules of its buckets',
      { ...asked, mode: 'age' },
      ['a', 'b'],
      { mode: 'age', everyMs: 90 * DAY, periodMs: DAY, turn, rules: verify.slice(0, 2) },
    ],
  ])('plans %s', (_, content, buckets, expected) => {
    expect(planContent(content, { verify, buckets, now })).toEqual(expected);
  });
});
