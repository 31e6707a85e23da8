import type { MrapConfig } from '../../src/model/config.ts';
import type { Checkpoint } from '../../src/model/pending.ts';
import type { LinkBacklog, Probe, Readiness, Route, RouteChange, RoutingSituation } from '../../src/model/routing.ts';

export const AT: Date = new Date('2026-11-02T03:00:00Z');
export const EAST = 'us-east-1';
export const WEST = 'eu-west-1';
export const NORTH = 'eu-north-1';
/** Hosts no bucket. */
export const WITNESS = 'eu-central-1';

export function ago(ms: number): Date {
  return new Date(AT.getTime() - ms);
}

export const seconds = (count: number): number => count * 1_000;
export const minutes = (count: number): number => count * 60_000;

type Failover = Partial<MrapConfig['failover']>;

/** Active in the east, passive in the west; three observers. */
export function anMrap(failover: Failover = {}, rest: Partial<MrapConfig> = {}): MrapConfig {
  return {
    name: 'orders',
    arn: 'arn:aws:s3::111122223333:accesspoint/m.mrap',
    pairs: ['orders'],
    failover: {
      mode: 'automatic',
      rpoMs: minutes(15),
      coolDownMs: minutes(30),
      quorum: 2,
      confirmations: 3,
      window: 5,
      flaps: 2,
      ...failover,
    },
    observers: [EAST, WEST, WITNESS],
    witness: WITNESS,
    ...rest,
  };
}

/** Five rounds of one observer, the newest first, ten seconds apart. */
export function rounds(
  observer: string,
  region: string,
  outcomes: readonly (Probe['plain'] | Partial<Probe>)[] = Array.from({ length: 5 }, () => 'answered' as const),
): readonly Probe[] {
  return outcomes.map((outcome, index) => ({
    mrap: 'orders',
    observer,
    region,
    bucket: `orders-${region}`,
    at: ago(seconds(2 + 10 * index)),
    plain: 'answered',
    ...(typeof outcome === 'string' ? { plain: outcome } : outcome),
  }));
}

const FAILING: readonly Probe['plain'][] = ['failed', 'failed', 'failed', 'failed', 'failed'];

/** A Region is out: its observer is silent, and everybody else reaches the other Regions alone. */
export function outage(
  out: string,
  regions: readonly string[] = [EAST, WEST],
  observers: readonly string[] = anMrap().observers,
): readonly Probe[] {
  return observers
    .filter((observer) => observer !== out)
    .flatMap((observer) => regions.flatMap((region) => rounds(observer, region, region === out ? FAILING : undefined)));
}

/** Everybody reaches everything. */
export function allWell(
  regions: readonly string[] = [EAST, WEST],
  observers: readonly string[] = anMrap().observers,
): readonly Probe[] {
  return observers.flatMap((observer) => regions.flatMap((region) => rounds(observer, region)));
}

export function route(region: string, dial: number): Route {
  return { region, bucket: `orders-${region}`, dial };
}

export function aTable(...routes: readonly Route[]): NonNullable<RoutingSituation['routes']> {
  return { routes, at: ago(seconds(20)), readFrom: 'ap-northeast-1' };
}

export function aCheckpoint(members: Partial<Checkpoint> = {}): Checkpoint {
  return {
    link: 'orders/a/b',
    asOf: ago(seconds(40)),
    completeUpTo: ago(minutes(4)),
    pendingVersions: 0,
    pendingBytes: 0,
    bulk: false,
    writeRate: { versions: 2, bytes: 2_048 },
    ...members,
  };
}

export function backlogOf(from: string, to: string, members: Partial<Checkpoint> = {}): LinkBacklog {
  const link = `orders/${from}/${to}`;
  return { link, from, to, checkpoint: aCheckpoint({ link, ...members }) };
}

/** Nobody knows how much is written there. */
export function withoutRate(from: string, to: string): LinkBacklog {
  const { writeRate: _, ...checkpoint } = aCheckpoint();
  return { link: `orders/${from}/${to}`, from, to, checkpoint };
}

export function ready(region: string, members: Partial<Readiness> = {}): Readiness {
  return { region, asOf: ago(minutes(1)), kmsLoad: 0.3, keysUsable: true, throttled: false, ...members };
}

export function aChange(members: Partial<RouteChange> = {}): RouteChange {
  const decidedAt = members.decidedAt ?? ago(minutes(600));
  return {
    mrap: 'orders',
    id: decidedAt.toISOString(),
    decidedAt,
    by: 'automatic',
    kind: 'failover',
    from: [route(EAST, 100), route(WEST, 0)],
    to: [route(EAST, 0), route(WEST, 100)],
    reasons: ['because'],
    submittedAt: decidedAt,
    acceptedAt: decidedAt,
    ...members,
  };
}

/** The east is out and every guard lets the traffic go west. */
export function aSituation(members: Partial<RoutingSituation> = {}): RoutingSituation {
  return {
    mrap: anMrap(),
    buckets: [EAST, WEST].map((region) => ({
      bucket: `orders-${region}`,
      region,
      account: '111122223333',
      kmsKeys: [],
    })),
    probes: outage(EAST),
    routes: aTable(route(EAST, 100), route(WEST, 0)),
    backlog: [backlogOf(EAST, WEST), backlogOf(WEST, EAST)],
    readiness: [ready(EAST), ready(WEST)],
    history: [],
    freezes: [],
    ledgerReachable: true,
    now: AT,
    ...members,
  };
}
