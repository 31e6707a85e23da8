import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../src/errors.ts';
import { CANARY_PREFIX } from '../src/model/canary.ts';
import type { PairConfig } from '../src/model/config.ts';
import type { ObjectRef } from '../src/model/object.ts';
import type { Ports } from '../src/ports.ts';
import type { SimulatedVersion } from './simulation/simulated-s3.ts';
import { alertsOf } from './support/fake-ports.ts';
import { CREATED_AT, createFollowedWorld, eventOf, type FollowedWorld } from './support/followed.ts';
import { aBucket, HOUR_MS, LOOK_AFTER_MS, MINUTE_MS } from './support/pairs.ts';

const LINK = 'photos/photos/photos-copy';
const AT_SOURCE = { bucket: 'photos', region: 'eu-west-1', versionId: 'v1' };
const AT_COPY = { bucket: 'photos-copy', region: 'us-east-1', versionId: 'v1' };

/** A version at the source, its replica where there is one, and the event of the version. */
function replicated(
  followed: FollowedWorld,
  key: string,
  {
    source = {},
    replica,
  }: { source?: Partial<SimulatedVersion>; replica?: Partial<SimulatedVersion> | undefined } = {},
): string {
  followed.put('photos', { key, status: 'COMPLETED', ...source });
  if (replica !== undefined) followed.put('photos-copy', { key, status: 'REPLICA', ...replica });
  return eventOf({ ...AT_SOURCE, key });
}

/** Alerts that speak of replicas. */
const heard = ({ world }: FollowedWorld): readonly string[] =>
  alertsOf(world).filter((line) => !line.includes(' content-'));

const minutesSince = ({ world }: FollowedWorld): number => (world.now.getTime() - CREATED_AT.getTime()) / MINUTE_MS;

describe('the price of a healthy version', () => {
  it('is one HEAD and one write to the ledger on top of its verification', async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `a+b %/é～😀${index}`);
    const [verified, followed] = [createFollowedWorld({ followUp: 'failures-only' }), createFollowedWorld()];
    for (const each of [verified, followed]) {
      await each.deliver(keys.map((key) => replicated(each, key, { replica: {} })));
    }
    expect(heard(followed)).toEqual(keys.map(() => 'info replica-matches'));
    expect(followed.s3.heads - verified.s3.heads).toBe(keys.length);
    expect(followed.world.settled.size - verified.world.settled.size).toBe(keys.length);
    expect(followed.world.pending.rows.size + followed.world.pending.gone.size).toBe(0);
  });
});

describe('a version on its way', () => {
  const onItsWay = () => {
    const followed = createFollowedWorld();
    return { followed, event: replicated(followed, 'a', { source: { status: 'PENDING' } }) };
  };

  it('is on the list of the destination until it is there, and nobody is alarmed', async () => {
    const { followed, event } = onItsWay();
    const { world, s3 } = followed;
    let listed = 0;
    await followed.deliver([event], {
      through: (ports) => {
        listed = Math.max(listed, world.pending.rows.size);
        if (minutesSince(followed) >= 60 && s3.versions('photos-copy', 'a').length === 0) {
          followed.put('photos-copy', { key: 'a', status: 'REPLICA' });
        }
        return ports;
      },
    });
    expect(listed).toBe(1);
    expect(world.pending.rows.size).toBe(0);
    expect(heard(followed)).toEqual(['info replica-matches']);
    expect(minutesSince(followed)).toBe(60);
  });

  it('is overdue after the last age, by two looks, and stays on the list', async () => {
    const { followed, event } = onItsWay();
    await followed.deliver([event]);
    expect(heard(followed)).toEqual(['warning replica-overdue']);
    expect(followed.world.inspections.map(({ look }) => look.purpose).slice(-2)).toEqual(['follow-up', 'confirm']);
    expect([...followed.world.pending.rows.values()]).toEqual([
      { link: LINK, object: { ...AT_SOURCE, key: 'a' }, createdAt: CREATED_AT, sizeBytes: 12 },
    ]);
    expect(minutesSince(followed)).toBeCloseTo(24 * 60, 0);
  });

  it('is missed from the event on, however long the upload took', async () => {
    const followed = createFollowedWorld();
    const lastModifiedMs = CREATED_AT.getTime() - 48 * HOUR_MS;
    const source = { status: 'PENDING', multipart: true, lastModifiedMs } as const;
    await followed.deliver([replicated(followed, 'a', { source })]);
    const ages = followed.world.inspections.flatMap(({ facts: { due } }) => (due === undefined ? [] : [due.ageMs]));
    expect(ages.slice(0, 7)).toEqual(LOOK_AFTER_MS);
  });
});

