import { parseConfig } from '../../src/config-schema.ts';
import { present } from '../../src/model/observation.ts';
import type { Checkpoint } from '../../src/model/pending.ts';
import type { Probe, ProbeOutcome, Route } from '../../src/model/routing.ts';
import type { Services, StackServices } from '../../src/cli/services.ts';
import type { RouteSubmission } from '../../src/ports.ts';
import { createFakeCloud } from '../support/fake-cloud.ts';
import { createFakeSteering } from '../support/fake-lists.ts';
import { createFakeRoutingBooks, type FakeRoutingBooks } from '../support/fake-routing.ts';
import { createFakeServices, type FakeServices } from './fake-run.ts';

const ARN: string = 'arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap';

export const CONFIG: string = `
version: 1
pairs:
  orders:
    source: { bucket: orders-use1, region: us-east-1, account: '111122223333' }
    destinations: [{ bucket: orders-euw1, region: eu-west-1, account: '111122223333' }]
    twoWay: true
mraps:
  orders:
    arn: ${ARN}
    pairs: [orders]
    observers: [us-east-1, eu-west-1, eu-central-1]
    witness: eu-central-1
    failover: { mode: advise, rpo: 15m, coolDown: 30m, quorum: 2 }
    active: [us-east-1]
`;

/** Time of the fakes when they begin. */
export const NOW: number = Date.UTC(2026, 10, 2);
export const ago = (seconds: number): Date => new Date(NOW - seconds * 1_000);

export const HOME: readonly Route[] = [
  { bucket: 'orders-use1', region: 'us-east-1', dial: 100 },
  { bucket: 'orders-euw1', region: 'eu-west-1', dial: 0 },
];
export const AWAY: readonly Route[] = HOME.map((route) => ({ ...route, dial: 100 - route.dial }));

export const LINKS = ['orders/orders-use1/orders-euw1', 'orders/orders-euw1/orders-use1'] as const;
const [FORTH] = LINKS;

/** An access point whose Regions, routes and ledger a test can change. */
export interface RouteScene {
  readonly services: FakeServices;
  readonly books: FakeRoutingBooks;
  /** What the control plane was told, in its order. */
  readonly submitted: (readonly Route[])[];
  routes: readonly Route[];
  submission: RouteSubmission;
  /** Bucket that answers reads through the access point; absent: the one that is active. */
  answering?: string;
  /** Parts of the stack that are others than the fakes. */
  stack: Partial<StackServices>;
  probe(region: string, outcome: ProbeOutcome): void;
  know(change: Partial<Checkpoint>): void;
}

/** Everything as it should be: traffic goes to us-east-1, everybody answers and nothing is pending. */
export function createRouteScene(change: Partial<Services> = {}): RouteScene {
  const config = parseConfig(CONFIG);
  const base = createFakeServices({ cloud: createFakeCloud(), listed: [], config });
  const books = createFakeRoutingBooks();
  const checkpoints = new Map<string, Checkpoint>();
  const quiet = {
    asOf: ago(20),
    completeUpTo: ago(60),
    pendingVersions: 0,
    pendingBytes: 0,
    bulk: false,
    writeRate: { versions: 0.5, bytes: 512 },
  };
  for (const link of LINKS) checkpoints.set(link, { link, ...quiet });
  for (const region of ['us-east-1', 'eu-west-1']) {
    const kms = { quotaPerSecond: 1_000, usedPerSecond: 10, peakPerSecond: 20 };
    books.reports.push({ region, asOf: ago(30), kms, keysUsable: true, throttled: false });
  }
  const scene: RouteScene = {
    books,
    submitted: [],
    routes: HOME,
    submission: { kind: 'accepted', by: 'us-west-2' },
    stack: {},
    probe(region, plain) {
      const bucket = region === 'us-east-1' ? 'orders-use1' : 'orders-euw1';
      books.seen.splice(0, books.seen.length, ...books.seen.filter((seen) => seen.region !== region));
      for (const observer of ['us-east-1', 'eu-west-1', 'eu-central-1']) {
        if (observer === region && plain !== 'answered') continue;
        for (let round = 0; round < 5; round += 1) {
          const seen: Probe = { mrap: 'orders', observer, region, bucket, at: ago(5 + 10 * round), plain };
          books.seen.push(seen);
        }
      }
    },
    know: (news) => void checkpoints.set(FORTH, { link: FORTH, ...quiet, ...news }),
    services: {
      ...base,
      stack: (stage) => ({
        ...base.stack(stage),
        steering: createFakeSteering(checkpoints),
        routing: books,
        ...scene.stack,
      }),
      routes: {
        read: async () => present({ routes: scene.routes, at: base.clock.now(), readFrom: 'us-west-2' }),
        async submit(_arn, updates) {
          scene.submitted.push(updates);
          if (scene.submission.kind === 'accepted') {
            scene.routes = scene.routes.map((route) => updates.find(({ bucket }) => bucket === route.bucket) ?? route);
          }
          return scene.submission;
        },
      },
      through: {
        async read(_arn, key) {
          const answering = scene.answering ?? scene.routes.find(({ dial }) => dial > 0)?.bucket ?? '';
          const replicationStatus = key.includes(answering) ? 'COMPLETED' : 'REPLICA';
          return present({ etag: 'e', text: key, replicationStatus });
        },
      },
      ...change,
    },
  };
  scene.probe('us-east-1', 'answered');
  scene.probe('eu-west-1', 'answered');
  return scene;
}
