/** Something to do at a time of the sandbox. */
export interface Task {
  readonly dueAt: number;
  /** Breaks ties: tasks of the same time run in the order in which they were scheduled. */
  readonly order: number;
  readonly run: () => void | Promise<void>;
  cancelled: boolean;
}

/** Tasks by time; the earliest is at hand. */
export interface TaskHeap {
  push(task: Task): void;
  peek(): Task | undefined;
  /** Throws a `RangeError` when there is none. */
  pop(): Task;
  clear(): void;
}

/** A binary heap: queues schedule one task per hidden message, so there may be many. */
export function createTaskHeap(): TaskHeap {
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
