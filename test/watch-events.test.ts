import { beforeEach, describe, expect, it } from 'vitest';
import { HoldfastError } from '../src/errors.ts';
import { parseLook } from '../src/ingest/look-message.ts';
import type { ListedVersion } from '../src/ports.ts';
import { type EventWatchPorts, watchEvents, type WatchedEvents } from '../src/watch-events.ts';
import { alertsOf, createFakeWorld, type FakeWorld } from './support/fake-ports.ts';
import { aBucket, aPair, MINUTE_MS, pairConfig } from './support/pairs.ts';

const call = { signal: new AbortController().signal };
const REGION = 'eu-west-1';
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:holdfast-x-SignalsQueue-1';
const config = pairConfig([
  aPair({ source: aBucket('photos', REGION), destinations: [aBucket('photos-us', 'us-east-1')] }),
]);

let world: FakeWorld;
let listing: ListedVersion[];
let heardOf: Set<string>;
let waiting: number;
/** Requests for pages that began after a key. */
let begun: (string | undefined)[];
let asked: number;

beforeEach(() => {
  world = createFakeWorld();
  listing = [];
  heardOf = new Set();
  waiting = 0;
  begun = [];
  asked = 0;
  wire(QUEUE);
});

function wire(targetArn: string, eventBridge = false): void {
  const entry = { kind: 'queue', targetArn, events: ['s3:ObjectCreated:*'], prefix: '', suffix: '' } as const;
  world.settings.set('photos', { notifications: { state: 'present', value: { entries: [entry], eventBridge } } });
}

function write(key: string, versionId = `v-${key}`): void {
  listing.push({
    object: { bucket: 'photos', region: REGION, key, versionId },
    isLatest: true,
    sizeBytes: 3,
    etag: 'abc',
    lastModifiedAt: world.now,
  });
}

async function run(changes: Partial<EventWatchPorts> = {}): Promise<WatchedEvents> {
  const ports: EventWatchPorts = {
    ...world.ports,
    versions: {
      async *list({ after }) {
        begun.push(after);
        yield* listing.filter(({ object }) => after === undefined || object.key > after);
      },
    },
    memory: {
      hasHeardOf: async ({ key }) => {
        asked += 1;
        return heardOf.has(key);
      },
    },
    signals: { arn: QUEUE, waiting: async () => waiting },
    ...changes,
  };
  const [watched] = await watchEvents(ports, config, call);
  if (watched === undefined) throw new Error('expected one bucket in this Region');
  return watched;
}

async function hour(changes: Partial<EventWatchPorts> = {}): Promise<WatchedEvents> {
  world.now = new Date(world.now.getTime() + 60 * MINUTE_MS);
  return run(changes);
}

const looks = (): readonly string[] =>
  world.queue.map(({ body }) => parseLook(body)?.event).map((event) => `${event?.name} ${event?.object.key}`);

describe('the watch of events', () => {
  it('tells of a version that nobody has told of in two runs, and has it inspected', async () => {
    await run();
    write('heard');
    write('lost');
    heardOf.add('heard');
    expect(await hour()).toMatchObject({ listed: 2, suspects: 1, lost: 0 });
    expect([alertsOf(world), looks()]).toEqual([[], []]);
    expect(await hour()).toMatchObject({ lost: 1 });
    expect(alertsOf(world)).toEqual(['warning event-lost']);
    expect(looks()).toEqual(['ObjectCreated:Listed lost']);
  });

  it('is satisfied with an event that comes late', async () => {
    await run();
    write('late');
    expect(await hour()).toMatchObject({ suspects: 1 });
    heardOf.add('late');
    expect(await hour()).toMatchObject({ suspects: 0, lost: 0 });
    expect([alertsOf(world), looks()]).toEqual([[], []]);
  });

  it('does not ask for what was written before it began, or just now', async () => {
    write('old');
    world.now = new Date(world.now.getTime() + MINUTE_MS);
    await run();
    world.now = new Date(world.now.getTime() + 50 * MINUTE_MS);
    write('new');
    world.now = new Date(world.now.getTime() + 10 * MINUTE_MS);
    expect(await run()).toMatchObject({ listed: 2, suspects: 0 });
    expect(asked).toBe(0);
  });

  it('alerts once while events go on being lost, and again after an hour without', async () => {
    await run();
    for (const key of ['a', 'b']) {
      write(key);
      await hour();
    }
    await hour();
    expect(alertsOf(world)).toEqual(['warning event-lost']);
    for (const { object } of listing) heardOf.add(object.key);
    await hour();
    await hour();
    world.alerts.clear();
    write('c');
    await hour();
    await hour();
    expect(alertsOf(world)).toEqual(['warning event-lost']);
  });

  it.each([
    ['a queue of others', 'arn:aws:sqs:eu-west-1:111122223333:theirs', false, undefined],
    ['our queue', QUEUE, false, expect.any(Date)],
    ['EventBridge', 'arn:aws:sqs:eu-west-1:111122223333:theirs', true, expect.any(Date)],
  ])('of a bucket that notifies %s counts from when it does', async (_, target, eventBridge, since) => {
    wire(target, eventBridge);
    expect((await run()).since).toEqual(since);
  });

  it('begins anew where a bucket did not notify in between', async () => {
    await run();
    wire('arn:aws:sqs:eu-west-1:111122223333:theirs');
    write('meanwhile');
    await hour();
    wire(QUEUE);
    const { since } = await hour();
    expect(since).toEqual(world.now);
    await hour();
    expect(await hour()).toMatchObject({ suspects: 0, lost: 0 });
  });

  it('calls nothing lost while much waits in the lane', async () => {
    await run();
    write('waits');
    await hour();
    waiting = 1_001;
    expect(await hour()).toMatchObject({ lost: 0 });
    waiting = 1_000;
    expect(await hour()).toMatchObject({ lost: 1 });
  });

  it('looks at a bounded part of a bucket, to the end of a key, and goes on there', async () => {
    await run();
    for (let index = 0; index < 130; index += 1) write(`k${String(index).padStart(3, '0')}`);
    write('k129', 'older');
    const first = await hour();
    expect(first.suspects).toBeGreaterThanOrEqual(100);
    expect(first.suspects).toBeLessThan(130);
    const second = await hour();
    expect(begun).toEqual([undefined, listing[first.listed - 1]?.object.key]);
    expect(first.listed + second.listed).toBe(131);
    expect(second.lost).toBe(first.suspects);
    await hour();
    expect(begun.at(-1)).toBeUndefined();
  });

  it('repeats rather than forgets when it is stopped before it has written down how far it is', async () => {
    await run();
    write('lost');
    await hour();
    const { notes } = world.ports;
    const failing: EventWatchPorts['notes'] = {
      ...notes,
      put: async () => {
        throw new HoldfastError('unavailable', 'Notes.put', 'out');
      },
    };
    await expect(hour({ notes: failing })).rejects.toThrow('out');
    expect(await hour()).toMatchObject({ lost: 1 });
    expect(alertsOf(world)).toEqual(['warning event-lost']);
  });
});
