import type { Finding } from '../model/finding.ts';
import { type Heartbeat, isAlive, SILENT_AFTER_MS } from '../model/heartbeat.ts';

export interface HeartbeatFacts {
  /** Of the stack that asks, as of now. */
  readonly own: Heartbeat;
  /** The last of each other stack; one that never had any is not among them: it may not be deployed yet. */
  readonly others: readonly Heartbeat[];
}

/**
 * The stacks that have stopped watching. Only whoever has watched for longer itself may say so: after a pause of all of them
 * every other heartbeat is old. Of those who may, the first by name speaks, so that there is one alert and not one for each.
 */
export function silentStacks({ own, others }: HeartbeatFacts): readonly Finding[] {
  const now = own.at;
  const witnesses = [own, ...others.filter((other) => isAlive(other, now))].filter((each) => hasWatched(each, now));
  if (!hasWatched(own, now) || witnesses.some(({ region }) => region < own.region)) return [];
  return others
    .filter((other) => !isAlive(other, now))
    .map(({ region, at }) => ({
      verdict: 'violated',
      code: 'monitor-silent',
      subject: { kind: 'monitor', region },
      evidence: {
        lastHeartbeatAt: at.toISOString(),
        silentMinutes: Math.floor((now.getTime() - at.getTime()) / 60_000),
        observer: own.region,
      },
    }));
}

function hasWatched({ since }: Heartbeat, now: Date): boolean {
  return now.getTime() - since.getTime() > SILENT_AFTER_MS;
}
