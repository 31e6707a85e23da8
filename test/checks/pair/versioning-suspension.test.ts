import { describe, expect, it } from 'vitest';
import { versioningSuspension } from '../../../src/checks/pair/versioning-suspension.ts';
import { present } from '../../../src/model/observation.ts';
import { ABSENT, anOrdersLink, DENIED, SOURCE, somePair } from '../../support/pair-facts.ts';

const SUSPENDED = present({ status: 'Suspended', mfaDelete: false } as const);
const OFF = present({ status: 'Off', mfaDelete: false } as const);

describe('versioningSuspension', () => {
  it.each([
    ['versions on both sides', somePair(), []],
    ['a suspended destination', somePair({ destination: { versioning: SUSPENDED } }), ['violated orders-euw1']],
    ['a source that never had versions', somePair({ source: { versioning: OFF } }), ['violated orders-use1']],
    [
      'neither side',
      somePair({ source: { versioning: OFF }, destination: { versioning: OFF } }),
      ['violated orders-use1', 'violated orders-euw1'],
    ],
    [
      'a destination that may not be read',
      somePair({ destination: { versioning: DENIED } }),
      ['unverifiable orders-euw1'],
    ],
    ['no destination bucket', somePair({ destination: { versioning: ABSENT } }), ['violated orders-euw1']],
  ])('judges %s', (_, facts, expected) => {
    const found = versioningSuspension.run(facts);
    expect(
      found.map(({ verdict, subject }) => `${verdict} ${subject.kind === 'bucket' ? subject.bucket : ''}`),
    ).toEqual(expected);
    expect(versioningSuspension.applies(facts)).toBe(true);
  });

  it.each([
    [anOrdersLink(), '--create-bucket-configuration LocationConstraint=eu-west-1'],
    [anOrdersLink({ destination: { ...SOURCE, bucket: 'here' } }), '--bucket here --region us-east-1'],
  ])('creates a missing bucket in its Region', (link, expected) => {
    const [finding] = versioningSuspension.run(somePair({ link, destination: { versioning: ABSENT } }));
    expect(finding?.evidence).toEqual({ reason: 'no-such-bucket' });
    const [create, enable] = finding?.remedy?.commands ?? [];
    expect(create?.endsWith(expected)).toBe(true);
    expect(enable).toContain('Status=Enabled');
  });

  it('names the permission that is missing, and asks again after a throttle', () => {
    const [denied] = versioningSuspension.run(somePair({ source: { versioning: DENIED } }));
    expect(denied?.evidence).toMatchObject({ reason: 'access-denied', permission: 's3:GetBucketVersioning' });
    expect(denied?.retry).toBeUndefined();
    const throttled = { state: 'unreadable', reason: 'throttled' } as const;
    const [later] = versioningSuspension.run(somePair({ source: { versioning: throttled } }));
    expect(later?.retry).toBe(true);
  });
});