describe('a difference', () => {
  it.each<[string, Partial<SimulatedVersion> | undefined, readonly string[]]>([
    ['of the content', { content: 'CONTENT OF A', sizeBytes: 12 }, ['critical replica-content-differs']],
    ['of the size', { content: 'x', sizeBytes: 1 }, ['critical replica-size-differs']],
    ['that is all of it', undefined, ['critical replica-missing']],
    ['of metadata', { metadata: { a: 'b' } }, ['warning replica-metadata-differs']],
  ])('is an alarm after two looks at the first age: %s', async (_, replica, expected) => {
    const followed = createFollowedWorld();
    await followed.deliver([replicated(followed, 'a', { replica })]);
    expect(heard(followed)).toEqual(expected);
    expect(followed.world.inspections.map(({ look }) => look.purpose).slice(-2)).toEqual(['follow-up', 'confirm']);
    expect(followed.world.now.getTime() - CREATED_AT.getTime()).toBe(MINUTE_MS + 1_000);
  });

  it('of tags is an alarm when they have not arrived at the last age', async () => {
    const followed = createFollowedWorld();
    await followed.deliver([replicated(followed, 'a', { source: { tags: { a: '1' } }, replica: {} })]);
    expect(heard(followed)).toEqual(['warning replica-tags-differ']);
    expect(minutesSince(followed)).toBeCloseTo(24 * 60, 0);
  });

  it('that vanishes ends quietly', async () => {
    const followed = createFollowedWorld();
    const event = replicated(followed, 'a');
    await followed.deliver([event], {
      through: (ports) => {
        const isMissed = followed.world.inspections.some(({ look }) => look.purpose === 'follow-up');
        if (isMissed && followed.s3.versions('photos-copy', 'a').length === 0) {
          followed.put('photos-copy', { key: 'a', status: 'REPLICA' });
        }
        return ports;
      },
    });
    expect(heard(followed)).toEqual(['info replica-matches']);
    expect(followed.world.inspections.at(-1)?.look.purpose).toBe('confirm');
  });

  it('is looked for again, with what was suspected, after a throttle', async () => {
    const followed = createFollowedWorld();
    const event = replicated(followed, 'a');
    await followed.deliver([event], {
      through: (ports) => {
        const isMissed = followed.world.inspections.at(-1)?.look.purpose === 'follow-up';
        if (isMissed) followed.s3.trouble.throttles = 1;
        return ports;
      },
    });
    expect(followed.world.inspections.map(({ look }) => look.purpose)).toEqual([
      'first',
      'follow-up',
      'confirm',
      'retry',
    ]);
    expect(heard(followed)).toEqual(['critical replica-missing']);
  });
});

describe('a failure', () => {
  const report = (object: ObjectRef): string =>
    eventOf(object, {
      kind: 'replication-failed',
      replication: { ruleId: 'r', destinationBucket: 'photos-copy', operation: 'OBJECT_PUT', failureReason: 'X' },
    });

  it('that S3 reports and that a look sees is one alert', async () => {
    const followed = createFollowedWorld();
    const event = replicated(followed, 'a', { source: { status: 'FAILED' } });
    await followed.deliver([event, report({ ...AT_SOURCE, key: 'a' })]);
    expect(heard(followed)).toEqual(['warning replication-failed']);
    expect(followed.world.inspections.filter(({ look }) => look.follow !== undefined)).toHaveLength(1);
    expect(followed.world.pending.rows.size).toBe(1); // it is at one side only, until somebody repairs it
  });

  it('is heard without a search where only failures count', async () => {
    const followed = createFollowedWorld({ followUp: 'failures-only' });
    const event = replicated(followed, 'a', { source: { status: 'FAILED' } });
    await followed.deliver([event, report({ ...AT_SOURCE, key: 'a' })]);
    expect(heard(followed)).toEqual(['warning replication-failed']);
    expect(followed.world.inspections.filter(({ look }) => look.follow !== undefined)).toHaveLength(0);
  });
});

