import { describe, expect, it } from 'vitest';
import { passFreezesOn } from '../../src/act/pass-freezes-on.ts';
import { CHANGE_FREEZE_MS, massChangeNote } from '../../src/model/change.ts';
import type { MrapConfig, PairConfig } from '../../src/model/config.ts';
import type { RouteFreeze } from '../../src/model/routing.ts';
import { createFakeNotes } from '../support/fake-lists.ts';
import { aPair } from '../support/pairs.ts';
import { anMrap, AT } from '../support/routing.ts';

const call = { signal: new AbortController().signal };
const pair: PairConfig = aPair();
const { bucket, region } = pair.source;
const FIRST = 'mass-delete in s3://b in the hour of 2026-11-02T02:00Z';

/** One stack, in the Region of the source unless said otherwise, and the steering ledger. */
function aStack({ here = region, mode = 'automatic' }: { here?: string; mode?: MrapConfig['failover']['mode'] } = {}) {
  const clock = { now: () => AT };
  const notes = createFakeNotes(clock);
  const frozen: (readonly [string, RouteFreeze])[] = [];
  const freezes = {
    put: async (mrap: string, freeze: RouteFreeze) => {
      frozen.push([mrap, freeze]);
    },
  };
  const config = { pairs: [pair], mraps: [anMrap({ mode }, { pairs: [pair.name] })] };
  return {
    notes,
    frozen,
    change: async (reason: string) =>
      notes.put(massChangeNote(bucket), reason, { ...call, keepForMs: CHANGE_FREEZE_MS }),
    pass: async () => passFreezesOn({ region: here, clock, notes, freezes }, config, call),
  };
}

describe('a mass change', () => {
  it('freezes the access point in front of the bucket, once', async () => {
    const stack = aStack();
    await stack.change(FIRST);
    await stack.pass();
    await stack.pass();
    const until = new Date(AT.getTime() + CHANGE_FREEZE_MS);
    expect(stack.frozen).toEqual([['orders', { reason: FIRST, by: 'Holdfast', until }]]);
  });

  it('freezes it once more in another hour', async () => {
    const stack = aStack();
    for (const reason of [FIRST, 'another']) {
      await stack.change(reason);
      await stack.pass();
    }
    expect(stack.frozen.map(([, { reason }]) => reason)).toEqual([FIRST, 'another']);
  });

  it.each([
    ['nothing happened', {}, false],
    ['the bucket is in another Region', { here: 'ap-south-1' }, true],
    ['nobody wants failover', { mode: 'off' as const }, true],
  ])('freezes nothing where %s', async (_, of, isChanged) => {
    const stack = aStack(of);
    if (isChanged) await stack.change(FIRST);
    await stack.pass();
    expect(stack.frozen).toEqual([]);
  });
});
