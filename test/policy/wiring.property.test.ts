import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTaken, membersOf, tells, wantedEvents } from '../../src/model/signals.ts';
import { type DocumentEntry, entriesOf, type EventRule, type NotificationDocument } from '../../src/model/wiring.ts';
import { entryId, planWiring, type WiringQuestion } from '../../src/policy/wiring.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:holdfast-dev-SignalsQueue-X';
const EVENTS = [
  ...wantedEvents(true).flatMap((event) => [event, ...membersOf(event)]),
  's3:ObjectRestore:*',
  's3:LifecycleExpiration:*',
];

const text = fc.string({ unit: fc.constantFrom('a', '+', '%', ' ', '/', 'é', '～', '😀'), maxLength: 6 });

/** An entry of another tool, with an ID or without. */
const entry = (arn: string): fc.Arbitrary<DocumentEntry> =>
  fc.record(
    {
      [arn]: fc.constantFrom('arn:x:1', 'arn:x:2'),
      Events: fc.uniqueArray(fc.constantFrom(...EVENTS), { minLength: 1, maxLength: 4 }),
      Id: text,
      Filter: fc.record({ Key: fc.record({ FilterRules: fc.constant([{ Name: 'prefix', Value: 'in/' }]) }) }),
    },
    { requiredKeys: [arn, 'Events'] },
  );

const documents: fc.Arbitrary<NotificationDocument> = fc.record(
  {
    TopicConfigurations: fc.array(entry('TopicArn'), { minLength: 1, maxLength: 3 }),
    QueueConfigurations: fc.array(entry('QueueArn'), { minLength: 1, maxLength: 3 }),
    LambdaFunctionConfigurations: fc.array(entry('LambdaFunctionArn'), { minLength: 1, maxLength: 3 }),
    EventBridgeConfiguration: fc.constant({}),
  },
  { requiredKeys: [] },
);

function ask(document: NotificationDocument, canBridge: boolean): WiringQuestion {
  const at = { bucket: 'orders', region: 'us-east-1' };
  return { at, stage: 'dev', queueArn: QUEUE, wanted: wantedEvents(true), canBridge, document, listeners: [] };
}

const ruleOf = ({ rule }: ReturnType<typeof planWiring>): { readonly rule?: EventRule } =>
  rule.kind === 'put' || rule.kind === 'keep' ? { rule: rule.rule } : {};

describe('wiring', () => {
  it('and unwiring give back what was there, member by member', () => {
    fc.assert(
      fc.property(documents, fc.boolean(), (document, canBridge) => {
        const question = ask(document, canBridge);
        const wired = planWiring(question);
        const back = planWiring({ ...question, wanted: [], document: wired.document, ...ruleOf(wired) });
        expect(JSON.stringify(back.document)).toBe(JSON.stringify(document));
      }),
    );
  });

  it('twice is wiring once', () => {
    fc.assert(
      fc.property(documents, fc.boolean(), (document, canBridge) => {
        const question = ask(document, canBridge);
        const wired = planWiring(question);
        const again = planWiring({ ...question, document: wired.document, ...ruleOf(wired) });
        expect([again.writes, again.rule.kind]).toEqual([false, wired.rule.kind === 'put' ? 'keep' : 'none']);
      }),
    );
  });

  it('is never refused for an overlap, and leaves every other entry as it is', () => {
    fc.assert(
      fc.property(documents, fc.boolean(), (document, canBridge) => {
        const all = entriesOf(planWiring(ask(document, canBridge)).document);
        const own = all.filter(({ Id: id }) => id === entryId('dev'));
        const others = all.filter((one) => !own.includes(one));
        expect(others).toEqual(entriesOf(document));
        for (const event of own[0]?.Events ?? [])
          for (const { Events: events = [] } of others) expect(isTaken({ events }, event)).toBe(false);
      }),
    );
  });

  it('accounts for every event: direct, by EventBridge, or said to be unseen', () => {
    fc.assert(
      fc.property(documents, fc.boolean(), (document, canBridge) => {
        const { direct, bridged, unseen } = planWiring(ask(document, canBridge));
        const heard = [...direct, ...bridged.map(({ event }) => event), ...unseen.map(({ event }) => event)];
        const told = { kind: 'queue', targetArn: QUEUE, events: heard, prefix: '', suffix: '' } as const;
        for (const event of wantedEvents(true)) expect([event, tells(told, event)]).toEqual([event, true]);
      }),
    );
  });
});