describe('several destinations', () => {
  const destinations = [aBucket('photos-copy', 'us-east-1'), aBucket('photos-third', 'us-west-2')];

  it('are followed until each is settled, and the failure of one blames no other', async () => {
    const followed = createFollowedWorld({ destinations });
    const event = replicated(followed, 'a', { source: { status: 'FAILED' } });
    await followed.deliver([event], {
      through: (ports) => {
        if (minutesSince(followed) >= 15 && followed.s3.versions('photos-third', 'a').length === 0) {
          followed.put('photos-third', { key: 'a', status: 'REPLICA' });
        }
        return ports;
      },
    });
    expect(heard(followed)).toEqual(['info replica-matches', 'warning replication-failed']);
    const failed = [...followed.world.alerts.values()].find(
      ({ event: { data } }) => data.code === 'replication-failed',
    );
    expect(failed?.event.data.replica?.bucket).toBe('photos-copy');
    expect([...followed.world.pending.rows.values()].map(({ link }) => link)).toEqual([LINK]);
    expect(minutesSince(followed)).toBe(15);
  });
});

describe('a replica', () => {
  it.each([false, true])('is never followed back (two-way: %s)', async (twoWay) => {
    const followed = createFollowedWorld({ twoWay });
    followed.put('photos-copy', { key: 'a', status: 'REPLICA' });
    await followed.deliver([eventOf({ ...AT_COPY, key: 'a' })]);
    await followed.deliver([eventOf({ ...AT_COPY, key: 'a' }, { kind: 'tags-changed' })]);
    expect(heard(followed)).toEqual([]);
    expect(followed.world.pending.rows.size).toBe(0);
  });

  const arrival = (seconds: number, changes: Partial<SimulatedVersion> = {}, pair: Partial<PairConfig> = {}) => {
    const followed = createFollowedWorld(pair);
    followed.put('photos-copy', { key: 'a', status: 'REPLICA', ...changes });
    const eventAt = new Date(CREATED_AT.getTime() + seconds * 1_000);
    return { followed, event: eventOf({ ...AT_COPY, key: 'a' }, { eventAt }) };
  };
  const ROW = { link: LINK, object: { ...AT_SOURCE, key: 'a' }, createdAt: CREATED_AT, sizeBytes: 12 };

  it('takes itself off the list when it arrives', async () => {
    const { followed, event } = arrival(600, { multipart: true, lastModifiedMs: CREATED_AT.getTime() - HOUR_MS });
    await followed.world.ports.pending.note(ROW, { signal: new AbortController().signal });
    await followed.deliver([event]);
    expect(followed.world.pending.rows.size).toBe(0);
    expect(followed.world.lags).toEqual([{ pair: 'photos', sizeBytes: 12, lagMs: 600_000 }]);
  });

  it('costs no write where it was not missed', async () => {
    const { followed, event } = arrival(5);
    await followed.deliver([event]);
    expect(followed.world.pending.gone.size).toBe(0);
    expect(followed.world.lags).toEqual([{ pair: 'photos', sizeBytes: 12, lagMs: 5_000 }]);
  });

  it.each<[string, ReturnType<typeof arrival>]>([
    ['of which only the beginning of the upload is known', arrival(600, { multipart: true })],
    ['that a job has made years after its source', arrival(600, { lastModifiedMs: 0 })],
    [
      'that may come from two pairs',
      arrival(5, {}, { destinations: [aBucket('photos-copy', 'us-east-1'), aBucket('photos-copy', 'us-east-1')] }),
    ],
  ])('has no lag %s', async (_, { followed, event }) => {
    await followed.deliver([event]);
    expect(followed.world.lags).toEqual([]);
  });
});

describe('a canary', () => {
  it('is inspected, and nothing else is about it', async () => {
    const followed = createFollowedWorld();
    const key = `${CANARY_PREFIX}a`;
    const event = replicated(followed, key, { source: { status: 'PENDING' } });
    followed.put('photos-copy', { key: `${CANARY_PREFIX}b`, status: 'REPLICA' });
    await followed.deliver([event, eventOf({ ...AT_COPY, key: `${CANARY_PREFIX}b` })]);
    expect(heard(followed)).toEqual([]);
    expect(followed.world.told).toEqual([]);
    expect(followed.world.lags).toEqual([]);
  });
});

