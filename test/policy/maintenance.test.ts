import { describe, expect, it } from 'vitest';
import type { Mute } from '../../src/model/alert-state.ts';
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

describe('a mute', () => {
  const until = new Date('2026-11-02T10:00:00Z');
  const mute = { id: 'm', until, by: 'ada', reason: 'r' };

  it.each<[string, Partial<Mute>, Finding['subject'], boolean]>([
    ['of a bucket', { bucket: 'photos' }, object, true],
    ['of the bucket of a replica', { bucket: 'photos-usw2' }, object, true],
    ['of a source', { bucket: 'photos' }, aboutPair('photos'), true],
    ['of a destination', { bucket: 'away' }, { ...aboutPair('photos'), destination: 'away' }, true],
    ['of a bucket itself', { bucket: 'b' }, { kind: 'bucket', bucket: 'b', region: 'eu-west-1' }, true],
    ['of a prefix', { bucket: 'b' }, { kind: 'prefix', bucket: 'b', region: 'eu-west-1', prefix: 'p' }, true],
    ['of another bucket', { bucket: 'x' }, object, false],
    ['of a code', { code: 'replica-missing' }, object, true],
    ['of another code', { code: 'rtc-off' }, object, false],
    ['of this cause', { fingerprint: aCause().fingerprint }, object, true],
    ['of another cause', { fingerprint: 'x' }, object, false],
  ])('%s is on where it is meant to be', (_, what, subject, isOn) => {
    const cause = aCause({ finding: { ...aCause().finding, subject } });
    expect(mutedUntil(cause, [{ ...mute, ...what }], DURING)).toEqual(isOn ? until : undefined);
  });

  it('of a bucket is not on for what is about none', () => {
    const { replica: _, ...finding } = aCause().finding;
    const about = { ...finding, subject: { kind: 'monitor', region: 'eu-west-1' } } as const;
    expect(mutedUntil(aCause({ finding: about }), [{ ...mute, bucket: 'photos' }], DURING)).toBeUndefined();
  });

  it('lasts as long as the longest', () => {
    const longer = { ...mute, until: new Date('2026-11-02T11:00:00Z') };
    expect(mutedUntil(aCause(), [mute, longer, mute], DURING)).toEqual(longer.until);
  });
});

function aboutPair(pair: string): Extract<Finding['subject'], { kind: 'pair' }> {
  return { kind: 'pair', pair, region: 'eu-west-1', source: 'photos' };
}
