import { expect, it } from 'vitest';
import { kmsHeadroom } from '../../../src/checks/pressure/kms-headroom.ts';
import { somePressure, usageOf } from '../../support/pressure.ts';

const ABSENT = { state: 'absent' } as const;
const DENIED = { state: 'unreadable', reason: 'access-denied' } as const;
const SLOWED = { state: 'unreadable', reason: 'throttled' } as const;

it.each([
  ['finds nothing below the limit', usageOf(0.2, 0.3, 0.59), []],
  ['finds a minute at the limit', usageOf(0.2, 0.6, 0.2), ['violated']],
  ['reports a burst after the fact', usageOf(0.9, ...Array.from({ length: 13 }, () => 0.1)), ['violated']],
  ['forgets a burst after a quarter of an hour', usageOf(0.9, ...Array.from({ length: 15 }, () => 0.1)), []],
  ['finds a ramp that reaches the quota in time', usageOf(0.3, 0.35, 0.4, 0.45, 0.5), ['violated']],
  ['finds nothing in a ramp that is too flat', usageOf(0.46, 0.47, 0.48, 0.49, 0.5), []],
  ['finds nothing where usage falls', usageOf(0.55, 0.5, 0.45, 0.4, 0.35), []],
  [
    'sees a ramp through minutes that are missing',
    usageOf(0.3, undefined, 0.4, 0.45, undefined, 0.55, 0.59),
    ['violated'],
  ],
  ['sees no ramp in few minutes', usageOf(0.1, 0.5), []],
  ['sees no ramp where hardly anything is used', usageOf(0.01, 0.05, 0.1, 0.15, 0.2), []],
  ['has nothing to say where nothing is published', usageOf(), []],
  ['has nothing to say where there is no quota', ABSENT, []],
  ['cannot judge what it may not read', DENIED, ['unverifiable']],
  ['cannot judge while it is throttled itself', SLOWED, ['unverifiable']],
  ['does not apply where nobody asked', undefined, []],
])('%s', (_title, usage, verdicts) => {
  expect(kmsHeadroom.run(somePressure({ usage })).map(({ verdict }) => verdict)).toEqual(verdicts);
});

it('says how much is used, where it leads, and which command asks for more', () => {
  const [finding] = kmsHeadroom.run(somePressure({ usage: usageOf(0.3, 0.35, 0.4, 0.45, 0.5) }));
  expect(finding).toMatchObject({
    code: 'kms-headroom-low',
    subject: { kind: 'kms-key', keyArn: '*', region: 'eu-west-1' },
    evidence: { usedPercent: 50, quotaPerSecond: 1_000, forecastPercent: 130, forecastMinutes: 15 },
  });
  expect(finding?.remedy?.commands[1]).toBe(
    'aws service-quotas request-service-quota-increase --service-code kms --quota-code L-6E3AF000 --desired-value 2000 --region eu-west-1',
  );
});

it('draws no line through a single minute', () => {
  const at = new Date('2026-11-01T11:55:00Z');
  const minutes = Array.from({ length: 6 }, (_, index) => ({ at, requests: 20_000 + index }));
  const usage = { state: 'present', value: { quotaPerSecond: 1_000, minutes } } as const;
  expect(kmsHeadroom.run(somePressure({ usage }))).toEqual([]);
});
