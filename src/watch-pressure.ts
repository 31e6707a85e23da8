import { openAlertBook } from './act/alert-book.ts';
import { sendCanaries, type SentCanaries } from './act/send-canaries.ts';
import { pressureChecks } from './checks/pressure/index.ts';
import { gatherPressure, type PressurePorts } from './gather/gather-pressure.ts';
import type { Config } from './model/config.ts';
import type { Finding, FindingCode } from './model/finding.ts';
import type { PressureFactName, PressureFacts } from './model/pressure-facts.ts';
import { pressureNote } from './model/throttle.ts';
import { canaryStance, isCanaryDue, isPartsDue } from './policy/canary.ts';
import { toCapacityReport } from './policy/readiness.ts';
import { slowUntil } from './policy/slow-down.ts';
import { toAlerts } from './policy/to-alerts.ts';
import type { Call, CanaryWriter, Ports, ReadinessBook } from './ports.ts';

/** What the watch of limits asks of the world. */
export interface PressureWatchPorts extends PressurePorts, Pick<Ports, 'alerts'> {
  /** Absent: no canaries are written, and those on their way are not followed any more. */
  readonly canaries?: CanaryWriter;
  /** Absent: nobody asks whether the Region could take the traffic of another. */
  readonly readiness?: Pick<ReadinessBook, 'leave'>;
}

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
 * between, lets our own readings wait while KMS has no room, and writes canaries. A question that cannot be answered holds up no
 * other: its error is thrown at the end. May be repeated.
 */
export async function watchPressure(
  ports: PressureWatchPorts,
  config: Pick<Config, 'pairs' | 'alerts'>,
  call: Call,
): Promise<readonly WatchedPressure[]> {
  const book = await openAlertBook(ports, NOTE, call);
  const needs = ports.canaries === undefined ? new Set([...NEEDS].filter((name) => name !== 'canaries')) : NEEDS;
  const { facts: gathered, errors } = await gatherPressure({ config, needs }, ports, call);
  const unleft = await leaveReadiness(gathered, ports, call);
  const sent = await sendDueCanaries(gathered, ports, call);
  const facts = { ...gathered, canaries: sent.canaries };
  const slow = slowUntil(facts);
  if (slow !== undefined) {
    const keepForMs = slow.getTime() - facts.lookedAt.getTime();
    await ports.notes.put(pressureNote(ports.region), slow.toISOString(), { signal: call.signal, keepForMs });
  }
  const watched: WatchedPressure[] = [];
  for (const { id, needs: asked, run } of pressureChecks) {
    if (asked.some((name) => errors.has(name))) {
      book.keep(id); // nothing was learnt
      continue;
    }
    const findings = run(facts);
    const actions = toAlerts(findings, { all: findings, threshold: config.alerts.severity });
    watched.push({ check: id, findings, opened: await book.publish(id, { findings, actions }, call) });
  }
  await book.save(call);
  for (const error of [...errors.values(), ...sent.errors, ...unleft]) throw error;
  return watched;
}

/** Why it could not be left: trouble of the steering ledger must not silence the watch. */
async function leaveReadiness(
  facts: PressureFacts,
  { readiness }: PressureWatchPorts,
  call: Call,
): Promise<readonly unknown[]> {
  try {
    await readiness?.leave(toCapacityReport(facts), call);
    return [];
  } catch (error) {
    return [error];
  }
}

async function sendDueCanaries(
  { canaries = [], lookedAt }: PressureFacts,
  { canaries: writer, notes, clock }: PressureWatchPorts,
  call: Call,
): Promise<SentCanaries> {
  if (writer === undefined) return { canaries, errors: [] };
  const due = canaries.map((each) => {
    const stance = canaryStance(each);
    const isDue = 'kmsKeyId' in stance && isCanaryDue(each, lookedAt);
    return { canaries: each, ...(isDue ? { ...stance, parts: isPartsDue(each, lookedAt) } : {}) };
  });
  return sendCanaries(due, { writer, notes, clock }, call);
}