describe('a delete marker', () => {
  const DELETED = (key: string) => eventOf({ ...AT_SOURCE, key }, { kind: 'delete-marker-created' });

  it('is there when the destination has it', async () => {
    const followed = createFollowedWorld();
    for (const bucket of ['photos', 'photos-copy']) followed.put(bucket, { key: 'a', marker: true });
    await followed.deliver([DELETED('a')]);
    expect(heard(followed)).toEqual([]);
    expect(minutesSince(followed)).toBe(1);
  });

  it('is missed at the last age', async () => {
    const followed = createFollowedWorld();
    followed.put('photos', { key: 'a', marker: true });
    await followed.deliver([DELETED('a')]);
    expect(heard(followed)).toEqual(['warning delete-marker-differs']);
    expect([...followed.world.pending.rows.values()].map(({ sizeBytes }) => sizeBytes)).toEqual([0]);
  });
});

describe('while a link has too much on its way', () => {
  it('no version is looked at, and the list has them all', async () => {
    const followed = createFollowedWorld();
    const bulk = (on: boolean) =>
      JSON.stringify({ format: 'holdfast.peer.v1', kind: 'bulk', link: LINK, on, at: followed.world.now });
    const keys = ['a', 'b', 'c'];
    const events = keys.map((key) => replicated(followed, key, { source: { status: 'PENDING' } }));
    const { heads } = followed.s3;
    await followed.deliver([...events], {
      through: (ports) => {
        const isDue = minutesSince(followed) >= 1;
        if (isDue)
          void ports.notes.put(`bulk#${LINK}`, 'on', { keepForMs: 60_000, signal: new AbortController().signal });
        return ports;
      },
    });
    expect(followed.s3.heads - heads).toBe(keys.length); // the verification of each
    expect(followed.world.pending.rows.size).toBe(keys.length);
    expect(heard(followed)).toEqual([]);
    expect(minutesSince(followed)).toBe(1);
    await followed.deliver([bulk(true)]);
    expect(await followed.world.ports.notes.get(`bulk#${LINK}`, { signal: new AbortController().signal })).toBe('on');
    await followed.deliver([bulk(false)]);
    expect(await followed.world.ports.notes.get(`bulk#${LINK}`, { signal: new AbortController().signal })).toBe('off');
  });
});

describe('while the Region of the destination is out', () => {
  it.each(['ObjectStore.head', 'Peers.tell'])('looks wait, and nothing is lost: %s', async (operation) => {
    const followed = createFollowedWorld();
    const event = replicated(followed, 'a', { source: { status: 'PENDING' } });
    const fail = async (): Promise<never> => Promise.reject(new HoldfastError('unavailable', operation, 'no answer'));
    const isOut = (): boolean => minutesSince(followed) >= 1 && minutesSince(followed) < 300;
    await followed.deliver([event], {
      through: (ports): Ports => {
        if (!isOut()) return ports;
        if (operation === 'Peers.tell') return { ...ports, peers: { tell: fail } };
        const head: Ports['objects']['head'] = async (object, options) =>
          object.bucket === 'photos-copy' ? fail() : ports.objects.head(object, options);
        return { ...ports, objects: { ...ports.objects, head } };
      },
    });
    expect(heard(followed)).toEqual(['warning replica-overdue']);
    expect(followed.world.pending.rows.size).toBe(1);
    const ages = followed.world.inspections.flatMap(({ facts: { due } }) => (due === undefined ? [] : [due.ageMs]));
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(300 * MINUTE_MS);
  });

  it('errors that are ours ask for redelivery', async () => {
    const followed = createFollowedWorld();
    const event = replicated(followed, 'a', { replica: {} });
    let failures = 0;
    await followed.deliver([event], {
      through: (ports) => ({
        ...ports,
        ledger: {
          ...ports.ledger,
          settle: async (look, call) => {
            if (look.follow !== undefined && ++failures < 3) {
              throw new HoldfastError('unavailable', 'Ledger.settle', 'no answer');
            }
            return ports.ledger.settle(look, call);
          },
        },
      }),
    });
    expect(failures).toBe(3);
    expect(minutesSince(followed)).toBe(1);
  });
});
