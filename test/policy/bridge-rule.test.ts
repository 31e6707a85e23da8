import { describe, expect, it } from 'vitest';
import { bridgedEvents, bridgeRule, isTurnedOnByUs, listensTo, ruleName } from '../../src/policy/bridge-rule.ts';

const AT = { bucket: 'orders-use1', region: 'us-east-1' };
const from = (pattern: unknown, enabled = true) => ({
  name: 'r',
  pattern: typeof pattern === 'string' ? pattern : JSON.stringify(pattern),
  description: '',
  enabled,
  targets: [],
});

describe('ruleName', () => {
  it('names stage and bucket, in at most 64 characters', () => {
    expect(ruleName({ stage: 'dev', bucket: 'orders-use1' })).toBe('holdfast-dev-orders-use1');
    const [a, b] = ['a', 'b'].map((end) => ruleName({ stage: 'production', bucket: `${'x'.repeat(62)}${end}` }));
    expect(a).toMatch(/^holdfast-production-x+-[0-9a-f]{8}$/);
    expect([a?.length, a === b]).toEqual([64, false]);
  });
});

describe('bridgeRule', () => {
  it('asks for the events of one bucket, by the names that EventBridge has for them', () => {
    const events = ['s3:ObjectCreated:*', 's3:ObjectTagging:*', 's3:Replication:*'];
    const { pattern = '', targets } = bridgeRule({ at: AT, stage: 'dev', queueArn: 'q' }, { events, turnedOn: true });
    expect(JSON.parse(pattern)).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created', 'Object Tags Added', 'Object Tags Deleted'],
      detail: { bucket: { name: ['orders-use1'] } },
    });
    expect(targets).toEqual(['q']);
  });

  it.each([true, false])('remembers whether EventBridge was switched on: %s', (turnedOn) => {
    const rule = bridgeRule({ at: AT, stage: 'dev', queueArn: 'q' }, { events: [], turnedOn });
    expect(isTurnedOnByUs(rule)).toBe(turnedOn);
  });

  it('of which there is none remembers nothing', () => {
    expect(isTurnedOnByUs(undefined)).toBe(false);
  });
});

describe('bridgedEvents', () => {
  const events = ['s3:ObjectCreated:*', 's3:ObjectTagging:*'];
  const made = bridgeRule({ at: AT, stage: 'dev', queueArn: 'q' }, { events, turnedOn: false });
  const to = { bucket: 'orders-use1', queueArn: 'q' };

  it('are those that the rule was made for', () => {
    expect(bridgedEvents(made, to)).toEqual(events);
  });

  it.each<[string, object]>([
    ['is disabled', { enabled: false }],
    ['sends elsewhere', { targets: ['other'] }],
    ['is about another bucket', { pattern: made.pattern?.replace('orders-use1', 'orders-euw1') }],
    ['is about another service', { pattern: made.pattern?.replace('aws.s3', 'aws.ec2') }],
    ['names no kind', { pattern: made.pattern?.replace('detail-type', 'detail-kind') }],
    ['has no pattern', { pattern: undefined }],
  ])('are none of a rule that %s', (_, change) => {
    expect(bridgedEvents({ ...made, ...change }, to)).toEqual([]);
  });
});

describe('listensTo', () => {
  it.each<[string, ReturnType<typeof from>, boolean]>([
    ['names the bucket', from({ source: ['aws.s3'], detail: { bucket: { name: ['x', 'orders-use1'] } } }), true],
    ['names S3 only', from({ source: ['aws.s3'] }), true],
    ['names nothing that excludes it', from({ 'detail-type': ['Object Created'] }), true],
    [
      'names it by a condition',
      from({ source: [{ prefix: 'aws.' }], detail: { bucket: { name: [{ prefix: 'a' }] } } }),
      true,
    ],
    ['is not JSON that we know', from('{"source":'), true],
    ['is not an object', from('[]'), true],
    ['names another service', from({ source: ['aws.ec2'] }), false],
    ['names another bucket', from({ source: ['aws.s3'], detail: { bucket: { name: ['other'] } } }), false],
    ['has no detail but a text', from({ source: ['aws.s3'], detail: 'x' }), true],
    ['is disabled', from({ source: ['aws.s3'] }, false), false],
    ['is a schedule', { name: 'r', description: '', enabled: true, targets: [] } as never, false],
  ])('a rule that %s', (_, rule, expected) => {
    expect(listensTo(rule, 'orders-use1')).toBe(expected);
  });
});
