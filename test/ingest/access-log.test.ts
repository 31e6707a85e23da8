import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccessLogLine } from '../../src/ingest/access-log.ts';
import { isDone, isRefusedUpload, isThrottle } from '../../src/model/access-record.ts';
import { accessLine } from '../support/log-lines.ts';

describe('a line of a server access log', () => {
  it('says who did what to which version, and how it ended', () => {
    const record = parseAccessLogLine(
      accessLine({
        operation: 'REST.GET.OBJECT',
        field: '2026/11/invoice%2B0042.pdf',
        status: '503',
        error: 'SlowDown',
      }),
    );
    expect(record).toEqual({
      source: 'access-log',
      at: new Date('2026-11-02T08:15:30Z'),
      kind: 'read',
      operation: 'REST.GET.OBJECT',
      bucket: 'orders-use1',
      key: '2026/11/invoice+0042.pdf',
      otherKeys: [],
      versionId: 'x3Jt9QmV7f',
      requester: 'arn:aws:sts::111122223333:assumed-role/ingest/s',
      remoteIp: '203.0.113.17',
      userAgent: 'aws-sdk-js/3.1169.0',
      requestId: '8F1D0E5A7B3C9A42',
      status: 503,
      errorCode: 'SlowDown',
    });
    expect(record && [isThrottle(record), isDone(record), isRefusedUpload(record)]).toEqual([true, false, false]);
  });

  it.each([
    ['REST.PUT.OBJECT', 'write'],
    ['REST.COPY.OBJECT', 'write'],
    ['REST.POST.UPLOAD', 'write'],
    ['REST.PUT.PART', 'write'],
    ['REST.COPY.OBJECT_GET', 'read'],
    ['REST.HEAD.OBJECT', 'read'],
    ['REST.DELETE.OBJECT', 'remove'],
    ['BATCH.DELETE.OBJECT', 'remove'],
    ['S3.EXPIRE.OBJECT', 'expire'],
    ['S3.CREATE.DELETEMARKER', 'expire'],
    ['REST.GET.BUCKET', 'list'],
    ['REST.GET.VERSIONING', 'other'],
  ])('%s is %s', (operation, kind) => {
    expect(parseAccessLogLine(accessLine({ operation }))?.kind).toBe(kind);
  });

  it.each([
    ['encoded once', 'a%20b', 'GET /a%20b HTTP/1.1'],
    ['encoded twice', 'a%2520b', 'GET /a%20b HTTP/1.1'],
    ['asked for by path', 'a%2520b', 'GET /orders-use1/a%20b?versionId=x HTTP/1.1'],
  ])('has a key that is %s, as the request line shows', (_, field, uri) => {
    expect(parseAccessLogLine(accessLine({ field, uri }))).toMatchObject({ key: 'a b', otherKeys: [] });
  });

  it('has every reading of a key that no request line names', () => {
    expect(parseAccessLogLine(accessLine({ field: 'a', uri: '-' }))?.key).toBe('a');
    const record = parseAccessLogLine(accessLine({ field: 'a%252Bb', uri: 'POST /orders-use1?delete HTTP/1.1' }));
    expect(record).toMatchObject({ key: 'a%2Bb', otherKeys: ['a+b', 'a%252Bb'] });
  });

  it('leaves a key alone whose escapes are no UTF-8', () => {
    expect(parseAccessLogLine(accessLine({ field: '%ff%', uri: 'GET /%ff% HTTP/1.1' }))).toMatchObject({ key: '%ff%' });
  });

  it('is about a bucket, or by nobody, where fields say nothing', () => {
    const record = parseAccessLogLine(
      accessLine({ field: '-', requester: '-', status: '-', operation: 'REST.GET.BUCKET' }),
    );
    expect(record).not.toHaveProperty('key');
    expect(record).not.toHaveProperty('requester');
    expect(record && isDone(record)).toBe(true);
  });

  it('knows the access point, and tolerates quotes in a user agent and fields of the future', () => {
    const arn = 'arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap';
    const line = accessLine({ userAgent: 'say "hi" - 1.0', accessPoint: arn, rest: ' Yes us-east-1 new newer' });
    expect(parseAccessLogLine(line)).toMatchObject({ userAgent: 'say "hi" - 1.0', accessPointArn: arn });
  });

  it('of former times ends after the TLS version', () => {
    const line = accessLine({}).split(' ').slice(0, -2).join(' ');
    expect(parseAccessLogLine(line)).toMatchObject({ kind: 'read' });
  });

  it.each([
    ['empty', ''],
    ['of another log', '127.0.0.1 - - [02/Nov/2026:08:15:30 +0000] "GET / HTTP/1.1" 200 5'],
    ['without a time', accessLine({ time: 'yesterday' })],
    ['of an impossible month', accessLine({ time: '02/Foo/2026:08:15:30 +0000' })],
    ['of an impossible hour', accessLine({ time: '02/Nov/2026:99:15:30 +0000' })],
    ['too long', accessLine({ field: 'x'.repeat(70_000) })],
  ])('is none when it is %s', (_, line) => {
    expect(parseAccessLogLine(line)).toBeUndefined();
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        expect(() => parseAccessLogLine(line)).not.toThrow();
      }),
    );
  });
});
