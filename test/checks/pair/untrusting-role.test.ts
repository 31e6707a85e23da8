import { describe, expect, it } from 'vitest';
import { untrustingRole } from '../../../src/checks/pair/untrusting-role.ts';
import { present } from '../../../src/model/observation.ts';
import { ABSENT, aRole, DENIED, ROLE, somePair, unknownPair } from '../../support/pair-facts.ts';
import { documentIn } from './document-in.ts';

function trusting(Principal: object, more: object = {}) {
  const statement = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more };
  const trust = present(JSON.stringify({ Version: '2012-10-17', Id: 'mine', Statement: [statement] }));
  return somePair({ role: aRole({ trust }) });
}

const S3 = { Service: 's3.amazonaws.com' };
const account = (id: string) => ({ Condition: { StringEquals: { 'aws:SourceAccount': id } } });

describe('untrustingRole', () => {
  it.each([
    ['S3', trusting(S3), []],
    ['S3 for this account', trusting(S3, account('111122223333')), []],
    ['S3 for another account', trusting(S3, account('444455556666')), ['violated']],
    ['Lambda', trusting({ Service: 'lambda.amazonaws.com' }), ['violated']],
    [
      'S3 under an unknown condition',
      trusting(S3, { Condition: { StringEquals: { 'aws:SourceOrgID': 'o' } } }),
      ['unverifiable'],
    ],
    ['nobody', trusting(S3, { Effect: 'Deny' }), ['violated']],
    ['whom we may not know', somePair({ role: aRole({ trust: DENIED }) }), ['unverifiable']],
  ])('hears of a role that trusts %s', (_, facts, expected) => {
    expect(untrustingRole.run(facts).map(({ verdict }) => verdict)).toEqual(expected);
    expect(untrustingRole.applies(facts)).toBe(true);
  });

  it.each([
    ['there is no role', somePair({ role: aRole({ trust: ABSENT }) })],
    ['nobody asked', unknownPair()],
  ])('does not ask where %s', (_, facts) => {
    expect([untrustingRole.applies(facts), untrustingRole.run(facts)]).toEqual([false, []]);
  });

  it('adds S3 beside those that are trusted', () => {
    const [finding] = untrustingRole.run(trusting({ Service: 'lambda.amazonaws.com' }));
    expect(finding?.evidence).toEqual({ role: ROLE, where: 'trust policy', lacks: 'sts:AssumeRole' });
    expect(documentIn(finding?.remedy?.commands[0])).toMatchObject({
      Id: 'mine',
      Statement: [{ Principal: { Service: 'lambda.amazonaws.com' } }, { Principal: S3 }],
    });
    expect(JSON.parse(finding?.remedy?.statement ?? '')).toMatchObject({ Principal: S3 });
  });

  it('has no command against a deny', () => {
    const [finding] = untrustingRole.run(trusting(S3, { Effect: 'Deny' }));
    expect(finding?.remedy?.commands).toEqual([]);
  });

  it('names the permission that is missing', () => {
    const [finding] = untrustingRole.run(somePair({ role: aRole({ trust: DENIED }) }));
    expect(finding?.evidence).toMatchObject({ reason: 'access-denied', permission: 'iam:GetRole' });
  });
});
