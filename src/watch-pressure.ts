import { openAlertBook } from './act/alert-book.ts';
import { pressureChecks } from './checks/pressure/index.ts';
import { gatherPressure, type PressurePorts } from './gather/gather-pressure.ts';
import type { Config } from './model/config.ts';
import type { Finding, FindingCode } from './model/finding.ts';
import type { PressureFactName } from './model/pressure-facts.ts';
import { pressureNote } from './model/throttle.ts';
import { slowUntil } from './policy/slow-down.ts';
import { toAlerts } from './policy/to-alerts.ts';
import type { Call, Ports } from './ports.ts';

/** What the watch of limits asks of the world. */
export interface PressureWatchPorts extends PressurePorts, Pick<Ports, 'alerts'> {}

/** What one run did about one question. */
export interface WatchedPressure {
  /** Id of the check. */
  readonly check: string;
  readonly findings: readonly Finding[];
  /** Codes of the alerts that went out now; what was open before is not repeated. */
  readonly opened: readonly FindingCode[];
}

const NOTE = 'open-pressure';

const NEEDS: ReadonlySet<PressureFactName> = new Set(pressureChecks.flatMap((check) => check.needs));

/**
 * Looks at the limits of this Region and at the keys that its buckets depend on. Publishes what is new, and again what was gone in
 * between, and lets our own readings wait while KMS has no room. A question that cannot be answered holds up no other: its error is thrown at the end. May be repeated.
 */
export async function watchPressure(
  ports: PressureWatchPorts,
  config: Pick<Config, 'pairs' | 'alerts'>,
  call: Call,
): Promise<readonly WatchedPressure[]> {
  const book = await openAlertBook(ports, NOTE, call);
  const { facts, errors } = await gatherPressure({ config, needs: NEEDS }, ports, call);
  const slow = slowUntil(facts);
  if (slow !== undefined) {
    const keepForMs = slow.getTime() - facts.lookedAt.getTime();
    await ports.notes.put(pressureNote(ports.region), slow.toISOString(), { signal: call.signal, keepForMs });
  }
  const watched: WatchedPressure[] = [];
  for (const { id, needs, run } of pressureChecks) {
    if (needs.some((name) => errors.has(name))) {
      book.keep(id); // nothing was learnt
      continue;
    }
    const findings = run(facts);
    const actions = toAlerts(findings, { all: findings, threshold: config.alerts.severity });
    watched.push({ check: id, findings, opened: await book.publish(id, { findings, actions }, call) });
  }
  await book.save(call);
  for (const error of errors.values()) throw error;
  return watched;
}
