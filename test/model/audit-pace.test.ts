import { expect, it } from 'vitest';
import { paceOf } from '../../src/model/audit-pace.ts';
import { aRunningAudit } from '../support/audits.ts';

const startedAt = new Date('2026-11-20T03:00:00Z');
const after = (seconds: number): Date => new Date(startedAt.getTime() + seconds * 1_000);

const counted = { shards: { done: 2, all: 8 }, versions: 5_000 };

it.each([
  ['by shards, where nobody knows how many versions there are', counted, after(100), { share: 0.25, leftMs: 300_000 }],
  ['by versions, where somebody does', { ...counted, expected: 10_000 }, after(100), { share: 0.5, leftMs: 100_000 }],
  ['no more than all, where there are more now', { ...counted, expected: 4_000 }, after(100), { share: 1, leftMs: 0 }],
  ['less by what has passed since it was heard of', counted, after(250), { share: 0.25, leftMs: 150_000 }],
  ['nothing, where more has passed than was left', counted, after(900), { share: 0.25, leftMs: 0 }],
  ['nobody knows, where nothing is finished', { ...counted, shards: { done: 0, all: 8 } }, after(100), { share: 0 }],
  ['nobody knows, where there is no plan yet', { ...counted, shards: { done: 0, all: 0 } }, after(100), {}],
])('what is left is %s', (_, run, now, expected) => {
  const pace = paceOf(aRunningAudit({ startedAt, updatedAt: after(100), ...run }), now);
  expect(pace).toEqual({ perSecond: 50, ...expected });
});

it.each([
  [{ done: 0, all: 0 }, {}],
  [{ done: 0, all: 8 }, { share: 0 }],
])('no rate is known of a run that has only begun', (shards, expected) => {
  expect(paceOf(aRunningAudit({ startedAt, updatedAt: startedAt, shards, versions: 0 }), after(5))).toEqual(expected);
});
