import { describe, expect, it } from 'vitest';
import { unexpectedDestination } from '../../../src/checks/pair/unexpected-destination.ts';
import {
  ACCOUNT,
  anOrdersLink,
  aReplicationRule,
  DENIED,
  DESTINATION,
  OTHER_ACCOUNT,
  rules,
  SOURCE,
  somePair,
} from '../../support/pair-facts.ts';
import { documentIn } from './document-in.ts';

const STRAY = aReplicationRule({ id: 'stray', destinationBucket: 'elsewhere', priority: 2 });
const BACK = aReplicationRule({ id: 'back', destinationBucket: SOURCE.bucket });

describe('unexpectedDestination', () => {
  it.each([
    ['what is meant', somePair(), []],
    ['another bucket', somePair({ source: rules(aReplicationRule(), STRAY) }), ['violated orders-use1 elsewhere']],
    ['an idle rule', somePair({ source: rules({ ...STRAY, enabled: false }) }), []],
    ['a destination that sends on', somePair({ destination: rules(STRAY) }), ['violated orders-euw1 elsewhere']],
    ['a destination that sends back', somePair({ destination: rules(BACK) }), ['violated orders-euw1 orders-use1']],
    ['a two-way pair', somePair({ link: anOrdersLink({ twoWay: true }), destination: rules(BACK) }), []],
    [
      'another destination of the configuration',
      somePair({
        source: rules(aReplicationRule(), STRAY),
        intended: { source: [DESTINATION, { ...DESTINATION, bucket: 'elsewhere' }], destination: [] },
      }),
      [],
    ],
    ['the account that is meant', somePair({ source: rules(aReplicationRule({ destinationAccount: ACCOUNT })) }), []],
    [
      'another account',
      somePair({ source: rules(aReplicationRule({ destinationAccount: OTHER_ACCOUNT })) }),
      ['violated orders-use1 orders-euw1'],
    ],
    [
      'a destination that may not be read',
      somePair({ destination: { replication: DENIED } }),
      ['unverifiable orders-euw1 '],
    ],
    ['a source that may not be read, which is said elsewhere', somePair({ source: { replication: DENIED } }), []],
  ])('judges %s', (_, facts, expected) => {
    const found = unexpectedDestination.run(facts).map(({ verdict, subject, evidence }) => {
      return `${verdict} ${subject.kind === 'bucket' ? subject.bucket : ''} ${evidence['destinationBucket'] ?? ''}`;
    });
    expect(found).toEqual(expected);
    expect(unexpectedDestination.applies(facts)).toBe(true);
  });

  it('removes all rules to that bucket, and only those', () => {
    const second = { ...STRAY, id: 'stray too', priority: 3, destinationAccount: OTHER_ACCOUNT };
    const [finding] = unexpectedDestination.run(somePair({ source: rules(STRAY, aReplicationRule(), second) }));
    expect(finding?.evidence).toEqual({
      destinationBucket: 'elsewhere',
      rules: 'stray, stray too',
      destinationAccount: OTHER_ACCOUNT,
    });
    expect(documentIn(finding?.remedy?.commands[0])).toMatchObject({ Rules: [{ ID: 'r1' }] });
    const [only] = unexpectedDestination.run(somePair({ source: rules(STRAY) }));
    expect(only?.remedy?.commands).toEqual([
      'aws s3api delete-bucket-replication --bucket orders-use1 --region us-east-1',
    ]);
  });
});
