import { describe, expect, it } from 'vitest';
import {
  changeCounter,
  hourOf,
  isRemoval,
  isSampledForOverwrites,
  passesBoundary,
  toChanges,
} from '../../src/model/change.ts';
import type { ObjectEvent } from '../../src/model/event.ts';
import { anEvent, OBJECT } from '../support/facts.ts';

function of(key: string, changes: Partial<ObjectEvent> = {}): ObjectEvent {
  return anEvent({ object: { ...OBJECT, key }, ...changes });
}

it.each<[string, ObjectEvent, boolean]>([
  ['a version that was removed', of('a', { kind: 'version-removed' }), true],
  ['a delete marker', of('a', { kind: 'delete-marker-created' }), true],
  ['no expiry by a lifecycle rule', of('a', { kind: 'expired' }), false],
  ['no marker of a lifecycle rule', of('a', { kind: 'expiry-marker-created' }), false],
  ['no canary', of('holdfast-canary/a', { kind: 'version-removed' }), false],
])('removals are %s', (_title, event, expected) => {
  expect(isRemoval(event)).toBe(expected);
});

it('samples one of sixteen keys for overwrites, always the same, and no canary or removal', () => {
  const keys = Array.from({ length: 4_096 }, (_, index) => `é/${index}`);
  const sampled = keys.filter((key) => isSampledForOverwrites(of(key)));
  expect(sampled.length).toBeGreaterThan(200);
  expect(sampled.length).toBeLessThan(320);
  expect(keys.filter((key) => isSampledForOverwrites(of(key)))).toEqual(sampled);
  expect(keys.filter((key) => isSampledForOverwrites(of(`holdfast-canary/${key}`)))).toEqual([]);
  expect(keys.filter((key) => isSampledForOverwrites(of(key, { kind: 'version-removed' })))).toEqual([]);
});

it('counts by prefix, by bucket and by the window of the event', () => {
  const later = new Date('2026-11-01T00:05:00Z');
  const changes = toChanges('delete', [of('a/1'), of('a/b/2'), of('3'), of('a/4', { eventAt: later })], 2);
  expect(
    changes.map((change) => [changeCounter(change), change.window.toISOString().slice(11, 16), change.count]),
  ).toEqual([
    ['delete#photos/a/', '00:00', 4],
    ['delete#photos', '00:00', 6],
    ['delete#photos/', '00:00', 2],
    ['delete#photos/a/', '00:05', 2],
    ['delete#photos', '00:05', 2],
  ]);
  expect(changes.map(hourOf)).toEqual(changes.map(() => '2026-11-01T00:00Z'));
});

describe('passesBoundary', () => {
  it.each([
    [63, 1, false],
    [64, 1, true],
    [65, 1, false],
    [127, 62, false],
    [128, 1, true],
    [130, 16, true],
    [1_000, 1_000, true],
    [1_024, 1, true],
  ])('of %i after adding %i is %s', (sum, added, expected) => {
    expect(passesBoundary(sum, added)).toBe(expected);
  });
});
