import type { RouteChange } from '../model/routing.ts';
import { activeIn } from './route-table.ts';

/** How long it is tried to prove that an accepted change is effective, in milliseconds: S3 promises minutes. */
export const PROVE_MS: number = 15 * 60_000;

/** Without a second observer for so long, one is enough. In milliseconds. */
const ALONE_MS = 5 * 60_000;

/** How long after its recovery versions from a Region are watched that arrive late, in milliseconds. */
export const LATE_MS: number = 3_600_000;

/** The change that was decided and is neither accepted nor given up: nothing else is decided before it is. */
export function openChange<T extends RouteChange>(history: readonly T[]): T | undefined {
  const last = history.at(-1);
  return last === undefined || last.acceptedAt !== undefined || last.abandoned !== undefined ? undefined : last;
}

/** The last change that the control plane took. */
export function lastAccepted<T extends RouteChange>(history: readonly T[]): T | undefined {
  return history.findLast(({ acceptedAt, abandoned }) => acceptedAt !== undefined && abandoned === undefined);
}

/** Whether reads through the access point are still to show that the change is effective. */
export function isToBeProved({ acceptedAt, effectiveAt, by }: RouteChange, now: Date): boolean {
  if (acceptedAt === undefined || effectiveAt !== undefined || by === 'elsewhere') return false;
  return now.getTime() - acceptedAt.getTime() <= PROVE_MS;
}

/** How many observers must have seen that it is effective. */
export function proofsNeeded({ acceptedAt }: Pick<RouteChange, 'acceptedAt'>, observers: number, now: Date): number {
  const isLong = acceptedAt !== undefined && now.getTime() - acceptedAt.getTime() > ALONE_MS;
  return isLong ? 1 : Math.min(2, observers);
}

/** Whether versions from the Region that was left are still looked for. */
export function isLateWatched({ recoveredAt }: Pick<RouteChange, 'recoveredAt'>, now: Date): boolean {
  return recoveredAt !== undefined && now.getTime() - recoveredAt.getTime() <= LATE_MS;
}

/** Regions that a change takes the traffic from, and those that have it afterwards. */
export function moveOf({ from, to }: Pick<RouteChange, 'from' | 'to'>): {
  readonly leaving: readonly string[];
  readonly staying: readonly string[];
} {
  const staying = activeIn(to);
  return { leaving: activeIn(from).filter((region) => !staying.includes(region)), staying };
}
