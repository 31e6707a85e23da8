import { describe, expect, it } from 'vitest';
import { missingNotification } from '../../../src/checks/pair/missing-notification.ts';
import type { NotificationEntry } from '../../../src/model/bucket-settings.ts';
import { present } from '../../../src/model/observation.ts';
import { ABSENT, aNotification, anOrdersLink, DENIED, somePair } from '../../support/pair-facts.ts';
import { documentIn } from './document-in.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:signals';
const ALWAYS = [
  's3:ObjectCreated:*',
  's3:ObjectRemoved:*',
  's3:ObjectRestore:Completed',
  's3:ReducedRedundancyLostObject',
];
const OF_SOURCE = [...ALWAYS, 's3:Replication:*'];
const OWN = aNotification({ targetArn: QUEUE, events: OF_SOURCE });

function wired(entries: readonly NotificationEntry[], eventBridge = false) {
  const notifications = present({ entries, eventBridge });
  return somePair({ source: { notifications }, signals: { source: present(QUEUE) } });
}

const EACH = [
  ...['Put', 'Post', 'Copy', 'CompleteMultipartUpload'].map((name) => `s3:ObjectCreated:${name}`),
  's3:ObjectRemoved:*',
  's3:ObjectRestore:*',
  's3:ReducedRedundancyLostObject',
  's3:Replication:*',
];

describe('missingNotification', () => {
  it.each([
    ['every event', wired([OWN]), []],
    ['events one by one', wired([aNotification({ targetArn: QUEUE, events: EACH })]), []],
    [
      'events in several entries',
      wired(OF_SOURCE.map((event) => aNotification({ targetArn: QUEUE, events: [event] }))),
      [],
    ],
    ['nothing', wired([]), ['violated', OF_SOURCE]],
    ['another queue', wired([{ ...OWN, targetArn: 'arn:other' }]), ['violated', OF_SOURCE]],
    ['one prefix', wired([{ ...OWN, prefix: 'a/' }]), ['violated', OF_SOURCE]],
    ['one suffix', wired([{ ...OWN, suffix: '.jpg' }]), ['violated', OF_SOURCE]],
    [
      'uploads in one part only',
      wired([{ ...OWN, events: [...OF_SOURCE.slice(1), 's3:ObjectCreated:Put'] }]),
      ['violated', ['s3:ObjectCreated:*']],
    ],
    ['a topic', wired([{ ...OWN, kind: 'topic', targetArn: 'arn:topic' }]), ['unverifiable', OF_SOURCE]],
    ['EventBridge', wired([], true), ['violated', ['s3:ReducedRedundancyLostObject', 's3:Replication:*']]],
    [
      'EventBridge, and directly what it does not carry',
      wired([{ ...OWN, events: ['s3:ReducedRedundancyLostObject', 's3:Replication:*'] }], true),
      ['unverifiable', ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectRestore:Completed']],
    ],
    [
      'no configuration',
      somePair({ source: { notifications: ABSENT }, signals: { source: present(QUEUE) } }),
      ['violated', OF_SOURCE],
    ],
  ])('hears of %s', (_, facts, expected) => {
    const [finding] = missingNotification.run(facts);
    const [verdict, events] = expected;
    expect(finding?.verdict).toBe(verdict);
    const said = finding?.evidence['missing'] ?? finding?.evidence['undecided'];
    expect(said).toBe(Array.isArray(events) ? events.join(', ') : undefined);
    expect(missingNotification.applies(facts)).toBe(true);
  });

  it.each([
    ['no stack', somePair({ signals: { source: ABSENT, destination: ABSENT } }), false, []],
    ['a queue that nobody knows here', somePair(), false, []],
    ['a queue that may not be asked for', somePair({ signals: { destination: DENIED } }), true, ['sqs:ListQueues']],
    [
      'entries that may not be read',
      somePair({ source: { notifications: DENIED }, signals: { source: present(QUEUE) } }),
      true,
      ['s3:GetBucketNotification'],
    ],
    ['entries that were not asked for', somePair({ signals: { source: present(QUEUE) } }), true, []],
  ])('guesses nothing about %s', (_, facts, applies, permissions) => {
    const found = missingNotification.run(facts);
    expect(found.map(({ evidence }) => evidence['permission'])).toEqual(permissions);
    expect(found.every(({ verdict }) => verdict === 'unverifiable')).toBe(true);
    expect(missingNotification.applies(facts)).toBe(applies);
  });

  it('asks a destination for less, unless it replicates too', () => {
    const told = { destination: { notifications: present({ entries: [], eventBridge: false }) } };
    const signals = { destination: present(QUEUE) };
    const [one] = missingNotification.run(somePair({ ...told, signals }));
    expect(one?.evidence['missing']).toBe(ALWAYS.join(', '));
    const [two] = missingNotification.run(somePair({ link: anOrdersLink({ twoWay: true }), ...told, signals }));
    expect(two?.evidence['missing']).toBe(OF_SOURCE.join(', '));
  });

  it('adds one entry for everything, with changes that can be followed', () => {
    const other = aNotification({ id: 'other', targetArn: 'arn:other', events: ['s3:LifecycleTransition'] });
    const partly = aNotification({
      id: 'mine',
      targetArn: QUEUE,
      events: ['s3:ObjectCreated:Put', 's3:IntelligentTiering'],
      prefix: 'a/',
    });
    const [finding] = missingNotification.run(wired([other, partly]));
    expect(documentIn(finding?.remedy?.commands[0])).toEqual({
      QueueConfigurations: [
        { Id: 'other', QueueArn: 'arn:other', Events: ['s3:LifecycleTransition'] },
        {
          Id: 'mine',
          QueueArn: QUEUE,
          Events: [
            's3:IntelligentTiering',
            ...OF_SOURCE,
            's3:ObjectTagging:*',
            's3:ObjectAcl:Put',
            's3:ObjectRetention:Put',
          ],
        },
      ],
    });
    expect(finding?.remedy?.commands).toHaveLength(1);
  });

  it('counts what somebody saw EventBridge send to the queue, and leaves the rest undecided', () => {
    const notifications = present({ entries: [], eventBridge: true });
    const facts = somePair({ source: { notifications }, signals: { source: present(QUEUE) } });
    const silent = (bridged: readonly string[]) =>
      missingNotification.run({ ...facts, bridged: { source: bridged } }).map(({ evidence }) => evidence['missing']);
    expect(silent(['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectRestore:Completed'])).toEqual([
      's3:ReducedRedundancyLostObject, s3:Replication:*',
    ]);
  });

  it('goes round entries of others, which S3 would not let it overlap', () => {
    const other = aNotification({
      kind: 'function',
      targetArn: 'arn:f',
      events: ['s3:ObjectCreated:Put'],
      suffix: '.jpg',
    });
    const [finding] = missingNotification.run(wired([other]));
    expect(finding?.remedy?.commands).toEqual([`holdfast wire orders --bucket orders-use1 --only notifications`]);
    const named = 'arn:aws:sqs:us-east-1:111122223333:holdfast-pro-d-SignalsQueue-1A2B';
    const facts = { source: { notifications: present({ entries: [other], eventBridge: false }) } };
    const [staged] = missingNotification.run(somePair({ ...facts, signals: { source: present(named) } }));
    expect(staged?.remedy?.commands[0]).toContain('--stage pro-d ');
  });
});
