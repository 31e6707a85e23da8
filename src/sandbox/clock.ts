import type { SandboxClock } from './service.ts';

/** Time that a test or an operator can move forward. It never stands still and never goes back. */
export interface MovableClock extends SandboxClock {
  /** How far sandbox time is ahead of the machine's, in milliseconds: one double that workers read as it changes. */
  readonly offsetMs: Float64Array;
  /**
   * Moves time forward by `ms` of sandbox time. Every task that falls due on the way runs at its own time and in its order; what
   * a task starts but does not finish within one turn of the event loop goes on afterwards.
   */
  advance(ms: number): Promise<void>;
  /** Forgets all pending tasks. */
  close(): void;
}

interface Task {
  readonly dueAt: number;
  /** Breaks ties: tasks of the same time run in the order in which they were scheduled. */
  readonly order: number;
  readonly run: () => void | Promise<void>;
  cancelled: boolean;
}

/** Node fires timers beyond this at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** `realNow` is the machine's clock in epoch milliseconds. `failed` hears what a task throws: nobody awaits it. */
export function createClock(
  realNow: () => number = () => Date.now(),
  failed: (error: unknown) => void = () => undefined,
): MovableClock {
  const tasks = createTaskHeap();
  const offsetMs = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
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

  return {
    now,
    offsetMs,
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
        run(tasks.pop());
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

interface TaskHeap {
  push(task: Task): void;
  peek(): Task | undefined;
  pop(): Task;
  clear(): void;
}

/** A binary heap: queues schedule one task per hidden message, so there may be many. */
function createTaskHeap(): TaskHeap {
  const heap: Task[] = [];
  const at = (index: number): Task => {
    const task = heap[index];
    if (task === undefined) throw new RangeError(`there is no task ${index}`);
    return task;
  };
  const before = (a: Task, b: Task): boolean => (a.dueAt === b.dueAt ? a.order < b.order : a.dueAt < b.dueAt);
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [at(b), at(a)];
  };

  function up(from: number): void {
    for (let child = from; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!before(at(child), at(parent))) return;
      swap(child, parent);
      child = parent;
    }
  }

  function down(): void {
    for (let parent = 0; ;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < heap.length && before(at(child), at(least))) least = child;
      }
      if (least === parent) return;
      swap(least, parent);
      parent = least;
    }
  }

  return {
    push(task) {
      heap.push(task);
      up(heap.length - 1);
    },
    peek: () => heap[0],
    pop() {
      swap(0, heap.length - 1);
      const task = heap.pop();
      if (task === undefined) throw new RangeError('no task is pending');
      down();
      return task;
    },
    clear() {
      heap.length = 0;
    },
  };
}
