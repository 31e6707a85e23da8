import type { Schedule } from '../../model/schedule.ts';
import type { Platform } from '../platform.ts';

export interface SchedulePlan {
  readonly name: string;
  readonly region: string;
  readonly expression: string;
  readonly schedule: Schedule;
  /** Starts the target; what it throws is kept as the outcome. Resolves when the target has ended. */
  readonly fire: () => Promise<void>;
}

/** What a schedule did, for the status. */
export interface ScheduleReport {
  readonly name: string;
  readonly region: string;
  readonly expression: string;
  /** ISO 8601; absent: never again. */
  readonly nextAt?: string;
  readonly fired: number;
  /** Firings that were left out: the Region was out, or so many invocations were still under way. */
  readonly skipped: number;
  readonly lastAt?: string;
  /** `started`, or why the target could not be started. */
  readonly lastOutcome?: string;
}

/** Everything that runs by the sandbox's clock on behalf of a stack. */
export interface ScheduleRegister {
  /** Until the answer is called. */
  start(plan: SchedulePlan): () => void;
  all(): readonly ScheduleReport[];
}

/**
 * A jump of the clock takes no time, an invocation does: what would run side by side for want of time is left out. On AWS so many
 * would run at once only if the function took longer than its schedule's interval.
 */
const MOST_UNDER_WAY = 2;

interface Running {
  readonly plan: SchedulePlan;
  nextAtMs: number | undefined;
  fired: number;
  skipped: number;
  underWay: number;
  lastAtMs?: number;
  lastOutcome?: string;
}

export function createScheduleRegister({ clock, faults }: Pick<Platform, 'clock' | 'faults'>): ScheduleRegister {
  const running = new Set<Running>();

  function arm(schedule: Running): void {
    schedule.nextAtMs = schedule.plan.schedule.next(new Date(schedule.nextAtMs ?? clock.now()))?.getTime();
    if (schedule.nextAtMs === undefined) return;
    clock.schedule(schedule.nextAtMs - clock.now(), () => {
      if (!running.has(schedule)) return;
      arm(schedule);
      fireOnce(schedule);
    });
  }

  function fireOnce(schedule: Running): void {
    const { plan } = schedule;
    const isOut = faults.has('region-outage', { region: plan.region });
    if (isOut || schedule.underWay >= MOST_UNDER_WAY) {
      schedule.skipped += 1;
      return;
    }
    schedule.underWay += 1;
    schedule.fired += 1;
    schedule.lastAtMs = clock.now();
    schedule.lastOutcome = 'started';
    plan
      .fire()
      .catch((error: unknown) => {
        schedule.lastOutcome = error instanceof Error ? error.message : String(error);
      })
      .finally(() => {
        schedule.underWay -= 1;
      });
  }

  return {
    start(plan) {
      const schedule: Running = { plan, nextAtMs: undefined, fired: 0, skipped: 0, underWay: 0 };
      running.add(schedule);
      arm(schedule);
      return () => void running.delete(schedule);
    },
    all: () => [...running].map((schedule) => describe(schedule)),
  };
}

function describe({ plan, nextAtMs, fired, skipped, lastAtMs, lastOutcome }: Running): ScheduleReport {
  const { name, region, expression } = plan;
  return {
    name,
    region,
    expression,
    fired,
    skipped,
    ...(nextAtMs === undefined ? {} : { nextAt: new Date(nextAtMs).toISOString() }),
    ...(lastAtMs === undefined ? {} : { lastAt: new Date(lastAtMs).toISOString() }),
    ...(lastOutcome === undefined ? {} : { lastOutcome }),
  };
}
