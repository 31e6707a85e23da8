import type { ObjectStore } from '../ports.ts';

/** Tells how many bytes of bodies come. */
export function countBytes(objects: ObjectStore, add: (count: number) => void): ObjectStore {
  return {
    head: (object, options) => objects.head(object, options),
    parts: (object, options) => objects.parts(object, options),
    tags: (object, call) => objects.tags(object, call),
    acl: (object, call) => objects.acl(object, call),
    lock: (object, call) => objects.lock(object, call),
    async read(object, options) {
      const opened = await objects.read(object, options);
      if (opened.state !== 'present') return opened;
      const { state, body } = opened.value;
      return { state: 'present', value: { state, body: countChunks(body, add) } };
    },
  };
}

/** The same chunks. Not a generator: one that was never begun does not pass on that it is left, and the source stays open. */
export function countChunks(body: AsyncIterable<Uint8Array>, add: (count: number) => void): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const chunks = body[Symbol.asyncIterator]();
      return {
        async next() {
          const result = await chunks.next();
          if (result.done !== true) add(result.value.length);
          return result;
        },
        async return() {
          await chunks.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
