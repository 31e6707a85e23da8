import { expect, it } from 'vitest';
import { replicationReport } from '../../src/checks/replication-report.ts';
import { EVENT_KINDS, type EventKind } from '../../src/model/event.ts';
import { anEvent, someFacts } from '../support/facts.ts';
import { someLink } from '../support/reported-link.ts';

const EXPECTED: readonly (readonly [kind: EventKind, code: string, verdict: string])[] = [
  ['replication-failed', 'replication-failed', 'violated'],
  ['replication-missed-threshold', 'replication-missed-threshold', 'violated'],
  ['replicated-after-threshold', 'replication-late', 'violated'],
  ['replication-not-tracked', 'replication-not-tracked', 'unverifiable'],
];

it.each(EXPECTED)('%s becomes %s, which is %s', (kind, code, verdict) => {
  const [finding] = replicationReport.run(someFacts({ event: anEvent({ kind }) }));
  expect(finding).toMatchObject({ code, verdict, evidence: { reportedBy: 's3' } });
});

it('is silent about every other event', () => {
  const others = EVENT_KINDS.filter((kind) => !EXPECTED.some(([reported]) => reported === kind));
  expect(others.flatMap((kind) => replicationReport.run(someFacts({ event: anEvent({ kind }) })))).toEqual([]);
});

it('passes on everything that S3 said, an unknown reason included', () => {
  const replication = {
    ruleId: 'all',
    destinationBucket: 'photos-copy',
    operation: 'ObjectReplicationPut',
    failureReason: 'SomethingOf2031',
    requestedAt: new Date('2026-11-01T01:02:03Z'),
  };
  const [finding] = replicationReport.run(someFacts({ event: anEvent({ kind: 'replication-failed', replication }) }));
  expect(finding?.evidence).toEqual({ reportedBy: 's3', ...replication, requestedAt: '2026-11-01T01:02:03.000Z' });
});

it.each([
  ['SrcVersionNotFound', 'unverifiable'],
  ['DstKmsKeyNotFound', 'violated'],
])('judges %s to be %s, because only what somebody misses is a violation', (failureReason, verdict) => {
  const event = anEvent({ kind: 'replication-failed', replication: { failureReason } });
  expect(replicationReport.run(someFacts({ event }))).toMatchObject([{ verdict, evidence: { failureReason } }]);
});

it('names the pair and the bucket of the replica where the configuration has them', () => {
  const event = anEvent({ kind: 'replication-missed-threshold' });
  expect(replicationReport.run(someFacts({ event, report: { link: someLink() } }))).toMatchObject([
    {
      replica: { bucket: 'orders-euw1', region: 'eu-west-1' },
      evidence: { pair: 'orders', link: 'orders/orders-use1/orders-euw1' },
    },
  ]);
});
