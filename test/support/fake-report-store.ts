import type { ReportStore, WriteOnce } from '../../src/ports.ts';

/** Files of reports, with its memory open to the test. */
export interface FakeReportStore extends ReportStore {
  readonly files: Map<string, string>;
  readonly locks: Map<string, WriteOnce>;
}

export function createFakeReportStore(): FakeReportStore {
  const files = new Map<string, string>();
  const locks = new Map<string, WriteOnce>();
  return {
    files,
    locks,
    get: async (key) => files.get(key),
    async *lines(key) {
      const text = files.get(key);
      if (text === undefined) throw new Error(`expected ${key}`);
      yield* text.split('\n').filter((line) => line !== '');
    },
    async *list(prefix) {
      yield* [...files.keys()].filter((key) => key.startsWith(prefix)).toSorted();
    },
    async create(key, text) {
      if (files.has(key)) return false;
      files.set(key, text);
      return true;
    },
    async write(key, chunks, { lock }) {
      const all: string[] = [];
      for await (const chunk of chunks) all.push(chunk);
      files.set(key, all.join(''));
      if (lock !== undefined) locks.set(key, lock);
    },
  };
}
