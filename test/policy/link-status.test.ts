import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/model/pending.ts';
import { type LinkKnowledge, type LinkState, toLinkStatus } from '../../src/policy/link-status.ts';

const NOW = new Date('2026-11-02T12:00:00Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1_000);

function checkpoint(change: Partial<Checkpoint> = {}): Checkpoint {
  return {
    link: 'orders/a/b',
    asOf: ago(60),
    completeUpTo: ago(90),
    pendingVersions: 3,
    pendingBytes: 30,
    oldestPendingAt: ago(300),
    bulk: false,
    ...change,
  };
}

const { oldestPendingAt: _, ...without } = checkpoint();
const empty: Checkpoint = { ...without, pendingVersions: 0, pendingBytes: 0 };
const s3 = (operations: number, seconds = 120) => ({
  pending: { operations, bytes: operations * 10, asOf: ago(seconds) },
});

function status(knowledge: Partial<LinkKnowledge>): ReturnType<typeof toLinkStatus> {
  return toLinkStatus({ now: NOW, overdueAfterMs: 900_000, ...knowledge });
}

describe('the state of a link', () => {
  it.each<[LinkState, string, Partial<LinkKnowledge>]>([
    ['settled', 'nothing is pending', { checkpoint: empty }],
    ['on-its-way', 'the oldest is young', { checkpoint: checkpoint() }],
    ['on-its-way', 'the oldest is at the threshold', { checkpoint: checkpoint({ oldestPendingAt: ago(900) }) }],
    ['overdue', 'the oldest is beyond the threshold', { checkpoint: checkpoint({ oldestPendingAt: ago(901) }) }],
    ['failed', 'S3 gave something up', { checkpoint: empty, measurements: { failed: 1 } }],
    ['settled', 'S3 gave nothing up', { checkpoint: empty, measurements: { failed: 0 } }],
    ['unknown', 'nothing at all is known', {}],
    ['unknown', 'the checkpoint is too old, even with nothing pending', { checkpoint: { ...empty, asOf: ago(181) } }],
    ['settled', 'the checkpoint is just young enough', { checkpoint: { ...empty, asOf: ago(180) } }],
    ['settled', 'S3 counts nothing', { measurements: s3(0) }],
    ['on-its-way', 'S3 counts something', { measurements: s3(2) }],
    ['overdue', 'S3 is far behind', { measurements: { ...s3(2), behind: { ms: 901_000, asOf: ago(120) } } }],
    [
      'settled',
      'S3 was far behind and is done',
      { measurements: { ...s3(0), behind: { ms: 901_000, asOf: ago(120) } } },
    ],
    ['unknown', 'S3 has been silent', { measurements: s3(0, 901) }],
    ['unknown', 'S3 measures nothing', { measurements: {} }],
  ])('is %s where %s', (expected, _why, knowledge) => {
    expect(status(knowledge).state).toBe(expected);
  });

  it('comes from the checkpoint before it comes from S3', () => {
    const { backlog } = status({ checkpoint: checkpoint(), measurements: s3(9) });
    expect(backlog).toEqual({ by: 'checkpoint', versions: 3, bytes: 30, oldestMs: 300_000, asOf: ago(60) });
  });

  it('keeps the age of a checkpoint that says nothing any more', () => {
    const known = status({ checkpoint: { ...empty, asOf: ago(600) }, measurements: s3(2) });
    expect(known).toMatchObject({ checkpointAgeMs: 600_000, backlog: { by: 's3-metrics', versions: 2, bytes: 20 } });
    expect(known.atRisk).toBeUndefined();
  });
});

describe('the data at risk', () => {
  it('is what is listed, and a tail by the rate of writes', () => {
    const writeRate = { versions: 0.1, bytes: 2.5 };
    expect(status({ checkpoint: checkpoint({ writeRate }) }).atRisk).toEqual({
      versions: 3,
      bytes: 30,
      completeUpTo: ago(90),
      tail: { versions: 9, bytes: 225, overMs: 90_000 },
    });
  });

  it('has no tail where no rate is known', () => {
    expect(status({ checkpoint: checkpoint() }).atRisk).toEqual({ versions: 3, bytes: 30, completeUpTo: ago(90) });
  });

  it('has no negative tail where clocks differ', () => {
    const ahead = checkpoint({ completeUpTo: ago(-5), writeRate: { versions: 1, bytes: 1 } });
    expect(status({ checkpoint: ahead }).atRisk?.tail).toEqual({ versions: 0, bytes: 0, overMs: 0 });
  });
});
