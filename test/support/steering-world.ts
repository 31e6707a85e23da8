import { HoldfastError } from '../../src/errors.ts';
import type { RenderedAlert } from '../../src/model/alert.ts';
import type { CaseRef } from '../../src/model/alert-state.ts';
import type { BucketConfig, Config, PairConfig } from '../../src/model/config.ts';
import { linkId, linksOf } from '../../src/model/link.ts';
import { present } from '../../src/model/observation.ts';
import type { Checkpoint, PendingVersion } from '../../src/model/pending.ts';
import { PROBE_EVERY_MS } from '../../src/model/probe-canary.ts';
import type { Probe, Route } from '../../src/model/routing.ts';
import type { RouteSubmission } from '../../src/ports.ts';
import { probe } from '../../src/probe.ts';
import { createSteering, type Steering } from '../../src/steer.ts';
import type { SteerPorts } from '../../src/steer-mrap.ts';
import { aBudget } from './deliver.ts';
import { createFakeNotes, createFakeSteering } from './fake-lists.ts';
import { createFakeRoutingBooks, type FakeRoutingBooks } from './fake-routing.ts';
import { createFakeSink } from './fake-sink.ts';
import { anMrap, AT, EAST, minutes, route, WEST } from './routing.ts';

/** A controller that runs: its ports, and what it has told. */
interface Controller {
  readonly ports: SteerPorts;
  steering: Steering;
  readonly told: RenderedAlert[];
  readonly gone: CaseRef[];
}

/** Regions, an access point and a steering ledger in memory; time passes in rounds of ten seconds. */
export interface SteeringWorld {
  readonly config: Pick<Config, 'pairs' | 'mraps' | 'alerts'>;
  readonly books: FakeRoutingBooks;
  readonly controllers: ReadonlyMap<string, Controller>;
  readonly pending: PendingVersion[];
  /** Every change that the control plane was given. */
  readonly submitted: (readonly Route[])[];
  /** Of the control plane. */
  routes: readonly Route[];
  /** Regions whose S3 does not answer; with `all` nothing of them does. */
  readonly out: Map<string, 'data' | 'all'>;
  /** Pairs `observer>region` between which nothing passes. */
  readonly cut: Set<string>;
  /** How far the clock of a Region is ahead, in milliseconds. */
  readonly skew: Map<string, number>;
  ledgerOut: boolean;
  controlOut: boolean;
  /** What the control plane answers next, instead of taking a change. */
  readonly answers: RouteSubmission[];
  /** Ends the function of a Region with the given call of its ports, which takes place or not. */
  crash?: { readonly region: string; readonly call: number; readonly effect: 'lost' | 'done' };
  readonly calls: Map<string, number>;
  now: Date;
  /** All observers look, then all controllers decide; the answer says whose function died. */
  rounds(count: number): Promise<readonly string[]>;
}

const BUCKETS = [EAST, WEST].map((region): BucketConfig => ({
  bucket: `orders-${region}`,
  region,
  account: '111122223333',
  kmsKeys: [],
}));

const ORDERS: PairConfig = {
  name: 'orders',
  source: BUCKETS[0] as BucketConfig,
  destinations: BUCKETS.slice(1),
  twoWay: true,
  followUp: 'every',
  match: 'version',
  lookAfterMs: [60_000],
  expect: {
    storageClass: 'same',
    encryption: 'same',
    kmsKey: 'same',
    owner: 'same',
    deleteMarkers: 'same',
    lifecycle: 'same',
  },
};

/** After how long reads follow accepted routes, in milliseconds. */
const EFFECT_MS = 60_000;

