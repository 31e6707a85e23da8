import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createKeySpace } from '../../../src/sandbox/s3/key-space.ts';
import type { DeleteMarker } from '../../../src/sandbox/s3/stored.ts';

const hostile = fc.constantFrom('a', '+', '%', ' ', '/', 'é', '～', '😀');
const keys = fc.string({ unit: hostile, minLength: 1, maxLength: 4 });

function markerOf(key: string): DeleteMarker {
  return { kind: 'delete-marker', key, versionId: key, lastModifiedMs: 0, sequencer: '', replica: false };
}

it('lists keys in the order of their bytes, whenever they came and went', () => {
  const step = fc.record({ key: keys, remove: fc.boolean(), list: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const space = createKeySpace();
      const known = new Map<string, DeleteMarker>();
      const listed: { readonly found: readonly string[]; readonly right: readonly string[] }[] = [];
      for (const { key, remove, list } of steps) {
        const before = known.get(key);
        if (before !== undefined && remove) {
          space.remove(before);
          known.delete(key);
        } else if (before === undefined) {
          const marker = markerOf(key);
          space.add(marker);
          known.set(key, marker);
        }
        if (list) listed.push({ found: [...space.keys()], right: inOrder([...known.keys()]) });
      }
      listed.push({ found: [...space.keys()], right: inOrder([...known.keys()]) });
      expect(listed.map(({ found }) => found)).toEqual(listed.map(({ right }) => right));
    }),
    { numRuns: 200 },
  );
});

function inOrder(all: readonly string[]): readonly string[] {
  return all.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
