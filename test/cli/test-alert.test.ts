import { describe, expect, it } from 'vitest';
import type { RenderedAlert } from '../../src/model/alert.ts';
import type { TopicDeliveries, TopicSubscription } from '../../src/model/alert-subscription.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import type { AlertTopics } from '../../src/ports.ts';
import { aConfig } from '../support/facts.ts';
import { createFakeCloud } from '../support/fake-cloud.ts';
import { aPair } from '../support/pairs.ts';
import { createFakeServices, type Ended, holdfast, linesOf } from './fake-run.ts';

const MAIL = { protocol: 'email', endpoint: 'me@example.com', confirmed: true } as const;
const HOOK = {
  protocol: 'https',
  endpoint: 'https://key:word@chat.example.com/secret?token=1',
  confirmed: true,
} as const;
const QUEUE = { protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-west-1:111122223333:q', confirmed: true } as const;
const QUIET: TopicDeliveries = { published: 1, delivered: 0, failed: 0, filteredOut: 0 };

interface Situation {
  readonly subscriptions?: readonly TopicSubscription[];
  /** Look by look; the last again and again. */
  readonly deliveries?: readonly Observation<TopicDeliveries>[];
  readonly queue?: readonly Observation<boolean>[];
  readonly topics?: Partial<AlertTopics>;
}

interface Ran extends Ended {
  readonly published: readonly RenderedAlert[];
  readonly waits: readonly number[];
}

async function run(args: readonly string[], situation: Situation = {}): Promise<Ran> {
  const { subscriptions = [MAIL], deliveries = [], queue = [] } = situation;
  const fakes = createFakeServices({
    cloud: createFakeCloud(),
    listed: [],
    config: { ...aConfig(), pairs: [aPair({ name: 'orders' })] },
  });
  const published: RenderedAlert[] = [];
  const looks = { deliveries: 0, queue: 0 };
  const next = <T>(answers: readonly Observation<T>[], kind: keyof typeof looks): Observation<T> => {
    const answer = answers[Math.min(looks[kind], answers.length - 1)] ?? { state: 'absent' };
    looks[kind] += 1;
    return answer;
  };
  const topics: AlertTopics = {
    topic: async (region) => present(`arn:aws:sns:${region}:111122223333:holdfast-dev-AlertTopic-X`),
    subscriptions: async () => present(subscriptions),
    publish: async (_, alert) => void published.push(alert),
    deliveries: async () => next(deliveries, 'deliveries'),
    isIn: async () => next(queue, 'queue'),
    ...situation.topics,
  };
  const services = { ...fakes, stack: (stage: string) => ({ ...fakes.stack(stage), topics }) };
  const all = ['test-alert', '--region', 'eu-west-1', ...args];
  const ended = await holdfast(all, { connect: () => services });
  return { ...ended, published, waits: fakes.waits };
}

describe('holdfast test-alert', () => {
  it('sends a test that nobody can take for an alert, and that filter policies take for one', async () => {
    const { published } = await run(['--severity', 'warning', '--pair', 'orders']);
    expect(published).toHaveLength(1);
    expect(published[0]).toMatchObject({
      title: expect.stringMatching(/^\[TEST warning\] monitor-silent: /),
      attributes: { severity: 'warning', pair: 'orders', state: 'opened', test: 'true' },
      event: { data: { test: true, severity: 'warning', state: 'opened' } },
    });
    expect(published[0]?.message).toContain('THIS IS A TEST.');
  });

  it('is proved when SNS has counted every delivery', async () => {
    const { code, stdout, waits } = await run([], {
      deliveries: [{ state: 'absent' }, present(QUIET), present({ ...QUIET, delivered: 1 })],
    });
    expect(code).toBe(0);
    expect(stdout).toContain('proved: SNS counted 1 delivered, 0 failed, 0 kept back by filter policies');
    expect(stdout).toContain(
      'email  me@example.com\n         gets critical: all, warning: all, info: all; this test: sent\n',
    );
    expect(waits).toEqual([5_000, 5_000]);
  });

  it('fails as soon as SNS has counted a failure', async () => {
    const { code, stdout, waits } = await run([], { deliveries: [present({ ...QUIET, failed: 1 })] });
    expect([code, waits]).toEqual([1, []]);
    expect(stdout).toContain('FAILED: SNS counted 0 delivered, 1 failed');
  });

  it('is not proved by too few deliveries, and waits as long as it is told', async () => {
    const { code, stdout, waits } = await run(['--wait', '12s'], { deliveries: [present(QUIET)] });
    expect([code, waits]).toEqual([2, [5_000, 5_000, 2_000]]);
    expect(stdout).toContain('NOT PROVED: SNS counted 0 delivered');
  });

  it('looks into queues until the test is there, and believes what it sees', async () => {
    const { code, stdout } = await run(['--listen'], {
      subscriptions: [QUEUE],
      queue: [present(false), { state: 'unreadable', reason: 'access-denied' }, present(true)],
    });
    expect([code, stdout.includes('proved: it is in every queue')]).toEqual([0, true]);
    expect(stdout).toContain('this test: sent, found in the queue');
  });

  it('asks SNS about a queue that it may not look into', async () => {
    const { code } = await run(['--listen'], {
      subscriptions: [QUEUE],
      queue: [{ state: 'unreadable', reason: 'access-denied' }],
      deliveries: [present({ ...QUIET, delivered: 1 })],
    });
    expect(code).toBe(0);
  });

  it('ends with 1 where nobody hears of something critical', async () => {
    const subscriptions = [
      { ...MAIL, filterPolicy: '{"severity":["warning"]}' },
      { ...HOOK, confirmed: false },
    ];
    const { code, stdout } = await run([], { subscriptions });
    expect(code).toBe(1);
    expect(stdout).toContain('NOBODY HEARS of critical findings of: integrity, integrity of orders, replication');
    expect(stdout).toContain('this test: kept back by its filter policy');
    expect(stdout).toContain('NOT CONFIRMED');
    expect(stdout).toContain('nobody was to get this test');
  });

  it('says that nobody is subscribed', async () => {
    const { code, stdout } = await run([], { subscriptions: [] });
    expect([code, stdout.includes('nobody is subscribed')]).toEqual([1, true]);
  });

  it('ends with 2 where a policy cannot be evaluated', async () => {
    const subscriptions = [{ ...MAIL, filterPolicy: '{"data":{"severity":["critical"]}}', ofBody: true }];
    const { code, stdout } = await run(['--dry-run'], { subscriptions });
    expect([code, stdout.includes('it cannot be told whether somebody hears')]).toEqual([2, true]);
  });

  it('keeps the secret of a web hook', async () => {
    const subscriptions = [HOOK];
    for (const args of [['--dry-run'], ['--dry-run', '--json']]) {
      const { stdout } = await run(args, { subscriptions });
      expect(stdout).toContain('https://chat.example.com/...');
      expect(stdout).not.toMatch(/secret|token|word/);
    }
  });

  it('says the same as a record', async () => {
    const ran = await run(['--json', '--listen'], { subscriptions: [QUEUE], queue: [present(true)] });
    expect(linesOf(ran)).toMatchObject([
      {
        kind: 'topic',
        region: 'eu-west-1',
        proved: true,
        subscriptions: [{ protocol: 'sqs', confirmed: true, gets: { critical: 'all' }, test: 'yes', seen: true }],
      },
    ]);
  });

  it.each<[string, readonly string[], Partial<AlertTopics>, string]>([
    [
      'a topic may not be looked at',
      [],
      { topic: async () => ({ state: 'unreadable', reason: 'access-denied' }) },
      'access-denied',
    ],
    ['there is no stack', [], { topic: async () => ({ state: 'absent' }) }, 'no topic of the stage dev'],
    ['there is no such pair', ['--pair', 'x'], {}, 'there is no pair x; there are orders'],
  ])('ends with 2 where %s', async (_, args, topics, words) => {
    const { code, stderr, published } = await run(args, { topics });
    expect([code, stderr, published]).toEqual([2, expect.stringContaining(words), []]);
  });
});