export function createSteeringWorld(failover: Parameters<typeof anMrap>[0] = {}): SteeringWorld {
  const mrap = anMrap(failover, { active: [EAST] });
  const config = {
    pairs: [ORDERS],
    mraps: [mrap],
    alerts: { severity: 'info', subscriptions: [] },
  } as unknown as SteeringWorld['config'];
  const call = aBudget();
  const books = createFakeRoutingBooks();
  const controllers = new Map<string, Controller>();
  const effective: { routes: readonly Route[]; from: number }[] = [
    { routes: [route(EAST, 100), route(WEST, 0)], from: 0 },
  ];

  const world: SteeringWorld = {
    config,
    books,
    controllers,
    pending: [],
    submitted: [],
    routes: [route(EAST, 100), route(WEST, 0)],
    out: new Map(),
    cut: new Set(),
    skew: new Map(),
    ledgerOut: false,
    controlOut: false,
    answers: [],
    calls: new Map(),
    now: AT,
    async rounds(count) {
      const died: string[] = [];
      for (let round = 0; round < count; round += 1) {
        await Promise.all(
          [...controllers].map(async ([region, { ports }]) => {
            if (world.out.get(region) === 'all') return;
            const looking = {
              region,
              prober: ports.prober,
              probes: { ...books.probes, leave: async (seen: Probe) => leave(seen) },
            };
            await probe(looking, config, call).catch(() => undefined);
          }),
        );
        refreshCheckpoints();
        await Promise.all(
          [...controllers].map(async ([region, controller]) => {
            if (world.out.get(region) === 'all') return;
            try {
              await controller.steering.round(call);
            } catch (error) {
              died.push(`${region}: ${String(error)}`);
              // The next invocation starts with nothing in its memory.
              controller.steering = createSteering(crashing(region, controller.ports, world), config);
            }
          }),
        );
        world.now = new Date(world.now.getTime() + PROBE_EVERY_MS);
      }
      return died;
    },
  };

  function leave(seen: Probe): void {
    if (world.ledgerOut) throw unavailable('ProbeBook.put');
    books.seen.push(seen);
  }

  const checkpoints = new Map<string, Checkpoint>();
  const completeUpTo = new Map<string, Date>();

  /** The stack of a destination counts each minute; it is complete up to when its source was last heard of. */
  function refreshCheckpoints(): void {
    for (const link of linksOf(config)) {
      if (world.out.get(link.destination.region) === 'all') continue;
      const id = linkId(link);
      if (world.out.get(link.source.region) !== 'all') completeUpTo.set(id, new Date(world.now.getTime() - minutes(2)));
      const own = world.pending.filter((version) => version.link === id);
      checkpoints.set(id, {
        link: id,
        asOf: world.now,
        completeUpTo: completeUpTo.get(id) ?? world.now,
        pendingVersions: own.length,
        pendingBytes: own.length * 7,
        bulk: false,
        writeRate: { versions: 1, bytes: 7 },
        ...(own[0] === undefined ? {} : { oldestPendingAt: own[0].createdAt }),
      });
    }
    for (const { region } of BUCKETS) {
      if (world.out.get(region) === 'all') continue;
      const at = books.reports.findIndex((report) => report.region === region);
      const report = {
        region,
        asOf: world.now,
        kms: { quotaPerSecond: 10_000, usedPerSecond: 100, peakPerSecond: 300 },
        keysUsable: true,
        throttled: false,
      };
      books.reports.splice(at === -1 ? 0 : at, at === -1 ? 0 : 1, report);
    }
  }

  const reaches = (observer: string, region: string): boolean =>
    !world.out.has(region) && !world.cut.has(`${observer}>${region}`);

  function serving(): readonly Route[] {
    return effective.findLast(({ from }) => from <= world.now.getTime())?.routes ?? [];
  }

  for (const region of mrap.observers) {
    const clock = { now: () => new Date(world.now.getTime() + (world.skew.get(region) ?? 0)) };
    const told: RenderedAlert[] = [];
    const gone: CaseRef[] = [];
    const ports: SteerPorts = {
      region,
      clock,
      notes: createFakeNotes(clock),
      alerts: createFakeSink({ hear: (alert) => told.push(alert), gone: (ref) => gone.push(ref), now: clock.now }),
      ...books,
      steering: createFakeSteering(checkpoints),
      prober: {
        probe: async ({ mrap: name, bucket }) => ({
          mrap: name,
          observer: region,
          region: bucket.region,
          bucket: bucket.bucket,
          at: clock.now(),
          plain: reaches(region, bucket.region) ? 'answered' : 'failed',
        }),
      },
      routes: {
        read: async () => {
          if (world.controlOut) throw unavailable('MrapRoutes.read');
          return present({ routes: world.routes, at: clock.now(), readFrom: 'ap-northeast-1' });
        },
        submit: async (_arn, updates) => {
          if (world.controlOut) throw unavailable('MrapRoutes.submit');
          const answer = world.answers.shift() ?? { kind: 'accepted', by: 'ap-northeast-1' };
          if (answer.kind !== 'accepted') return answer;
          world.submitted.push(updates);
          world.routes = world.routes.map((each) => updates.find((update) => update.region === each.region) ?? each);
          effective.push({ routes: world.routes, from: world.now.getTime() + EFFECT_MS });
          return answer;
        },
      },
      reader: {
        read: async (_arn, key) => {
          const active = serving().find(({ dial }) => dial > 0);
          if (active === undefined || !reaches(region, active.region)) throw unavailable('MrapReader.read');
          if (!key.includes(`/${active.bucket}/`))
            return present({ replicationStatus: 'REPLICA', etag: 'e', text: 't' });
          return present({ etag: 'e', text: 't' });
        },
      },
      pendingIn: () => ({
        async *list(link) {
          yield* world.pending.filter((version) => version.link === link);
        },
      }),
      objects: { head: async () => ({ state: 'absent' }) },
      versions: { async *list() {} },
    };
    const watched = crashing(region, ports, world);
    controllers.set(region, { ports, told, gone, steering: createSteering(watched, config) });
  }
  return world;
}

function unavailable(operation: string): HoldfastError {
  return new HoldfastError('unavailable', operation, `${operation} failed: it is out`);
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** Counts the calls of a Region's ports, lets the ledger be out, and dies with the one that is asked for. */
function crashing(region: string, ports: SteerPorts, world: SteeringWorld): SteerPorts {
  const ofLedger = new Set(['probes', 'steering', 'history', 'readiness', 'freezes', 'manifests']);
  const wrap = (name: string, port: object): object =>
    Object.fromEntries(
      Object.entries(port).map(([method, run]: [string, Method]) => [
        method,
        async (...args: unknown[]) => {
          const count = world.calls.get(region) ?? 0;
          world.calls.set(region, count + 1);
          if (world.ledgerOut && ofLedger.has(name)) throw unavailable(`${name}.${method}`);
          const isLast = world.crash?.region === region && world.crash.call === count;
          if (isLast && world.crash?.effect === 'lost') throw new Error(`died before ${name}.${method}`);
          const answer = await run(...args);
          if (isLast) throw new Error(`died after ${name}.${method}`);
          return answer;
        },
      ]),
    );
  const wrapped = ['notes', 'alerts', 'prober', 'routes', 'reader', 'objects', ...ofLedger].map((name) => {
    const port = ports[name as keyof SteerPorts];
    return [name, wrap(name, port as object)];
  });
  return { ...ports, ...Object.fromEntries(wrapped) } as SteerPorts;
}
