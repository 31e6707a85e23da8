import type { DrillLeg } from '../model/drill.ts';
import { formatDuration } from '../model/quantity-text.ts';
import type { RoutePlan } from '../model/routing.ts';
import { planFailback } from '../policy/failback.ts';
import { carryOutLeg } from './drill-failover.ts';
import { type DrillStage, isJudged, look } from './drill-stage.ts';
import { countConflicts } from './failback.ts';

/** Sandbox time between two looks, in milliseconds: until the Region answers, and while the way back is proved. */
const STEP_MS = 10_000;
const STRIDE_MS = 30_000;

/** How much longer than the cool-down and the RPO budget a way back may take, in milliseconds. */
const PATIENCE_MS = 30 * 60_000;

/** The Region is there again: waits until everything is proved to be at home, and lets the traffic come back. */
export async function drillFailback(stage: DrillStage, region: string): Promise<DrillLeg> {
  const { place, call, client, say } = stage;
  const { mrap, services } = place;
  const happenedAt = services.clock.now();
  const { coolDownMs, rpoMs } = mrap.failover;
  let detectedAt: Date | undefined;
  for (;;) {
    await services.wait(detectedAt === undefined ? STEP_MS : STRIDE_MS, call.signal);
    await client.read(call);
    const seen = await look(stage);
    const { situation, changes } = seen.report;
    const from = situation.routes?.routes ?? [];
    const begun = { kind: 'failback', what: `${region} was there again`, by: 'person', happenedAt, from } as const;
    if (detectedAt === undefined && isJudged(seen, region, 'healthy')) {
      detectedAt = situation.now;
      say(`${region} is called healthy after ${formatDuration(detectedAt.getTime() - happenedAt.getTime())}`);
    }
    const conflicts = await countConflicts(place, { report: seen.report, stage: stage.stage, call });
    const counted = typeof conflicts === 'number' ? { conflicts, acceptConflicts: conflicts } : {};
    const plan = planFailback(situation, counted);
    if (detectedAt !== undefined && plan.outcome === 'allowed')
      return carryOutLeg(stage, { begun: { ...begun, detectedAt }, plan, after: changes.at(-1)?.id });
    if (situation.now.getTime() - happenedAt.getTime() < coolDownMs + rpoMs + PATIENCE_MS) continue;
    return {
      ...begun,
      ...(detectedAt === undefined ? {} : { detectedAt }),
      to: from,
      reasons: plan.reasons,
      client: client.take(),
      failure: `nothing let it come back: ${blockersOf(plan)}`,
    };
  }
}

function blockersOf({ reasons }: RoutePlan): string {
  const blocking = reasons.filter(({ standing }) => standing === 'blocks');
  return blocking.map(({ guard, text }) => `${guard} (${text})`).join('; ');
}
