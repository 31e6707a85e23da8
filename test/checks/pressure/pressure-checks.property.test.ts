import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delayByKms } from '../../../src/checks/pressure/delay-by-kms.ts';
import { pressureChecks } from '../../../src/checks/pressure/index.ts';
import type { Canary, CanaryRound, LinkCanaries } from '../../../src/model/canary.ts';
import { type Observation, present, type UnreadableReason } from '../../../src/model/observation.ts';
import type { EncryptedBucket, KmsUsage, PressureFacts, UsedKey } from '../../../src/model/pressure-facts.ts';
import type { Limit } from '../../../src/model/throttle.ts';
import { severityOf } from '../../../src/policy/severity.ts';
import { slowUntil } from '../../../src/policy/slow-down.ts';
import { aLink, HOUR_MS, MINUTE_MS } from '../../support/pairs.ts';
import { KEY_ARN, LOOKED_AT } from '../../support/pressure.ts';

const name = fc.string({ unit: fc.constantFrom('a', '/', '+', '%', ' ', 'é', '～', '😀', '"', '*'), maxLength: 6 });
const region = fc.constantFrom('eu-west-1', 'us-east-1', 'cn-north-1', '');
const reason = fc.constantFrom<UnreadableReason>('access-denied', 'throttled', 'kms-throttled', 'wrong-region');
const instant = fc.integer({ min: -2 * HOUR_MS, max: HOUR_MS }).map((ms) => new Date(LOOKED_AT.getTime() + ms));
const amount = fc.oneof(fc.nat({ max: 40 }), fc.nat());

function observed<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Observation<T>> {
  return fc.oneof(
    value.map((seen) => present(seen)),
    fc.constant({ state: 'absent' } as const),
    reason.map((why) => ({ state: 'unreadable', reason: why }) as const),
  );
}

const usage: fc.Arbitrary<KmsUsage> = fc.record({
  quotaPerSecond: fc.nat({ max: 1_000 }),
  minutes: fc.array(fc.record({ at: instant, requests: amount })),
});

const key: fc.Arbitrary<UsedKey> = fc.record({
  ref: fc.record({ id: fc.oneof(name, fc.constant(KEY_ARN)), region }),
  bucket: fc.record({ bucket: name, region }),
  bucketKey: fc.boolean(),
  key: observed(
    fc.record({
      arn: fc.constant(KEY_ARN),
      account: fc.constant('111122223333'),
      state: fc.constantFrom('Enabled', 'Disabled', 'PendingDeletion', 'PendingImport', 'unheard-of'),
      manager: fc.constant('customer' as const),
      policy: observed(fc.oneof(fc.constant('{'), fc.json())),
    }),
  ),
});

const bucket: fc.Arbitrary<EncryptedBucket> = fc.record(
  {
    bucket: fc.record({ bucket: name, region }),
    encryption: observed(
      fc.record({ algorithm: fc.constantFrom('aws:kms', 'aws:kms:dsse', 'AES256', ''), bucketKey: fc.boolean() }),
    ),
    replicas: fc.nat({ max: 9 }),
    writes: fc.record({ versionsPerSecond: fc.nat(), basis: fc.constant('object-count' as const) }),
  },
  { requiredKeys: ['bucket', 'encryption', 'replicas'] },
);

const limit: fc.Arbitrary<Limit> = fc.oneof(
  region.map((where) => ({ of: 'kms', region: where }) as const),
  fc.record({ of: fc.constant('s3' as const), region, bucket: name, prefix: name }),
);

const waitMs = fc.nat({ max: 20 }).map((minutes) => minutes * MINUTE_MS);
const canary: fc.Arbitrary<Canary> = fc.record(
  {
    versionId: name,
    waitedMs: waitMs,
    lagMs: waitMs,
    failed: fc.constant(true as const),
    heardMs: waitMs,
    unheardMs: waitMs,
  },
  { requiredKeys: ['versionId', 'waitedMs'] },
);
const round: fc.Arbitrary<CanaryRound> = fc.record({ writtenAt: instant, plain: canary, kms: canary });
const canaries: fc.Arbitrary<LinkCanaries> = fc.record(
  { link: fc.constant(aLink()), settings: fc.constant({}), rounds: fc.array(round), refused: reason },
  { requiredKeys: ['link', 'settings', 'rounds'] },
);

const pressure: fc.Arbitrary<PressureFacts> = fc.record(
  {
    region,
    lookedAt: fc.constant(LOOKED_AT),
    usage: observed(usage),
    keys: fc.array(key, { maxLength: 4 }),
    buckets: fc.array(bucket, { maxLength: 4 }),
    throttled: fc.array(
      fc.record({
        limit,
        minutes: fc.array(fc.record({ at: instant, looks: amount })),
        hidden: fc.array(fc.record({ at: instant, throttles: amount })),
      }),
      { maxLength: 4 },
    ),
    canaries: fc.array(canaries, { maxLength: 4 }),
  },
  { requiredKeys: ['region', 'lookedAt'] },
);

describe('for any facts about pressure', () => {
  it('no check throws or accuses an object, and what could not be judged never pages', () => {
    fc.assert(
      fc.property(pressure, (facts) => {
        const found = pressureChecks.flatMap((check) => check.run(facts));
        expect(found.filter(({ verdict }) => verdict === 'verified')).toEqual([]);
        expect(found.filter(({ subject }) => subject.kind === 'object-version')).toEqual([]);
        expect(
          found.filter((finding) => finding.verdict === 'unverifiable' && severityOf(finding, []) !== 'info'),
        ).toEqual([]);
        const values = found.flatMap(({ evidence }) => Object.values(evidence));
        expect(values.filter((value) => Number.isNaN(value))).toEqual([]);
      }),
    );
  });

  it('nothing is slowed for longer than three minutes, and only where KMS is pressed', () => {
    fc.assert(
      fc.property(pressure, (facts) => {
        const until = slowUntil(facts);
        expect(until === undefined || until.getTime() - facts.lookedAt.getTime() === 3 * MINUTE_MS).toBe(true);
        const { usage: _usage, throttled = [], ...rest } = facts;
        const ofS3 = throttled.filter((each) => each.limit.of === 's3');
        expect(slowUntil({ ...rest, throttled: ofS3 })).toBeUndefined();
      }),
    );
  });

  it('no lag is put down to KMS without a control that was on time', () => {
    const lateControl = round.map((each) => ({ ...each, plain: { versionId: 'v', waitedMs: 6 * MINUTE_MS } }));
    fc.assert(
      fc.property(fc.array(lateControl), (rounds) => {
        const facts = { region: 'eu-west-1', lookedAt: LOOKED_AT, canaries: [{ link: aLink(), settings: {}, rounds }] };
        expect(delayByKms.run(facts)).toEqual([]);
      }),
    );
  });

  it('no lag is put down to KMS where a canary with SSE-KMS came in time in every second round', () => {
    const fine = round.map((each) => ({ ...each, kms: { versionId: 'v', waitedMs: 0, lagMs: MINUTE_MS } }));
    fc.assert(
      fc.property(fc.array(fc.tuple(round, fine)), (turns) => {
        const link = { link: aLink(), settings: {}, rounds: turns.flat() };
        expect(delayByKms.run({ region: 'eu-west-1', lookedAt: LOOKED_AT, canaries: [link] })).toEqual([]);
      }),
    );
  });
});
