import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { PairCheck } from '../../../src/checks/pair/check.ts';
import { pairChecks } from '../../../src/checks/pair/index.ts';
import { unknownPair } from '../../support/pair-facts.ts';

/** What a file exports that is a check. */
async function checksIn(name: string): Promise<readonly string[]> {
  const exported = (await import(`../../../src/checks/pair/${name}.ts`)) as Readonly<Record<string, unknown>>;
  const ids = Object.values(exported).flatMap((value) =>
    typeof value === 'object' && value !== null && 'run' in value ? [(value as PairCheck).id] : [],
  );
  expect(ids.every((id) => id === name)).toBe(true);
  return ids;
}

it('registers every check that has a file, under the name of the file', async () => {
  const files = readdirSync(new URL('../../../src/checks/pair/', import.meta.url)).map((file) => file.slice(0, -3));
  const found = await Promise.all(files.filter((name) => name !== 'index').map(async (name) => checksIn(name)));
  expect(pairChecks.map(({ id }) => id).toSorted()).toEqual(found.flat().toSorted());
});

it.each(pairChecks.map((check) => [check.id, check] as const))(
  '%s finds nothing where nothing is known',
  (_, check) => {
    expect(check.run(unknownPair())).toEqual([]);
  },
);
