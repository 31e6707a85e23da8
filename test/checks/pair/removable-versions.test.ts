import { describe, expect, it } from 'vitest';
import { removableVersions } from '../../../src/checks/pair/removable-versions.ts';
import { present } from '../../../src/model/observation.ts';
import { ABSENT, DENIED, somePair } from '../../support/pair-facts.ts';

const PROTECTED = present({ status: 'Enabled', mfaDelete: true } as const);
const SUSPENDED = present({ status: 'Suspended', mfaDelete: false } as const);

describe('removableVersions', () => {
  it.each([
    ['lifecycle rules, beside which there is no MFA delete', somePair(), false, []],
    ['neither', somePair({ source: { lifecycle: ABSENT } }), true, ['violated']],
    ['MFA delete', somePair({ source: { lifecycle: ABSENT, versioning: PROTECTED } }), true, []],
    ['Object Lock', somePair({ source: { lifecycle: ABSENT, objectLock: present({ enabled: true }) } }), true, []],
    [
      'Object Lock that is off',
      somePair({ source: { lifecycle: ABSENT, objectLock: present({ enabled: false }) } }),
      true,
      ['violated'],
    ],
    ['no versions', somePair({ source: { lifecycle: ABSENT, versioning: SUSPENDED } }), false, []],
    [
      'both sides',
      somePair({ source: { lifecycle: ABSENT }, destination: { lifecycle: ABSENT } }),
      true,
      ['violated', 'violated'],
    ],
    ['a lifecycle that may not be read', somePair({ source: { lifecycle: DENIED } }), true, ['unverifiable']],
    ['the same, with MFA delete', somePair({ source: { lifecycle: DENIED, versioning: PROTECTED } }), true, []],
    [
      'a lock that may not be read',
      somePair({ source: { lifecycle: ABSENT, objectLock: DENIED } }),
      true,
      ['unverifiable'],
    ],
  ])('judges %s', (_, facts, applies, expected) => {
    const found = removableVersions.run(facts);
    expect(found.map(({ verdict }) => verdict)).toEqual(expected);
    expect(found.every(({ code }) => code === 'mfa-delete-off')).toBe(true);
    expect(removableVersions.applies(facts)).toBe(applies);
  });

  it('says nothing where the lock was not asked for', () => {
    const { objectLock: _, ...source } = somePair({ source: { lifecycle: ABSENT } }).source;
    expect(removableVersions.run({ ...somePair(), source })).toEqual([]);
  });
});
