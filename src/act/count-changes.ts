import type { Alert } from '../model/action.ts';
import { type Change, changeCounter, hourOf, passesBoundary } from '../model/change.ts';
import type { Call, Ports } from '../ports.ts';

const DAY_MS = 24 * 3_600_000;

/** An alarm of the hour is remembered until the next has begun, with a margin for events that come late. In milliseconds. */
const TOLD_FOR_MS = 6 * 3_600_000;

/** A place whose counter has passed a boundary, with what was counted there before. */
export interface CountedChange {
  readonly change: Change;
  readonly sum: number;
  readonly others: readonly number[];
}

/** Adds to the counters of the places; answers those where the sum is worth a comparison. */
export async function countChanges(
  changes: readonly Change[],
  { counters }: Pick<Ports, 'counters'>,
  call: Call,
): Promise<readonly CountedChange[]> {
  const counted: CountedChange[] = [];
  for (const change of changes) {
    const name = changeCounter(change);
    const sum = await counters.add(name, change.window, change.count, call);
    if (!passesBoundary(sum, change.count)) continue;
    const history = await counters.history(name, DAY_MS, call);
    const others = history.filter(({ window }) => window.getTime() !== change.window.getTime());
    counted.push({ change, sum, others: others.map((other) => other.sum) });
  }
  return counted;
}

/** Opens the alarm about a change once in the hour of its window. */
export async function openOncePerHour(
  alert: Alert,
  change: Change,
  { ports, call }: { readonly ports: Pick<Ports, 'alerts' | 'notes'>; readonly call: Call },
): Promise<void> {
  const name = `alarm#${hourOf(change)}#${changeCounter(change)}`;
  if ((await ports.notes.get(name, call)) !== undefined) return;
  await ports.alerts.open(alert, call);
  await ports.notes.put(name, 'opened', { signal: call.signal, keepForMs: TOLD_FOR_MS });
}
