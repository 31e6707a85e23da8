import { describe, expect, it } from 'vitest';
import { proposeCanaries, proposeReplication } from '../../src/policy/proposed-setting.ts';

const AT = { bucket: 'orders-use1', region: 'us-east-1' };
const TO = { Bucket: 'arn:aws:s3:::orders-euw1', StorageClass: 'STANDARD_IA' };
const ON = { Status: 'Enabled' };
const configuration = (...rules: readonly object[]) => ({ Role: 'arn:aws:iam::1:role/r', Rules: rules });
const rule = (destination: object, change: object = {}) => ({
  ID: 'a',
  ...ON,
  Priority: 1,
  Destination: destination,
  ...change,
});

describe('proposeReplication', () => {
  it.each<[string, object, 'metrics' | 'rtc', object | undefined]>([
    ['metrics where there are none', rule(TO), 'metrics', rule({ ...TO, Metrics: ON })],
    [
      'metrics where they are disabled',
      rule({ ...TO, Metrics: { Status: 'Disabled' } }),
      'metrics',
      rule({ ...TO, Metrics: ON }),
    ],
    ['no metrics where they are on', rule({ ...TO, Metrics: ON }), 'metrics', undefined],
    ['nothing for a rule that is disabled', rule(TO, { Status: 'Disabled' }), 'rtc', undefined],
    ['no second Replication Time Control', rule({ ...TO, ReplicationTime: ON }), 'rtc', undefined],
    [
      'metrics for a rule that says nothing of its destination',
      { ...ON },
      'metrics',
      { ...ON, Destination: { Metrics: ON } },
    ],
    [
      'Replication Time Control with its metrics',
      rule({ ...TO, Metrics: ON }),
      'rtc',
      rule({
        ...TO,
        ReplicationTime: { ...ON, Time: { Minutes: 15 } },
        Metrics: { ...ON, EventThreshold: { Minutes: 15 } },
      }),
    ],
  ])('proposes %s', (_, before, proposal, after) => {
    const proposed = proposeReplication(AT, configuration(before), proposal);
    expect(proposed?.document).toEqual(after === undefined ? undefined : configuration(after));
  });

  it('says what it costs', () => {
    expect(proposeReplication(AT, configuration(rule(TO)), 'metrics')?.costs).toContain('$1.20 a month');
    expect(proposeReplication(AT, configuration(rule(TO)), 'rtc')?.costs).toContain('$0.015 for each replicated GB');
  });

  it('proposes nothing where nothing is replicated', () => {
    expect(proposeReplication(AT, {}, 'metrics')).toBeUndefined();
  });
});

describe('proposeCanaries', () => {
  it('adds its rule to those that are there, and keeps what the API says beside them', () => {
    const rules = [{ ID: 'abort', ...ON }];
    const minimum = { TransitionDefaultMinimumObjectSize: 'varies_by_storage_class' };
    const { document, command } = proposeCanaries(AT, { Rules: rules, ...minimum }) ?? {};
    expect(document).toMatchObject({ ...minimum, Rules: [{ ID: 'abort' }, { ID: 'holdfast-canaries' }] });
    expect(command).toContain('--transition-default-minimum-object-size varies_by_storage_class');
    expect(command).not.toContain('TransitionDefaultMinimumObjectSize');
  });

  it('is the first rule of a bucket without any', () => {
    const { document, command } = proposeCanaries(AT, {}) ?? {};
    expect(document).toMatchObject({ Rules: [{ Filter: { Prefix: 'holdfast-canary/' }, Expiration: { Days: 1 } }] });
    expect(command).not.toContain('minimum');
  });

  it('leaves a rule of its name alone', () => {
    expect(proposeCanaries(AT, { Rules: [{ ID: 'holdfast-canaries' }] })).toBeUndefined();
  });
});
