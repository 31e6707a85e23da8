import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HoldfastError } from '../../src/errors.ts';
import type { Services } from '../../src/cli/services.ts';
import type { Checkpoint } from '../../src/model/pending.ts';
import type { Probe } from '../../src/model/routing.ts';
import type { KeptChange } from '../../src/ports.ts';
import { createFakeSteering } from '../support/fake-lists.ts';
import { AWAY, createRouteScene, HOME, LINKS, type RouteScene } from './route-scene.ts';

const OBSERVERS = ['us-east-1', 'eu-west-1', 'eu-central-1'];
const ROUND_MS = 10_000;

/** A sandbox with observers and, where it is wanted, a controller, that live in its time. */
export interface DrillWorld {
  readonly url: string;
  readonly scene: RouteScene;
  readonly services: Services;
  /** Region that is out. */
  out: string | undefined;
  /** Whether a controller switches by itself. */
  automatic: boolean;
  /** Age up to which everything is known to have arrived, in milliseconds. */
  backlogAgeMs: number;
  /** What the control API was asked. */
  readonly asked: string[];
  close(): void;
}

export async function createDrillWorld(): Promise<DrillWorld> {
  const scene = createRouteScene();
  const { books } = scene;
  const checkpoints = new Map<string, Checkpoint>();
  let now = Date.UTC(2026, 10, 21, 12);
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => response.end(JSON.stringify(control(`${request.method} ${request.url}`, body))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  function control(what: string, body: string): object {
    world.asked.push(what);
    const { advanceMs, region } = (body === '' ? {} : JSON.parse(body)) as { advanceMs?: number; region?: string };
    if (what === 'POST /_holdfast/faults') world.out = region;
    if (what === 'DELETE /_holdfast/faults/7') world.out = undefined;
    for (const end = now + (advanceMs ?? 0); now < end; now = Math.min(end, now + ROUND_MS)) goOn();
    return { now: new Date(now).toISOString(), fault: { id: '7' } };
  }

  function goOn(): void {
    const at = new Date(now);
    for (const observer of OBSERVERS.filter((each) => each !== world.out)) {
      for (const { bucket, region } of HOME) {
        const plain = region === world.out ? 'failed' : 'answered';
        const seen: Probe = { mrap: 'orders', observer, region, bucket, at, plain };
        const last = books.seen.findLast((each) => each.observer === observer && each.region === region);
        if (last === undefined || now - last.at.getTime() >= ROUND_MS) books.seen.push(seen);
      }
    }
    const kms = { quotaPerSecond: 1_000, usedPerSecond: 10, peakPerSecond: 20 };
    const ready = HOME.map(({ region }) => ({ region, asOf: at, kms, keysUsable: true, throttled: false }));
    books.reports.splice(0, books.reports.length, ...ready);
    const completeUpTo = new Date(now - world.backlogAgeMs);
    const known = { asOf: at, completeUpTo, pendingVersions: 4, pendingBytes: 400, bulk: false };
    for (const link of LINKS) checkpoints.set(link, { link, ...known, writeRate: { versions: 0.1, bytes: 10 } });
    if (world.automatic && world.out !== undefined && books.kept.length === 0 && failedRounds() >= 3) decide(at);
  }

  function failedRounds(): number {
    return books.seen.filter(({ observer, plain }) => observer === 'eu-central-1' && plain === 'failed').length;
  }

  function decide(at: Date): void {
    const [decided, effectiveAt] = [{ decidedAt: at, submittedAt: at, acceptedAt: at }, new Date(at.getTime() + 7_000)];
    const change: KeptChange = {
      mrap: 'orders',
      id: '00000001',
      by: 'automatic',
      kind: 'failover',
      ...decided,
      effectiveAt,
      from: HOME,
      to: AWAY,
      reasons: ['2 of 2 observers cannot read it'],
      holder: 'eu-central-1',
      revision: 3,
    };
    books.kept.push(change);
    const risk = { versions: 4, bytes: 400, completeUpTo: new Date(now - world.backlogAgeMs) };
    const left = { mrap: 'orders', change: change.id, asOf: at, links: LINKS, risk, versions: [], truncated: false };
    books.left.push({ ...left, unread: [] });
    scene.routes = AWAY;
  }

  const { services } = scene;
  const world: DrillWorld = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    scene,
    services: {
      ...services,
      clock: { now: () => new Date(now) },
      wait: async () => undefined,
      stack: (stage) => ({ ...services.stack(stage), steering: createFakeSteering(checkpoints) }),
      routes: {
        read: async () => ({
          state: 'present',
          value: { routes: scene.routes, at: new Date(now), readFrom: 'us-west-2' },
        }),
        submit: async (...asked) => services.routes.submit(...asked),
      },
      through: {
        async read(...asked) {
          const active = scene.routes.find(({ dial }) => dial > 0);
          if (active?.region !== world.out) return services.through.read(...asked);
          throw new HoldfastError('unavailable', 'MrapReader.read', 'HTTP 503');
        },
      },
    },
    out: undefined,
    automatic: false,
    backlogAgeMs: 60_000,
    asked: [],
    close: () => void server.close(),
  };
  books.seen.length = 0;
  control('POST /_holdfast/clock', JSON.stringify({ advanceMs: 60_000 }));
  world.asked.length = 0;
  return world;
}
