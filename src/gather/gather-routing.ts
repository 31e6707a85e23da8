import { HoldfastError } from '../errors.ts';
import type { CapacityReport } from '../model/capacity.ts';
import type { BucketConfig, Config, MrapConfig } from '../model/config.ts';
import { linkId } from '../model/link.ts';
import { bucketsBehind, linksBehind } from '../model/mrap.ts';
import { valueOf } from '../model/observation.ts';
import type { LinkBacklog, Probe, RouteFreeze, RouteTable } from '../model/routing.ts';
import type {
  Call,
  Clock,
  KeptChange,
  MrapRoutes,
  ProbeBook,
  ReadinessBook,
  RouteCall,
  RouteFreezes,
  RouteHistory,
  SteeringLedger,
} from '../ports.ts';

/** What is read before anybody decides about routes. */
export interface RoutingPorts {
  readonly clock: Clock;
  readonly probes: Pick<ProbeBook, 'recent'>;
  readonly steering: Pick<SteeringLedger, 'checkpoint'>;
  readonly history: Pick<RouteHistory, 'list'>;
  readonly readiness: Pick<ReadinessBook, 'read'>;
  readonly freezes: Pick<RouteFreezes, 'list'>;
}

/** Everything that is known of an access point, but for its routes. */
export interface RoutingFacts {
  readonly mrap: MrapConfig;
  readonly buckets: readonly BucketConfig[];
  readonly probes: readonly Probe[];
  readonly backlog: readonly LinkBacklog[];
  /** Of the Regions behind the access point. */
  readonly reports: readonly CapacityReport[];
  /** Oldest first. */
  readonly history: readonly KeptChange[];
  readonly freezes: readonly RouteFreeze[];
  readonly ledgerReachable: boolean;
  /** Why the steering ledger did not answer. */
  readonly trouble?: HoldfastError;
  readonly now: Date;
}

/** Longer than any probe counts, so that an observer whose clock is ten minutes behind can be named. In milliseconds. */
const PROBES_MS = 12 * 60_000;

/** Flaps are counted by the day, and a way back may take weeks. */
const HISTORY_MS = 30 * 24 * 3_600_000;

/** What the steering ledger knows; where it does not answer, that is what is known. */
export async function gatherRouting(
  mrap: MrapConfig,
  config: Pick<Config, 'pairs'>,
  ports: RoutingPorts,
  call: Call,
): Promise<RoutingFacts> {
  const now = ports.clock.now();
  const buckets = bucketsBehind(config, mrap);
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  const common = { mrap, buckets, now };
  try {
    const [probes, backlog, reports, history, freezes] = await Promise.all([
      Promise.all(
        buckets.map(async ({ region }) =>
          ports.probes.recent({ mrap: mrap.name, region }, { ...call, since: before(PROBES_MS) }),
        ),
      ),
      gatherBacklog(mrap, config, ports, call),
      Promise.all(buckets.map(async ({ region }) => ports.readiness.read(region, call))),
      ports.history.list(mrap.name, { ...call, since: before(HISTORY_MS) }),
      ports.freezes.list(mrap.name, call),
    ]);
    return {
      ...common,
      probes: probes.flat(),
      backlog,
      reports: reports.filter((report) => report !== undefined),
      history,
      freezes,
      ledgerReachable: true,
    };
  } catch (error) {
    if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
    const nothing = { probes: [], backlog: [], reports: [], history: [], freezes: [] };
    return { ...common, ...nothing, ledgerReachable: false, trouble: error };
  }
}

async function gatherBacklog(
  mrap: MrapConfig,
  config: Pick<Config, 'pairs'>,
  { steering }: RoutingPorts,
  call: Call,
): Promise<readonly LinkBacklog[]> {
  return Promise.all(
    linksBehind(config, mrap).map(async (each) => {
      const link = linkId(each);
      const checkpoint = await steering.checkpoint(link, call);
      const ends = { link, from: each.source.region, to: each.destination.region };
      return { ...ends, ...(checkpoint === undefined ? {} : { checkpoint }) };
    }),
  );
}

/** The routes as they are now; `undefined`: no Region of the control plane tells. */
export async function readRoutes(
  { arn }: Pick<MrapConfig, 'arn'>,
  { routes }: { readonly routes: Pick<MrapRoutes, 'read'> },
  call: RouteCall,
): Promise<RouteTable | undefined> {
  try {
    return valueOf(await routes.read(arn, call));
  } catch (error) {
    if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
    return undefined;
  }
}
