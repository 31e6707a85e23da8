import { describe, expect, it } from 'vitest';
import { wantedEvents } from '../../src/model/signals.ts';
import type { DocumentEntry, EventRule, NotificationDocument } from '../../src/model/wiring.ts';
import { bridgeRule } from '../../src/policy/bridge-rule.ts';
import { isPending, planWiring, type WiringPlan, type WiringQuestion } from '../../src/policy/wiring.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:holdfast-dev-SignalsQueue-X';
const AT = { bucket: 'orders-use1', region: 'us-east-1' };
const WANTED = wantedEvents(true);
const DESTINATION = wantedEvents(false);

function ask(document: NotificationDocument, change: Partial<WiringQuestion> = {}): WiringQuestion {
  return { at: AT, stage: 'dev', queueArn: QUEUE, wanted: WANTED, canBridge: true, document, listeners: [], ...change };
}

function taken(...events: readonly string[]): DocumentEntry {
  return { Id: 'theirs', QueueArn: 'arn:aws:sqs:us-east-1:111122223333:theirs', Events: events };
}

const ours = (events: readonly string[], change: Partial<DocumentEntry> = {}): DocumentEntry => ({
  Id: 'holdfast-dev-signals',
  QueueArn: QUEUE,
  Events: events,
  ...change,
});

const rule = (turnedOn: boolean, events: readonly string[] = ['s3:ObjectCreated:*']): EventRule =>
  bridgeRule({ at: AT, stage: 'dev', queueArn: QUEUE }, { events, turnedOn });

const namesOf = (list: readonly { readonly event: string }[]): readonly string[] => list.map(({ event }) => event);

describe('planWiring', () => {
  it.each<[string, NotificationDocument, readonly string[], readonly string[], readonly string[]]>([
    ['nobody else is told', {}, WANTED, [], []],
    ['others have other events', { TopicConfigurations: [taken('s3:LifecycleTransition')] }, WANTED, [], []],
    [
      'others have new objects, whatever their filter',
      { LambdaFunctionConfigurations: [{ ...taken('s3:ObjectCreated:Put'), Filter: { Key: {} } }] },
      WANTED.filter((event) => event !== 's3:ObjectCreated:*'),
      ['s3:ObjectCreated:*'],
      [],
    ],
    [
      'others have one kind of replication event',
      { QueueConfigurations: [taken('s3:Replication:OperationNotTracked')] },
      WANTED.flatMap((event) =>
        event === 's3:Replication:*'
          ? ['OperationFailedReplication', 'OperationMissedThreshold', 'OperationReplicatedAfterThreshold'].map(
              (name) => `s3:Replication:${name}`,
            )
          : [event],
      ),
      [],
      ['s3:Replication:OperationNotTracked'],
    ],
    [
      'others have lost objects',
      { QueueConfigurations: [taken('s3:ReducedRedundancyLostObject')] },
      WANTED.filter((event) => event !== 's3:ReducedRedundancyLostObject'),
      [],
      ['s3:ReducedRedundancyLostObject'],
    ],
  ])('where %s, chooses a way for every event', (_, document, direct, bridged, unseen) => {
    const plan = planWiring(ask(document));
    expect([plan.direct, namesOf(plan.bridged), namesOf(plan.unseen)]).toEqual([direct, bridged, unseen]);
    expect(plan.document.QueueConfigurations).toContainEqual(ours(direct));
    expect(isPending(plan)).toBe(true);
  });

  it('has no entry of its own where everything is taken', () => {
    const all = taken(
      's3:ObjectCreated:*',
      's3:ObjectRemoved:*',
      's3:ObjectRestore:*',
      's3:ReducedRedundancyLostObject',
    );
    const { document } = planWiring(ask({ TopicConfigurations: [all] }, { wanted: DESTINATION }));
    expect(document).toEqual({ TopicConfigurations: [all], EventBridgeConfiguration: {} });
  });

  it('takes an entry without events for one that has none', () => {
    const { Events: _, ...empty } = taken();
    expect(planWiring(ask({ QueueConfigurations: [empty] })).direct).toEqual(WANTED);
  });

  it('names whose entries are in the way', () => {
    const entry = taken('s3:Replication:*');
    const { unseen } = planWiring(ask({ QueueConfigurations: [entry] }));
    expect(unseen).toHaveLength(4);
    expect(unseen[0]?.takenBy).toEqual([entry]);
  });

  it('does not send a rule to a queue of another account: free members get an entry, the rest is unseen', () => {
    const plan = planWiring(ask({ QueueConfigurations: [taken('s3:ObjectCreated:Put')] }, { canBridge: false }));
    expect([namesOf(plan.bridged), namesOf(plan.unseen)]).toEqual([[], ['s3:ObjectCreated:Put']]);
    expect(plan.direct).toContain('s3:ObjectCreated:Copy');
  });

  it.each<[string, readonly DocumentEntry[], readonly string[]]>([
    ['its own entry is right already', [taken('s3:IntelligentTiering'), ours(WANTED)], []],
    ['S3 has ordered its events otherwise', [ours(WANTED.toReversed())], []],
    ['its entry lacks an event', [ours(WANTED.slice(1)), taken('s3:IntelligentTiering')], ['ours', 'theirs']],
    ['its entry points at a former queue', [ours(WANTED, { QueueArn: 'arn:aws:sqs:us-east-1:1:old' })], ['ours']],
    ['somebody made an entry to its queue by hand', [ours(['s3:ObjectCreated:*'], { Id: 'holdfast' })], ['ours']],
    ['there are two to its queue', [ours(WANTED), ours(['s3:IntelligentTiering'], { Id: 'x' })], ['ours']],
  ])('where %s, changes no more than that', (_, queues, expected) => {
    const { writes, document } = planWiring(ask({ QueueConfigurations: queues }));
    expect(writes).toBe(expected.length > 0);
    if (!writes) return;
    const kinds = document.QueueConfigurations?.map((entry) => (entry.Id === 'theirs' ? 'theirs' : 'ours'));
    expect(kinds).toEqual(expected);
    expect(document.QueueConfigurations).toContainEqual(ours(WANTED));
  });

  it('takes no other stage for its own', () => {
    const other = { ...taken('s3:ObjectCreated:*'), Id: 'holdfast-dev-signals-signals' };
    expect(planWiring(ask({ QueueConfigurations: [other] })).document.QueueConfigurations?.[0]).toBe(other);
  });

  it('leaves alone what is no stack any more but that of its name', () => {
    const { document } = planWiring(
      ask({ QueueConfigurations: [ours(WANTED), { QueueArn: '', Events: [] }] }, { queueArn: '', wanted: [] }),
    );
    expect(document).toEqual({ QueueConfigurations: [{ QueueArn: '', Events: [] }] });
  });
});

