import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crashingPorts } from './support/crashing-ports.ts';
import { outcomeOf } from './support/fake-ports.ts';
import { CREATED_AT, createFollowedWorld, eventOf, type FollowedWorld } from './support/followed.ts';
import { aBucket, MINUTE_MS } from './support/pairs.ts';
import type { SimulatedVersion } from './simulation/simulated-s3.ts';

const AT_SOURCE = { bucket: 'photos', region: 'eu-west-1' };
const AT_COPY = { bucket: 'photos-copy', region: 'us-east-1' };
const SECOND = 'photos-third';

/** A key, its version at the source, and its replicas at the two destinations; `undefined`: there is none. */
type Fate = readonly [
  key: string,
  source: Partial<SimulatedVersion>,
  copy: Partial<SimulatedVersion> | undefined,
  third: Partial<SimulatedVersion> | undefined,
];

/** Everything that does not change any more, so that only the order of messages can make a difference. */
const FATES: readonly Fate[] = [
  ['arrived', {}, {}, {}],
  ['at one only', { status: 'PENDING' }, {}, undefined],
  ['failed at one', { status: 'FAILED' }, {}, undefined],
  ['failed somewhere', { status: 'FAILED' }, undefined, undefined],
  ['missing', {}, undefined, {}],
  ['other bytes', {}, { content: 'CONTENT OF OTHER BYTES', sizeBytes: 22 }, {}],
  ['other tags', { tags: { a: '1' } }, { tags: { a: '2' } }, { tags: { a: '1' } }],
];

interface Situation {
  readonly followed: FollowedWorld;
  readonly bodies: readonly string[];
}

function situation(): Situation {
  const destinations = [aBucket('photos-copy', 'us-east-1'), aBucket(SECOND, 'us-west-2')];
  const lookAfterMs = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS];
  const followed = createFollowedWorld({ destinations, lookAfterMs });
  const bodies: string[] = [];
  for (const [key, source, copy, third] of FATES) {
    // Two versions of one key, with the same fate: neither stands for the other.
    for (const versionId of ['v1', 'v2']) {
      followed.put('photos', { key, versionId, status: 'COMPLETED', ...source });
      for (const [bucket, replica] of [
        ['photos-copy', copy],
        [SECOND, third],
      ] as const) {
        if (replica !== undefined) followed.put(bucket, { key, versionId, status: 'REPLICA', ...replica });
      }
      bodies.push(eventOf({ ...AT_SOURCE, key, versionId }));
    }
  }
  const failed = { ruleId: 'r', destinationBucket: SECOND, operation: 'OBJECT_PUT', failureReason: 'X' };
  const late = new Date(CREATED_AT.getTime() + 2 * MINUTE_MS);
  bodies.push(
    eventOf({ ...AT_SOURCE, key: 'other tags', versionId: 'v1' }, { kind: 'tags-changed' }),
    eventOf(
      { ...AT_SOURCE, key: 'failed at one', versionId: 'v1' },
      { kind: 'replication-failed', replication: failed },
    ),
    eventOf({ ...AT_COPY, key: 'arrived', versionId: 'v1' }, { eventAt: late }),
  );
  return { followed, bodies };
}

/** What is left: alerts, ledger and lists. */
function endOf({ world }: FollowedWorld): unknown {
  return outcomeOf(world);
}

async function uninterrupted(): Promise<FollowedWorld> {
  const { followed, bodies } = situation();
  await followed.deliver(bodies);
  return followed;
}

describe('the situation', () => {
  it('has every end that a chain can have', async () => {
    const { world } = await uninterrupted();
    const codes = new Set([...world.alerts.values()].map(({ event: { data } }) => data.code));
    for (const code of [
      'replica-matches',
      'replica-missing',
      'replica-overdue',
      'replication-failed',
      'replica-content-differs',
      'replica-tags-differ',
    ]) {
      expect(codes).toContain(code);
    }
    expect(world.pending.rows.size).toBeGreaterThan(4);
    expect(world.pending.gone.size).toBe(0);
  });
});

describe('invariant 3 for replicas: order and repetition do not matter', () => {
  it('ends in the same alerts, ledger and lists', async () => {
    const expected = endOf(await uninterrupted());
    const { length } = situation().bodies;
    const deliveries = fc.array(fc.nat(length - 1), { maxLength: 8 }).chain((again) =>
      fc.shuffledSubarray([...Array.from({ length }, (_, index) => index), ...again], {
        minLength: length + again.length,
      }),
    );
    await fc.assert(
      fc.asyncProperty(deliveries, fc.infiniteStream(fc.nat()), async (order, picks) => {
        const { followed, bodies } = situation();
        const pick = (count: number): number => (picks.next().value ?? 0) % count;
        await followed.deliver(
          order.map((index) => bodies[index] ?? ''),
          { pick },
        );
        expect(endOf(followed)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('takes no version for another: both of a key are missed', async () => {
    const { world } = await uninterrupted();
    const missed = [...world.alerts.values()].flatMap(({ event: { data } }) =>
      data.code === 'replica-missing' && data.subject.kind === 'object-version' ? [data.subject.object.versionId] : [],
    );
    expect(new Set(missed)).toEqual(new Set(['v1', 'v2']));
    expect(missed).toHaveLength(2);
  });

  it('looks at nothing twice when everything comes again', async () => {
    const { followed, bodies } = situation();
    await followed.deliver(bodies);
    const { heads } = followed.s3;
    await followed.deliver(bodies);
    expect(followed.s3.heads).toBe(heads);
  });
});

describe('invariant 4 for replicas: nothing is acknowledged before it is durable', () => {
  it.each(['lost', 'done'] as const)(
    'ends as if nothing had happened after a crash at any call of any port (its effect %s)',
    async (effect) => {
      const expected = endOf(await uninterrupted());
      let reached = true;
      let call = 0;
      for (; reached; call++) {
        const { followed, bodies } = situation();
        const { ports, crashed } = crashingPorts(followed.ports, { call, effect });
        await followed.deliver(bodies, { through: () => ports });
        expect(endOf(followed), `crash at call ${call}`).toEqual(expected);
        reached = crashed();
      }
      expect(call).toBeGreaterThan(300);
    },
    120_000,
  );
});
