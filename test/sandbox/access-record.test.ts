import { describe, expect, it } from 'vitest';
import { createAccessControl } from '../../src/sandbox/iam/access.ts';
import { createAccessRecord } from '../../src/sandbox/iam/access-record.ts';
import { parsePolicy } from '../../src/sandbox/iam/policy.ts';

const ROLE = 'arn:aws:iam::111122223333:role/reader';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1';
const VIA = 's3.eu-west-1.amazonaws.com';
const principal = { accessKeyId: 'x', account: '111122223333', arn: ROLE };

function recorded() {
  const record = createAccessRecord();
  const access = createAccessControl('111122223333', record);
  const Statement = [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: ['arn:aws:s3:::orders/*', 'arn:aws:s3:::other/*'] },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY, Condition: { StringEquals: { 'kms:ViaService': VIA } } },
    { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' },
  ];
  access.setRole(ROLE, parsePolicy({ Statement }, 'test'));
  const ask = (action: string, resource: string, context = {}): boolean =>
    access.isAllowed({ principal, region: 'eu-west-1', action, resource, context });
  return { record, access, ask };
}

describe('the record of access', () => {
  it('counts by the words of the policy, however many objects are asked for', () => {
    const { record, ask } = recorded();
    for (const key of ['a', 'b', 'é～😀']) ask('s3:GetObject', `arn:aws:s3:::orders/${key}`);
    ask('kms:Decrypt', KEY, { 'kms:ViaService': VIA });
    const common = { role: 'reader', region: 'eu-west-1', byRole: 'allow' };
    expect(record.counts()).toEqual([
      { ...common, action: 's3:GetObject', resource: 'arn:aws:s3:::orders/*', conditions: [], count: 3 },
      { ...common, action: 'kms:Decrypt', resource: KEY, conditions: [`kms:ViaService=${VIA}`], count: 1 },
    ]);
  });

  it.each([
    ['nobody allows', 's3:GetObject', 'arn:aws:s3:::third/a', 'silent'],
    ['a condition does not hold for', 'kms:Decrypt', KEY, 'silent'],
    ['somebody denies', 's3:DeleteObject', 'arn:aws:s3:::orders/a', 'deny'],
  ])('names what %s', (_, action, resource, byRole) => {
    const { record, ask } = recorded();
    expect(ask(action, resource)).toBe(false);
    expect(record.counts()).toMatchObject([{ action, resource, byRole, conditions: [], count: 1 }]);
  });

  it('is bounded, whatever is refused, and says nothing of administrators', () => {
    const { record, access, ask } = recorded();
    for (let key = 0; key < 1_100; key += 1) ask('s3:GetObject', `arn:aws:s3:::third/${key}`);
    const admin = { ...principal, arn: 'arn:aws:iam::111122223333:user/admin' };
    access.isAllowed({ principal: admin, region: 'eu-west-1', action: 's3:GetObject', resource: '*' });
    expect(record.counts()).toHaveLength(1_001);
    expect(record.counts().at(-1)).toMatchObject({ resource: '*', count: 100 });
    record.reset();
    expect(record.counts()).toEqual([]);
  });
});
