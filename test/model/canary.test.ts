import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LifecycleRule } from '../../src/model/bucket-settings.ts';
import {
  type Canary,
  canaryKey,
  type CanaryRound,
  expiresCanaries,
  formatRounds,
  isCanary,
  parseRounds,
} from '../../src/model/canary.ts';
import { aLifecycleRule } from '../support/pair-facts.ts';
import { aLink } from '../support/pairs.ts';

const CLEARS: Partial<LifecycleRule> = { expiration: { days: 1 }, noncurrentExpiration: { days: 1 } };
const rule = (changes: Partial<LifecycleRule>): LifecycleRule => aLifecycleRule({ id: 'r', ...changes });

describe('expiresCanaries', () => {
  it.each<[string, readonly LifecycleRule[], boolean]>([
    ['a rule for the prefix clears them away', [rule({ prefix: 'holdfast-canary/', ...CLEARS })], true],
    ['so does one for the whole bucket', [rule({ prefix: '', ...CLEARS })], true],
    [
      'two rules share the work',
      [rule({ prefix: '', expiration: { days: 3 } }), rule({ prefix: 'hold', noncurrentExpiration: { days: 2 } })],
      true,
    ],
    ['old versions would pile up', [rule({ prefix: '', expiration: { days: 1 } })], false],
    ['the last version would stay', [rule({ prefix: '', noncurrentExpiration: { days: 1 } })], false],
    ['a rule that is off clears nothing', [rule({ enabled: false, prefix: '', ...CLEARS })], false],
    ['a rule for another prefix does not see them', [rule({ prefix: 'logs/', ...CLEARS })], false],
    ['a rule for a part of them is not enough', [rule({ prefix: 'holdfast-canary/0', ...CLEARS })], false],
    ['they have no tags', [rule({ prefix: '', tags: { a: 'b' }, ...CLEARS })], false],
    ['they are small', [rule({ prefix: '', largerThanBytes: 4_096, ...CLEARS })], false],
    ['there are no rules', [], false],
  ])('%s', (_title, rules, expected) => {
    expect(expiresCanaries(rules)).toBe(expected);
  });
});

it('keeps the canaries of a link apart from those of others, all under the prefix', () => {
  const keys = [aLink(), aLink({ name: 'other' })].flatMap((link) => [
    canaryKey(link, 'plain'),
    canaryKey(link, 'kms'),
  ]);
  expect(new Set(keys).size).toBe(4);
  expect(keys.every((key) => isCanary({ key }))).toBe(true);
});

describe('the note of rounds', () => {
  const canary: fc.Arbitrary<Canary> = fc.record(
    {
      versionId: fc.string({ unit: fc.constantFrom('a', '+', '%', ' ', '/', 'é', '😀', '"') }),
      waitedMs: fc.nat(),
      lagMs: fc.nat(),
      failed: fc.constant(true as const),
      heardMs: fc.nat(),
      unheardMs: fc.nat(),
    },
    { requiredKeys: ['versionId', 'waitedMs'] },
  );
  const round: fc.Arbitrary<CanaryRound> = fc.record(
    { writtenAt: fc.date({ noInvalidDate: true }), plain: canary, kms: canary, parts: canary },
    { requiredKeys: ['writtenAt', 'plain', 'kms'] },
  );

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(round), (rounds) => {
        expect(parseRounds(formatRounds(rounds))).toEqual(rounds);
      }),
    );
  });

  it.each([undefined, '{', '7'])('has none where it is %s', (note) => {
    expect(parseRounds(note)).toEqual([]);
  });
});
