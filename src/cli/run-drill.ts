import { HoldfastError } from '../errors.ts';
import type { DrillLeg, DrillReport, DrillSettings } from '../model/drill.ts';
import { probeCanaryKey } from '../model/probe-canary.ts';
import type { MrapConfig } from '../model/config.ts';
import { activeIn } from '../policy/route-table.ts';
import { createAccessPointClient } from './drill-client.ts';
import { drillFailback } from './drill-failback.ts';
import { drillFailover } from './drill-failover.ts';
import { lessonsOf } from './drill-lessons.ts';
import { type DrillLook, type DrillRequest, type DrillStage, expectCalm, inSandboxTime } from './drill-stage.ts';
import type { MrapPlace } from './mrap-options.ts';

/** A failover and its failback in a sandbox, with everything measured. What was taken out is there again in the end, whatever happens. */
export async function runDrill(asked: MrapPlace, request: DrillRequest): Promise<DrillReport> {
  const { control, stage, say, call } = request;
  const place = inSandboxTime(asked, control);
  const { mrap, services } = place;
  const startedAt = services.clock.now();
  const calm = await expectCalm({ place, stage, call });
  const { region, bucket } = toTakeOut(calm, request.region);
  const canary = { arn: mrap.arn, key: probeCanaryKey(bucket, 'plain') };
  const client = createAccessPointClient(canary, { through: services.through, clock: services.clock });
  const drill: DrillStage = { ...request, place, client };
  const legs: DrillLeg[] = [];
  say(`everything in ${region} is out from now on`);
  const end = await control.takeOut(region);
  try {
    legs.push(await drillFailover(drill, { region, calm }));
  } finally {
    await end();
  }
  if (legs.every(({ failure }) => failure === undefined)) {
    say(`${region} is there again; waiting until everything is proved to be at home`);
    legs.push(await drillFailback(drill, region));
  }
  const endedAt = services.clock.now();
  const head = { version: 1, mrap: mrap.name, arn: mrap.arn, stage, region, startedAt, endedAt } as const;
  const report = { ...head, settings: settingsOf(mrap), legs };
  return { ...report, lessons: lessonsOf(report) };
}

function toTakeOut(
  { report: { situation } }: DrillLook,
  wanted: string | undefined,
): { readonly region: string; readonly bucket: string } {
  const active = activeIn(situation.routes?.routes ?? []);
  const region = wanted ?? active[0];
  const found = situation.buckets.find((bucket) => bucket.region === region && active.includes(bucket.region));
  if (found !== undefined) return found;
  const problem = `expected a Region that has traffic (${active.join(', ')}), got ${region ?? 'none'}`;
  throw new HoldfastError('invalid-config', 'cli', problem);
}

function settingsOf({ failover, observers, witness }: MrapConfig): DrillSettings {
  const { mode, rpoMs, coolDownMs, quorum, confirmations } = failover;
  return { mode, rpoMs, coolDownMs, quorum, confirmations, observers, ...(witness === undefined ? {} : { witness }) };
}
