import { describe, expect, it } from 'vitest';
import { parseTrail } from '../../src/ingest/cloudtrail.ts';
import { isThrottle } from '../../src/model/access-record.ts';
import { trailRecord } from '../support/log-lines.ts';

const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/0a0a0a0a-1111-2222-3333-444455556666';
const MRAP = 'arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap';

const parse = (...Records: readonly unknown[]) => parseTrail(JSON.stringify({ Records }));
const only = (changes: Readonly<Record<string, unknown>>) => parse(trailRecord(changes))?.records[0];

describe('a file of CloudTrail', () => {
  it('says who did what to which version', () => {
    expect(parse(trailRecord())).toEqual({
      unreadable: 0,
      records: [
        {
          source: 'cloudtrail',
          at: new Date('2026-11-02T08:15:30Z'),
          kind: 'remove',
          operation: 'DeleteObject',
          bucket: 'orders-use1',
          key: 'a b',
          versionId: 'v1',
          otherKeys: [],
          requester: 'arn:aws:sts::111122223333:assumed-role/clean-up/s',
          remoteIp: '203.0.113.17',
          userAgent: 'aws-cli/2',
          requestId: 'R1',
        },
      ],
    });
  });

  it('knows routes, access points and operations that nobody listed', () => {
    expect(only({ eventName: 'PutObject', resources: [{ ARN: MRAP }, 7] })).toMatchObject({ accessPointArn: MRAP });
    const parameters = { mrap: MRAP };
    expect(
      only({
        eventName: 'SubmitMultiRegionAccessPointRoutes',
        requestParameters: parameters,
        userIdentity: { accountId: '1' },
      }),
    ).toMatchObject({ kind: 'routes', bucket: MRAP, requester: '1' });
    expect(only({ eventName: 'OfTheFuture', requestParameters: { bucketName: 'b' } })).toMatchObject({ kind: 'other' });
  });

  it.each([
    ['object', 'arn:aws:s3:::orders-use1/a b', { bucket: 'orders-use1', key: 'a b' }],
    ['bucket, with a bucket key', 'arn:aws:s3:::orders-use1', { bucket: 'orders-use1' }],
  ])('knows which %s KMS was asked for', (_, context, place) => {
    const record = only({
      eventSource: 'kms.amazonaws.com',
      eventName: 'Decrypt',
      errorCode: 'ThrottlingException',
      requestParameters: { encryptionContext: { 'aws:s3:arn': context } },
      resources: [{ ARN: KEY_ARN }],
    });
    expect(record).toMatchObject({ ...place, kms: { keyArn: KEY_ARN } });
    expect(record && isThrottle(record)).toBe(true);
  });

  it('knows that KMS refused where it does not say which key', () => {
    const requestParameters = { encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::b' } };
    expect(only({ eventSource: 'kms.amazonaws.com', requestParameters })).toMatchObject({ kms: {} });
  });

  it.each([
    ['of another service', { eventSource: 'ec2.amazonaws.com' }],
    ['about no bucket', { requestParameters: null }],
    ['of KMS for somebody else', { eventSource: 'kms.amazonaws.com' }],
  ])('leaves out records %s', (_, changes) => {
    expect(parse(trailRecord(changes))).toEqual({ records: [], unreadable: 0 });
  });

  it('counts what is no record', () => {
    expect(parse(trailRecord(), 'text', { eventTime: 'never' })?.unreadable).toBe(2);
    expect(parse(trailRecord({ eventTime: undefined }), trailRecord({ eventName: 7 }))?.unreadable).toBe(2);
  });

  it('may prove other files, and has no records then', () => {
    expect(parseTrail('{"digestEndTime":"2026-11-02T08:15:30Z"}')).toEqual({ records: [], unreadable: 0 });
  });

  it.each(['', 'text', '[]', '{}', '{"Records":{}}'])('is none when it is %j', (text) => {
    expect(parseTrail(text)).toBeUndefined();
  });
});
