import { formatLook } from '../../src/model/look.ts';
import type { RenderedAlert } from '../../src/model/alert.ts';
import type { ObjectEvent } from '../../src/model/event.ts';
import { formatETag } from '../../src/model/etag.ts';
import type { Baseline, Inspection, ObjectState } from '../../src/model/facts.ts';
import { lookIdentity } from '../../src/model/look.ts';
import type { ReplicationLag } from '../../src/model/pending.ts';
import { formatPeerMessage } from '../../src/model/peer-message.ts';
import { isImmutable, type ObjectRef } from '../../src/model/object.ts';
import type { Ports } from '../../src/ports.ts';
import { createFakeSink } from './fake-sink.ts';
import { createFakeCloud, type FakeCloud } from './fake-cloud.ts';
import {
  createFakeBuckets,
  createFakeCounters,
  createFakeNotes,
  createFakePendingList,
  type FakePendingList,
  type FakeSettings,
  type Told,
} from './fake-lists.ts';

/** A message on our queue, and when it can be received at the earliest. */
export interface Message {
  readonly body: string;
  readonly visibleAt: Date;
}

/** Everything that Holdfast talks to, in memory, with its memory open to the test. */
export interface FakeWorld {
  readonly ports: Ports;
  readonly cloud: FakeCloud;
  /** What receivers hold: repetitions of one id are one alert. */
  readonly alerts: Map<string, RenderedAlert>;
  readonly settled: Set<string>;
  readonly baselines: Map<string, Baseline>;
  readonly queue: Message[];
  readonly poison: { readonly body: string; readonly reason: string }[];
  readonly inspections: Inspection[];
  readonly acknowledged: ObjectEvent[];
  /** How the buckets are set up. */
  readonly settings: FakeSettings;
  readonly pending: FakePendingList;
  /** What other stacks were told. This world is all of them: it comes back over the queue. */
  readonly told: Told[];
  readonly lags: ReplicationLag[];
  now: Date;
}

/** Longest delay that a queue can give, in milliseconds. */
const MOST_DELAY_MS = 900_000;

export function createFakeWorld(cloud: FakeCloud = createFakeCloud()): FakeWorld {
  const clock = { now: (): Date => world.now };
  const settings: FakeSettings = new Map();
  const pending = createFakePendingList();
  const told: Told[] = [];
  const world: FakeWorld = {
    cloud,
    settings,
    pending,
    told,
    alerts: new Map(),
    settled: new Set(),
    baselines: new Map(),
    queue: [],
    poison: [],
    inspections: [],
    acknowledged: [],
    lags: [],
    now: new Date('2026-11-02T00:00:00Z'),
    ports: {
      region: 'eu-west-1',
      objects: cloud.objects,
      clock,
      buckets: createFakeBuckets(settings),
      pending,
      peers: {
        tell: async (to, message) => {
          told.push({ to, message });
          world.queue.push({ body: formatPeerMessage(message), visibleAt: world.now });
        },
      },
      counters: createFakeCounters(clock),
      notes: createFakeNotes(clock),
      alerts: createFakeSink({ hear: (alert) => world.alerts.set(alert.event.id, alert), now: clock.now }),
      looks: {
        enqueue: async (look) => {
          const latest = world.now.getTime() + MOST_DELAY_MS;
          const due = Math.max(look.dueAt?.getTime() ?? 0, world.now.getTime());
          world.queue.push({ body: formatLook(look), visibleAt: new Date(Math.min(due, latest)) });
        },
      },
      poison: { setAside: async (record) => void world.poison.push(record) },
      ledger: {
        isSettled: async (look) => world.settled.has(lookIdentity(look)),
        settle: async (look) => world.settled.size < world.settled.add(lookIdentity(look)).size,
        baseline: async (object, state) => world.baselines.get(contentKey(object, state)),
        recordBaseline: async (object, baseline) => {
          const key = contentKey(object, baseline);
          if (!world.baselines.has(key)) world.baselines.set(key, { ...baseline, recordedAt: world.now });
        },
      },
      journal: {
        inspected: (inspection) => void world.inspections.push(inspection),
        acknowledged: (event) => void world.acknowledged.push(event),
        setAside: () => undefined,
        replicated: (lag) => void world.lags.push(lag),
        retried: () => undefined,
      },
    },
  };
  return world;
}

/** What is left for people and for the next look: equal worlds came to the same end. */
export function outcomeOf({ alerts, settled, baselines, poison, pending }: FakeWorld): unknown {
  return {
    pending: [...pending.rows.keys()].toSorted(),
    gone: [...pending.gone].toSorted(),
    alerts: [...alerts.keys()].toSorted(),
    settled: [...settled].toSorted(),
    baselines: [...baselines].map(([key, { base64 }]) => `${key} ${base64}`).toSorted(),
    poison: [...new Set(poison.map(({ body }) => body))].toSorted(),
  };
}

/** Codes of the alerts that are open or noted, with their severity. */
export function alertsOf({ alerts }: FakeWorld): readonly string[] {
  return [...alerts.values()].map(({ event: { data } }) => `${data.severity} ${data.code}`).toSorted();
}

type ContentOf = Pick<ObjectState, 'lastModifiedAt'> & { readonly etag: ObjectState['etag'] | string };

function contentKey({ key, ...object }: ObjectRef, { etag, lastModifiedAt }: ContentOf): string {
  const text = typeof etag === 'string' ? etag : formatETag(etag);
  const content = isImmutable({ key, ...object }) ? [] : [text, lastModifiedAt.toISOString()];
  return JSON.stringify([object.bucket, key, object.versionId ?? 'null', ...content]);
}
