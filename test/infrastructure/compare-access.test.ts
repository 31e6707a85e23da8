import { describe, expect, it } from 'vitest';
import { compareAccess, type RoleStatement } from './compare-access.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:looks';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1';
const VIA = 'kms:ViaService=s3.eu-west-1.amazonaws.com';

const SEND: RoleStatement = { Sid: 'Send', Action: 'sqs:SendMessage', Resource: QUEUE };
const DECRYPT: RoleStatement = {
  Sid: 'Keys',
  Action: ['kms:Decrypt'],
  Resource: [KEY],
  Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
};

const asked = [
  { role: 'reader', action: 'sqs:SendMessage', resource: QUEUE, conditions: [], byRole: 'allow' },
  { role: 'reader', action: 'kms:Decrypt', resource: KEY, conditions: [VIA], byRole: 'allow' },
  { role: 'somebody else', action: 's3:PutObject', resource: 'arn:aws:s3:::x/y', conditions: [], byRole: 'silent' },
] as const;

describe('what a role may do and what it is asked for', () => {
  it.each<[string, readonly RoleStatement[], readonly string[], readonly string[]]>([
    ['are the same', [SEND, DECRYPT], [], []],
    ['differ by a statement that is gone', [DECRYPT], [`reader: sqs:SendMessage on ${QUEUE}`], []],
    [
      'differ by an action that nobody asks for',
      [{ ...SEND, Action: ['sqs:SendMessage', 'sqs:PurgeQueue'] }, DECRYPT],
      [],
      ['reader: Send sqs:PurgeQueue'],
    ],
    [
      'differ by a resource that nobody asks for',
      [{ ...SEND, Resource: [QUEUE, `${QUEUE}2`] }, DECRYPT],
      [],
      [`reader: Send ${QUEUE}2`],
    ],
    [
      'differ by a value of a condition that nobody comes with',
      [SEND, { ...DECRYPT, Condition: { StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com', 'x'] } } }],
      [],
      ['reader: Keys kms:ViaService=x'],
    ],
  ])('%s', (_, statements, missing, unused) => {
    expect(compareAccess(new Map([['reader', statements]]), asked)).toEqual({ missing, unused });
  });

  it('differ where only the policy of the resource allowed it', () => {
    const silent = { ...asked[0], byRole: 'silent' } as const;
    const { missing } = compareAccess(new Map([['reader', [SEND]]]), [silent]);
    expect(missing).toEqual([`reader: sqs:SendMessage on ${QUEUE}`]);
  });
});
