import type { DrillLeg } from '../model/drill.ts';
import { formatDuration } from '../model/quantity-text.ts';
import type { Reason, RoutePlan, RoutingDecision } from '../model/routing.ts';
import { planFailover } from '../policy/route-plan.ts';
import { activeIn } from '../policy/route-table.ts';
import type { KeptChange } from '../ports.ts';
import { changeRoutes } from './change-routes.ts';
import { type DrillLook, type DrillStage, isJudged, look } from './drill-stage.ts';

/** Sandbox time between two looks, in milliseconds: the error of what is measured. */
const STEP_MS = 2_000;

/** Longest sandbox time until a Region is called unhealthy, until somebody decides, and until a change is proved, in milliseconds. */
const DETECT_MS = 5 * 60_000;
const DECIDE_MS = 90_000;
const EFFECT_MS = 10 * 60_000;

type Begun = Pick<DrillLeg, 'kind' | 'what' | 'by' | 'happenedAt' | 'from'>;

/** The Region is out already: watches until traffic goes elsewhere, or does what a person would do. */
export async function drillFailover(
  stage: DrillStage,
  { region, calm }: { readonly region: string; readonly calm: DrillLook },
): Promise<DrillLeg> {
  const { place, client, call, say } = stage;
  const { clock } = place.services;
  const automatic = place.mrap.failover.mode === 'automatic';
  const happenedAt = clock.now();
  const from = calm.report.situation.routes?.routes ?? [];
  const what = `Everything in ${region} was out`;
  const begun: Begun = { kind: 'failover', what, by: automatic ? 'automatic' : 'person', happenedAt, from };
  const passed = (since: Date): number => clock.now().getTime() - since.getTime();

  let seen = calm;
  while (!isJudged(seen, region, 'unhealthy')) {
    if (passed(happenedAt) > DETECT_MS) return given(begun, stage, { failure: `nobody called ${region} unhealthy` });
    await place.services.wait(STEP_MS, call.signal);
    await client.read(call);
    seen = await look(stage, region);
  }
  const detectedAt = seen.report.situation.now;
  say(`${region} is called unhealthy after ${formatDuration(passed(happenedAt))}`);
  if (!automatic) return byPerson(stage, { ...begun, detectedAt, region }, seen);

  const known = calm.report.changes.at(-1)?.id ?? '';
  let decision = seen.decision;
  for (;;) {
    const change = seen.report.changes.findLast(
      ({ id, by, kind }) => id > known && by === 'automatic' && kind === 'failover',
    );
    if (change?.effectiveAt !== undefined) return byHoldfast(begun, stage, { change, detectedAt });
    if (change === undefined) decision = seen.decision.action === 'stay' ? decision : seen.decision;
    if (change === undefined && passed(detectedAt) > DECIDE_MS) {
      return given(begun, stage, { detectedAt, failure: refusalOf(decision.reasons), decision });
    }
    if (passed(detectedAt) > EFFECT_MS) {
      return given(begun, stage, { detectedAt, failure: 'the change was not proved to be effective', decision });
    }
    await place.services.wait(STEP_MS, call.signal);
    await client.read(call);
    seen = await look(stage, region);
  }
}

/** What became of the leg, as far as it came. */
function given(
  begun: Begun,
  { client }: DrillStage,
  {
    failure,
    detectedAt,
    decision,
  }: { readonly failure: string; readonly detectedAt?: Date; readonly decision?: RoutingDecision },
): DrillLeg {
  return {
    ...begun,
    ...(detectedAt === undefined ? {} : { detectedAt }),
    to: begun.from,
    reasons: decision?.reasons ?? [],
    ...(decision?.dataAtRisk === undefined ? {} : { dataAtRisk: decision.dataAtRisk }),
    client: client.take(),
    failure,
  };
}

async function byHoldfast(
  begun: Begun,
  { place: { mrap, services }, stage, call, client, say }: DrillStage,
  { change, detectedAt }: { readonly change: KeptChange; readonly detectedAt: Date },
): Promise<DrillLeg> {
  const { id, decidedAt, acceptedAt, effectiveAt, to, reasons } = change;
  const manifest = await services.stack(stage).routing.manifests.get({ mrap: mrap.name, id }, call);
  say(`Holdfast let ${activeIn(to).join(' and ')} have the traffic`);
  return {
    ...begun,
    // A controller may know before whoever drills has looked.
    detectedAt: detectedAt < decidedAt ? detectedAt : decidedAt,
    decidedAt,
    ...(acceptedAt === undefined ? {} : { acceptedAt }),
    ...(effectiveAt === undefined ? {} : { effectiveAt }),
    to,
    reasons: reasons.map((text) => ({ passes: true, text })), // it was done, so every guard let it
    ...(manifest === undefined ? {} : { dataAtRisk: manifest.risk }),
    client: client.take(),
  };
}

async function byPerson(
  stage: DrillStage,
  begun: Begun & { readonly detectedAt: Date; readonly region: string },
  { report, decision }: DrillLook,
): Promise<DrillLeg> {
  const { acceptLoss } = stage;
  const { region: away, ...leg } = begun;
  const wanted = decision.to === undefined ? [] : activeIn(decision.to);
  const others = report.situation.buckets.map(({ region }) => region);
  const to = [...wanted, ...others].find((region) => region !== away) ?? '';
  const plan = planFailover(report.situation, {
    to,
    away: [away],
    ...(acceptLoss === undefined ? {} : { acceptLoss }),
  });
  return carryOutLeg(stage, { begun: leg, plan, after: report.changes.at(-1)?.id });
}

/** What a person does who has read the plan: at once, because nobody has to be woken in a drill. */
export async function carryOutLeg(
  stage: DrillStage,
  {
    begun,
    plan,
    after,
  }: {
    readonly begun: Begun & { readonly detectedAt: Date };
    readonly plan: RoutePlan;
    readonly after: string | undefined;
  },
): Promise<DrillLeg> {
  const { place, call, client, say } = stage;
  const leg = {
    ...begun,
    to: plan.to ?? begun.from,
    reasons: plan.reasons,
    ...(plan.dataAtRisk === undefined ? {} : { dataAtRisk: plan.dataAtRisk }),
  };
  if (plan.outcome !== 'allowed') return { ...leg, client: client.take(), failure: refusalOf(plan.reasons) };
  const decidedAt = place.services.clock.now();
  const { services } = place;
  // Clients go on wanting their object while the effect is awaited.
  const wait = async (ms: number, signal: AbortSignal): Promise<void> => {
    await services.wait(ms, signal);
    await client.read(call);
  };
  const request = {
    plan,
    stage: stage.stage,
    ledgerReachable: true,
    waitMs: EFFECT_MS,
    say,
    ...(after === undefined ? {} : { after }),
  };
  const end = await changeRoutes({ ...place, services: { ...services, wait } }, request, call);
  if (end.kind !== 'accepted')
    return { ...leg, decidedAt, client: client.take(), failure: `the change ended as ${end.kind}` };
  const { acceptedAt, effectiveAt } = end;
  if (effectiveAt === undefined)
    return {
      ...leg,
      decidedAt,
      acceptedAt,
      client: client.take(),
      failure: 'the change was not proved to be effective',
    };
  return { ...leg, decidedAt, acceptedAt, effectiveAt, client: client.take() };
}

function refusalOf(reasons: readonly (Reason & { readonly standing?: string })[]): string {
  const against = reasons.filter(
    ({ passes, standing }) => !passes && (standing === undefined || standing === 'blocks'),
  );
  return `refused: ${against.map(({ guard, text }) => `${guard} (${text})`).join('; ')}`;
}