describe('EventBridge', () => {
  const others = { QueueConfigurations: [taken('s3:ObjectCreated:*')] };
  const on = { EventBridgeConfiguration: {} };
  const bridged = { ...others, QueueConfigurations: [...others.QueueConfigurations, ours(WANTED.slice(1))] };

  it.each<[string, NotificationDocument, Partial<WiringQuestion>, WiringPlan['eventBridge'], string, boolean?]>([
    ['is off and needed', others, {}, 'turn-on', 'put', true],
    ['is on for others', { ...others, ...on }, {}, 'unchanged', 'put', false],
    ['was switched on by us', { ...bridged, ...on }, { rule: rule(true) }, 'unchanged', 'keep', true],
    ['was switched off since', bridged, { rule: rule(false) }, 'turn-on', 'put', true],
    [
      'has a rule that was disabled',
      { ...bridged, ...on },
      { rule: { ...rule(true), enabled: false } },
      'unchanged',
      'put',
      true,
    ],
    [
      'has a rule with another target',
      { ...bridged, ...on },
      { rule: { ...rule(false), targets: [] } },
      'unchanged',
      'put',
      false,
    ],
    [
      'has a rule with another pattern',
      { ...bridged, ...on },
      { rule: { ...rule(false), pattern: '{}' } },
      'unchanged',
      'put',
      false,
    ],
    ['is not needed any more, and ours', on, { rule: rule(true) }, 'turn-off', 'remove'],
    ['is not needed any more, and of others', on, { rule: rule(false) }, 'unchanged', 'remove'],
    ['is ours, and others listen by now', on, { rule: rule(true), listeners: ['indexer'] }, 'left-on', 'remove'],
    ['is off, and a rule was left behind', {}, { rule: rule(true) }, 'unchanged', 'remove'],
    ['is not concerned', on, {}, 'unchanged', 'none'],
  ])('that %s', (_, document, change, eventBridge, kind, turnedOn) => {
    const plan = planWiring(ask(document, change));
    expect([plan.eventBridge, plan.rule.kind]).toEqual([eventBridge, kind]);
    const isOn = plan.document.EventBridgeConfiguration !== undefined;
    const was = document.EventBridgeConfiguration !== undefined;
    expect(isOn).toBe(eventBridge === 'turn-on' || (was && eventBridge !== 'turn-off'));
    const kept = 'rule' in plan.rule ? plan.rule.rule : undefined;
    expect(kept).toEqual(turnedOn === undefined ? undefined : rule(turnedOn));
  });

  it('is pending where only the rule is to go', () => {
    const gone = planWiring(ask({}, { rule: rule(false), wanted: [] }));
    expect([gone.writes, isPending(gone)]).toEqual([false, true]);
    expect(isPending(planWiring(ask({}, { wanted: [] })))).toBe(false);
  });
});
