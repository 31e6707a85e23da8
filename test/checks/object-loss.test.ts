import { expect, it } from 'vitest';
import { objectLoss } from '../../src/checks/object-loss.ts';
import { EVENT_KINDS } from '../../src/model/event.ts';
import { ABSENT, anEvent, someFacts } from '../support/facts.ts';

it.each(EVENT_KINDS)('says that an object is lost only where S3 says so: %s', (kind) => {
  const findings = objectLoss.run(someFacts({ event: anEvent({ kind }) }));
  expect(findings.map(({ code, verdict }) => [code, verdict])).toEqual(
    kind === 'object-lost' ? [['object-lost', 'violated']] : [],
  );
});

it('takes a missing object for no loss, because a delete looks the same', () => {
  expect(objectLoss.run(someFacts({ source: ABSENT }))).toEqual([]);
});

it('says when S3 noticed', () => {
  const eventAt = new Date('2026-11-03T04:05:06Z');
  const [finding] = objectLoss.run(someFacts({ event: anEvent({ kind: 'object-lost', eventAt }) }));
  expect(finding?.evidence).toEqual({ reportedBy: 's3', reportedAt: '2026-11-03T04:05:06.000Z' });
});
