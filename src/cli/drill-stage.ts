import { HoldfastError } from '../errors.ts';
import type { AcceptedLoss, RoutingDecision } from '../model/routing.ts';
import { decideRoutes } from '../policy/routing.ts';
import type { Call } from '../ports.ts';
import type { AccessPointClient } from './drill-client.ts';
import type { MrapPlace } from './mrap-options.ts';
import { type RouteReport, reportRoutes } from './route-report.ts';
import type { SandboxControl } from './sandbox-control.ts';

export interface DrillRequest {
  readonly stage: string;
  /** Region that is taken out; absent: the first that has traffic. */
  readonly region?: string;
  /** What a person would answer for; absent: nothing. */
  readonly acceptLoss?: AcceptedLoss;
  readonly control: SandboxControl;
  readonly call: Call;
  readonly say: (text: string) => void;
}

/** Where a drill plays. */
export interface DrillStage extends DrillRequest {
  /** Whoever waits in it moves the time of the sandbox. */
  readonly place: MrapPlace;
  readonly client: AccessPointClient;
}

/** What is known at one time. */
export interface DrillLook {
  readonly report: RouteReport;
  readonly decision: RoutingDecision;
}

/** How long observers that were just deployed may take to agree, in milliseconds, and how often they are asked. */
const CALM_MS = 5 * 60_000;
const STRIDE_MS = 10_000;

/** Nobody waits in a drill: time is skipped, and what falls due in it has its turn. */
export function inSandboxTime({ mrap, services }: MrapPlace, control: SandboxControl): MrapPlace {
  const wait = async (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    await control.advance(ms);
  };
  return { mrap, services: { ...services, wait } };
}

export async function look(
  { place, stage, call }: Pick<DrillStage, 'place' | 'stage' | 'call'>,
  avoid?: string,
): Promise<DrillLook> {
  const report = await reportRoutes(place, { stage, ...call, ...(avoid === undefined ? {} : { avoid }) });
  return { report, decision: decideRoutes(report.situation) };
}

/** Whether a Region is judged so. */
export function isJudged({ decision }: DrillLook, region: string, health: 'healthy' | 'unhealthy'): boolean {
  return decision.health.some((view) => view.region === region && view.health === health);
}

/** What is not in order before a drill would be taken for its outcome: throws what it is. */
export async function expectCalm(stage: Pick<DrillStage, 'place' | 'stage' | 'call'>): Promise<DrillLook> {
  let seen = await look(stage);
  for (let waitedMs = 0; waitedMs < CALM_MS && !isCalm(seen); waitedMs += STRIDE_MS) {
    await stage.place.services.wait(STRIDE_MS, stage.call.signal);
    seen = await look(stage);
  }
  if (isCalm(seen)) return seen;
  const problems = [...seen.decision.health.map(({ text }) => text), ...seen.report.notes];
  throw new HoldfastError(
    'unavailable',
    'cli',
    `a drill begins when all is well, and it is not: ${problems.join('; ')}`,
  );
}

function isCalm({ report, decision }: DrillLook): boolean {
  return report.notes.length === 0 && decision.health.every(({ health }) => health === 'healthy');
}
