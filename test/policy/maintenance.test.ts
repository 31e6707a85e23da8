import { describe, expect, it } from 'vitest';
import type { MaintenanceWindow } from '../../src/model/config.ts';
import type { Finding } from '../../src/model/finding.ts';
import { maintenanceMutes } from '../../src/policy/maintenance.ts';
import { mutedUntil } from '../../src/policy/mutes.ts';
import { aCause } from '../support/alerts.ts';
import { OBJECT } from '../support/facts.ts';
import { aBucket, aPair } from '../support/pairs.ts';

const WINDOW: MaintenanceWindow = {
  from: '2026-11-02T08:00:00.000Z',
  until: '2026-11-02T10:00:00.000Z',
  reason: 'a move',
};
const DURING = new Date('2026-11-02T09:00:00Z');
const pairs = [aPair(), aPair({ name: 'other', source: aBucket('vault', 'eu-west-1'), destinations: [] })];
const object = { kind: 'object-version', object: OBJECT } as const;

function mutedBy(
  window: Partial<MaintenanceWindow>,
  finding: Partial<Finding>,
  now: Date = DURING,
): string | undefined {
  const alerts = { severity: 'warning', subscriptions: [], maintenance: [{ ...WINDOW, ...window }] } as const;
  const cause = aCause({ finding: { ...aCause().finding, ...finding } });
  return mutedUntil(cause, maintenanceMutes({ alerts, pairs }), now)?.toISOString();
}

describe('a maintenance window', () => {
  it.each<[string, Partial<MaintenanceWindow>, Partial<Finding>, Date, boolean]>([
    ['is silent about everything', {}, {}, DURING, true],
    ['is silent from its beginning', {}, {}, new Date(WINDOW.from), true],
    ['is not silent before', {}, {}, new Date(Date.parse(WINDOW.from) - 1), false],
    ['is over at its end', {}, {}, new Date(WINDOW.until), false],
    ['is silent about the links of its pair', { pairs: ['photos'] }, {}, DURING, true],
    ['is silent about its pair', { pairs: ['photos'] }, { subject: aboutPair('photos') }, DURING, true],
    ['is silent about the buckets of its pair', { pairs: ['photos'] }, { subject: object, evidence: {} }, DURING, true],
    ['is silent about any of its pairs', { pairs: ['other', 'photos'] }, {}, DURING, true],
    ['is not silent about another pair', { pairs: ['other'] }, { subject: aboutPair('photos') }, DURING, false],
    [
      'is not silent about the bucket of another pair',
      { pairs: ['other'] },
      { subject: object, evidence: {}, replica: aBucket('photos-copy', 'us-east-1') },
      DURING,
      false,
    ],
    [
      'is not silent about what concerns no pair',
      { pairs: ['photos'] },
      { subject: { kind: 'monitor', region: 'eu-west-1' }, evidence: {}, replica: aBucket('none', 'us-east-1') },
      DURING,
      false,
    ],
    [
      'is not silent about a link of another pair that has a bucket in common',
      { pairs: ['photos'] },
      { evidence: { link: 'third/photos/photos-copy' } },
      DURING,
      false,
    ],
  ])('%s', (_, window, finding, now, isSilent) => {
    expect(mutedBy(window, finding, now)).toBe(isSilent ? WINDOW.until : undefined);
  });

  it('is not needed', () => {
    expect(maintenanceMutes({ alerts: { severity: 'info', subscriptions: [] }, pairs })).toEqual([]);
  });
});

function aboutPair(pair: string): Finding['subject'] {
  return { kind: 'pair', pair, region: 'eu-west-1', source: 'photos' };
}
