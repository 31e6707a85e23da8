interface Task {
  readonly at: number;
  readonly order: number;
  readonly run: () => void | Promise<void>;
}

/** Simulated time, and what is to happen in it. A binary heap: a soak has millions of tasks. */
export class Schedule {
  now: number;
  #order = 0;
  readonly #heap: Task[] = [];

  constructor(now: number) {
    this.now = now;
  }

  get size(): number {
    return this.#heap.length;
  }

  after(delayMs: number, run: Task['run']): void {
    this.#order += 1;
    this.#heap.push({ at: this.now + delayMs, order: this.#order, run });
    this.#rise(this.#heap.length - 1);
  }

  /** Lets the time pass, and everything happen that falls into it, also what it causes. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#takeFirst();
      this.now = Math.max(this.now, next.at);
      await next.run();
    }
    this.now = end;
  }

  #takeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let parent = 0; ;) {
      const child = [2 * parent + 1, 2 * parent + 2]
        .filter((index) => index < this.#heap.length)
        .reduce((best, index) => (this.#isBefore(index, best) ? index : best), parent);
      if (child === parent) return;
      this.#swap(parent, child);
      parent = child;
    }
  }

  #rise(index: number): void {
    for (let child = index; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return false;
    return one.at === other.at ? one.order < other.order : one.at < other.at;
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
