import { openAlertBook } from './act/alert-book.ts';
import { type Config, stackRegions } from './model/config.ts';
import type { Finding } from './model/finding.ts';
import { type Heartbeat, nextHeartbeat } from './model/heartbeat.ts';
import { silentStacks } from './policy/silent-stacks.ts';
import { toAlerts } from './policy/to-alerts.ts';
import type { Call, Heartbeats, Ports } from './ports.ts';

/** What the watch of the other stacks asks of the world. */
export interface HeartbeatWatchPorts extends Pick<Ports, 'region' | 'clock' | 'alerts' | 'notes'> {
  readonly heartbeats: Heartbeats;
}

const NOTE = 'open-heartbeats';

/**
 * Tells people of stacks in other Regions that have stopped watching, and leaves a heartbeat for them: last, so that whoever
 * cannot watch the others is silent itself. Throws where the steering ledger does not answer: then nothing is known of anybody.
 */
export async function watchHeartbeats(
  ports: HeartbeatWatchPorts,
  config: Pick<Config, 'pairs' | 'mraps' | 'alerts'>,
  call: Call,
): Promise<readonly Finding[]> {
  const { region, heartbeats } = ports;
  const last = await Promise.all(stackRegions(config).map(async (each) => heartbeats.last(each, call)));
  const known = last.filter((each): each is Heartbeat => each !== undefined);
  const isOwn = (each: Heartbeat): boolean => each.region === region;
  const own = nextHeartbeat(region, known.find(isOwn), ports.clock.now());
  const findings = silentStacks({ own, others: known.filter((each) => !isOwn(each)) });
  const book = await openAlertBook(ports, NOTE, call);
  const actions = toAlerts(findings, { all: findings, threshold: config.alerts.severity });
  await book.publish('heartbeats', { findings, actions }, call);
  await book.save(call);
  await heartbeats.leave(own, call);
  return findings;
}
