import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pressureChecks } from '../../../src/checks/pressure/index.ts';

it('registers every check of pressure that has a file', () => {
  const files = readdirSync(new URL('../../../src/checks/pressure/', import.meta.url));
  const named = files.map((name) => name.replace(/\.ts$/, '')).filter((name) => name !== 'index' && name !== 'check');
  expect(pressureChecks.map(({ id }) => id).toSorted()).toEqual(named.toSorted());
});
