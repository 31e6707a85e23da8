import { describe, expect, it } from 'vitest';
import { parseReportedFinding } from '../../src/ingest/reported-finding.ts';

const OBJECT = { bucket: 'orders-use1', region: 'us-east-1', key: 'a b+é😀', versionId: 'v1' };
const REPLICA = { bucket: 'orders-euw1', region: 'eu-west-1' };
const AT = '2026-11-02T08:15:30.000Z';
const FOUND = { bucket: 'orders-use1', key: 'a b+é😀', versionId: 'v1', isPrefix: false };

const parse = (line: unknown) => parseReportedFinding(JSON.stringify(line));

describe('a line of a report', () => {
  it('of an audit has its object, its replica and when the version was modified', () => {
    const line = { kind: 'finding', code: 'replica-missing', object: OBJECT, replica: REPLICA, lastModifiedAt: AT };
    expect(parse(line)).toEqual({
      code: 'replica-missing',
      ...FOUND,
      replicaBucket: 'orders-euw1',
      since: new Date(AT),
      line,
    });
  });

  const subject = { kind: 'object-version', object: OBJECT };
  const data = { code: 'replication-failed', subject, evidence: { destinationBucket: 'orders-euw1' } };
  const alert = { specversion: '1.0', data };

  it.each([
    ['an alert', alert],
    ['an alert in the envelope of SNS', { Type: 'Notification', Message: JSON.stringify(alert) }],
  ])('of %s is the alert itself', (_, line) => {
    const found = { code: 'replication-failed', ...FOUND, replicaBucket: 'orders-euw1', line: alert };
    expect(parse(line)).toEqual(found);
  });

  it.each([
    ['every key that begins so', { kind: 'prefix', bucket: 'b', prefix: 'in/' }, 'in/'],
    ['every key of a bucket', { kind: 'bucket', bucket: 'b' }, ''],
  ])('can be about %s', (_, about, key) => {
    expect(parse({ code: 'mass-delete', subject: about })).toMatchObject({ bucket: 'b', key, isPrefix: true });
  });

  it('can be about an object without a version', () => {
    const { versionId: _, ...current } = OBJECT;
    expect(parse({ code: 'object-lost', subject: { object: current } })).not.toHaveProperty('versionId');
  });

  it.each<[string, unknown]>([
    ['a shard', { kind: 'shard', shard: 0 }],
    ['a list', [1]],
    ['a number', 7],
    ['nothing', null],
    ['a message of something else', { Message: 'hello' }],
    ['a finding about a key of KMS', { code: 'kms-throttled', subject: { kind: 'kms-key', keyArn: 'arn' } }],
    ['a finding about a prefix of nowhere', { code: 'mass-delete', subject: { kind: 'prefix' } }],
    ['an object without a bucket', { code: 'object-lost', object: { key: 'a' } }],
    ['an object without a key', { code: 'object-lost', object: { bucket: 'a' } }],
    ['a code that is none', { code: 7, object: OBJECT }],
  ])('is none of ours where it is %s', (_, line) => {
    expect(parse(line)).toBeUndefined();
  });

  it('that is no JSON is refused', () => {
    expect(() => parseReportedFinding('hello')).toThrow(SyntaxError);
  });
});
