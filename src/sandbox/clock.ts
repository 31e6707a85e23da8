import type { SandboxClock } from './service.ts';
import { createTaskHeap, type Task } from './task-heap.ts';

/** Time that a test or an operator can move forward. It never stands still and never goes back. */
export interface MovableClock extends SandboxClock {
  /** How far sandbox time is ahead of the machine's, in milliseconds: one double that workers read as it changes. */
  readonly offsetMs: Float64Array;
  /** How far the clocks of a Region's functions are ahead of sandbox time, in the same way: 0 unless somebody sets them wrong. */
  skewOf(region: string): Float64Array;
  /** Sets them wrong by `ms`, or right again. */
  skew(region: string, ms: number): void;
  /**
   * Moves time forward by `ms` of sandbox time. Every task that falls due on the way runs at its own time and in its order; what
   * a task starts but does not finish within one turn of the event loop goes on afterwards.
   */
  advance(ms: number): Promise<void>;
  /** Forgets all pending tasks. */
  close(): void;
}

/** Node fires timers beyond this at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** `realNow` is the machine's clock in epoch milliseconds. `failed` hears what a task throws: nobody awaits it. */
export function createClock(
  realNow: () => number = () => Date.now(),
  failed: (error: unknown) => void = () => undefined,
): MovableClock {
  const tasks = createTaskHeap();
  const offsetMs = sharedNumber();
  const skews = new Map<string, Float64Array>();
  let order = 0;
  let timer: NodeJS.Timeout | undefined;
  const now = (): number => realNow() + (offsetMs[0] ?? 0);

  function run(task: Task): void {
    if (task.cancelled) return;
    try {
      Promise.resolve(task.run()).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  function arm(): void {
    clearTimeout(timer);
    const next = tasks.peek();
    if (next === undefined) return;
    timer = setTimeout(fire, Math.min(Math.max(0, next.dueAt - now()), LONGEST_TIMER_MS));
    timer.unref();
  }

  function fire(): void {
    for (let next = tasks.peek(); next !== undefined && next.dueAt <= now(); next = tasks.peek()) run(tasks.pop());
    arm();
  }

  const skip = (ms: number): void => {
    offsetMs[0] = (offsetMs[0] ?? 0) + Math.max(0, ms);
  };

  function skewOf(region: string): Float64Array {
    const known = skews.get(region) ?? sharedNumber();
    skews.set(region, known);
    return known;
  }

  return {
    now,
    offsetMs,
    skewOf,
    skew(region, ms) {
      skewOf(region)[0] = ms;
    },
    schedule(delayMs, task) {
      const entry: Task = { dueAt: now() + Math.max(0, delayMs), order: order++, run: task, cancelled: false };
      tasks.push(entry);
      if (tasks.peek() === entry) arm();
      return {
        cancel() {
          entry.cancelled = true;
        },
      };
    },
    async advance(ms) {
      const target = now() + ms;
      for (let next = tasks.peek(); next !== undefined && next.dueAt <= target; next = tasks.peek()) {
        skip(next.dueAt - now());
        const task = tasks.pop();
        if (task.cancelled) continue;
        run(task);
        await new Promise((resolve) => setImmediate(resolve));
      }
      skip(target - now());
      arm();
    },
    close() {
      clearTimeout(timer);
      tasks.clear();
    },
  };
}

/** A double, 0 at first, that workers read as it changes. */
function sharedNumber(): Float64Array {
  return new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
}
