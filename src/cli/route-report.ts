import { isMissingTable } from '../adapters/aws/translate-error.ts';
import { HoldfastError } from '../errors.ts';
import { gatherRouting } from '../gather/gather-routing.ts';
import type { Probe, RouteFreeze, RouteTable, RoutingSituation } from '../model/routing.ts';
import { readinessOf } from '../policy/readiness.ts';
import type { Call, KeptChange, RouteCall } from '../ports.ts';
import type { MrapPlace } from './mrap-options.ts';

/** Everything that a person can find out about an access point now. */
export interface RouteReport {
  readonly situation: RoutingSituation;
  /** Oldest first; empty also where the steering ledger cannot be reached. */
  readonly changes: readonly KeptChange[];
  readonly freezes: readonly RouteFreeze[];
  /** What this machine saw itself, bucket by bucket: it counts for nobody, and is all there is where the ledger is out of reach. */
  readonly seenFromHere: readonly Probe[];
  /** What is not known, and why. */
  readonly notes: readonly string[];
}

export interface RouteQuestion extends Call {
  readonly stage: string;
  /** Asked last for the routes. */
  readonly avoid?: string;
}

/** Asks everybody who can know something. What cannot be asked is noted, and never taken for nothing. */
export async function reportRoutes(place: MrapPlace, { stage, avoid, signal }: RouteQuestion): Promise<RouteReport> {
  const { mrap, services } = place;
  const { steering, routing } = services.stack(stage);
  const call = { signal };
  const [{ routes, why }, facts] = await Promise.all([
    readRoutes(place, { signal, ...(avoid === undefined ? {} : { avoid }) }),
    gatherRouting(mrap, services.config, { clock: services.clock, steering, ...routing }, call),
  ]);
  const seenFromHere = await Promise.all(
    facts.buckets.map(async (bucket) => services.prober.probe({ mrap: mrap.name, bucket }, call)),
  );
  const { buckets, probes, backlog, history, freezes, ledgerReachable, trouble } = facts;
  return {
    situation: {
      mrap,
      buckets,
      probes,
      routes,
      backlog,
      readiness: buckets.flatMap(({ region }) => readinessOf(region, facts.reports) ?? []),
      history,
      freezes,
      ledgerReachable,
      now: services.clock.now(),
    },
    changes: history,
    freezes,
    seenFromHere,
    notes: [...(why === undefined ? [] : [why]), ...(trouble === undefined ? [] : [ledgerNote(place, stage, trouble)])],
  };
}

function ledgerNote({ services: { config } }: MrapPlace, stage: string, trouble: HoldfastError): string {
  const why = isMissingTable(trouble) ? `there is no stack of stage ${stage}` : trouble.message;
  return `steering ledger in ${config.steeringRegion ?? 'no Region'}: ${why}`;
}

/** The routes, or why nobody tells them. */
async function readRoutes(
  { mrap, services }: MrapPlace,
  call: RouteCall,
): Promise<{ readonly routes: RouteTable | undefined; readonly why?: string }> {
  try {
    const found = await services.routes.read(mrap.arn, call);
    if (found.state === 'present') return { routes: found.value };
    const why = found.state === 'absent' ? `there is no access point ${mrap.arn}` : found.reason;
    return { routes: undefined, why: `routes: ${why}` };
  } catch (error) {
    if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
    return { routes: undefined, why: `routes: no Region of the control plane answers: ${error.message}` };
  }
}
