import { describe, expect, it } from 'vitest';
import type { RouteChange } from '../../src/model/routing.ts';
import {
  isLateWatched,
  isToBeProved,
  lastAccepted,
  moveOf,
  openChange,
  proofsNeeded,
} from '../../src/policy/route-stage.ts';
import { isSpeaker } from '../../src/policy/route-speaker.ts';
import { aChange, ago, anMrap, AT, EAST, minutes, rounds, route, seconds, WEST, WITNESS } from '../support/routing.ts';

const decided = (members: Partial<RouteChange> = {}): RouteChange => {
  const { submittedAt: _submittedAt, acceptedAt: _acceptedAt, ...rest } = aChange();
  return { ...rest, ...members };
};

describe('the change that is under way', () => {
  it.each([
    ['none has been made', [], undefined],
    ['the last is accepted', [decided(), aChange({ id: 'b' })], undefined],
    ['the last was given up', [decided({ abandoned: 'refused' })], undefined],
    ['the last is neither', [aChange(), decided({ id: 'b' })], 'b'],
  ])('is the last one, unless it is settled: %s', (_, history, id) => {
    expect(openChange(history)?.id).toBe(id);
  });

  it('is behind the last one that was accepted', () => {
    const abandoned = aChange({ id: 'c', abandoned: 'somebody else' });
    expect(lastAccepted([aChange({ id: 'a' }), aChange({ id: 'b' }), abandoned, decided({ id: 'd' })])?.id).toBe('b');
    expect(lastAccepted([decided()])).toBeUndefined();
  });
});

describe('the proof that a change is effective', () => {
  it.each([
    ['accepted just now', aChange({ acceptedAt: ago(seconds(10)) }), true],
    ['not accepted', decided(), false],
    ['proved', aChange({ acceptedAt: ago(seconds(10)), effectiveAt: AT }), false],
    ['made elsewhere', aChange({ acceptedAt: ago(seconds(10)), by: 'elsewhere' }), false],
    ['accepted long ago', aChange({ acceptedAt: ago(minutes(16)) }), false],
  ] as const)('is looked for where it is worth it: %s', (_, change, expected) => {
    expect(isToBeProved(change, AT)).toBe(expected);
  });

  it.each([
    ['two of three', ago(minutes(1)), 3, 2],
    ['the only one', ago(minutes(1)), 1, 1],
    ['one, when the second does not come', ago(minutes(6)), 3, 1],
    ['two, of a change without a time', undefined, 3, 2],
  ])('needs %s', (_, acceptedAt, observers, expected) => {
    expect(proofsNeeded(acceptedAt === undefined ? {} : { acceptedAt }, observers, AT)).toBe(expected);
  });
});

it.each([
  ['never recovered', {}, false],
  ['just now', { recoveredAt: ago(minutes(59)) }, true],
  ['long ago', { recoveredAt: ago(minutes(61)) }, false],
])('late arrivals are watched for an hour: %s', (_, change, expected) => {
  expect(isLateWatched(change, AT)).toBe(expected);
});

it('a change takes traffic from where none is left', () => {
  expect(moveOf(aChange())).toEqual({ leaving: [EAST], staying: [WEST] });
  expect(moveOf(aChange({ from: [route(EAST, 100), route(WEST, 100)] }))).toEqual({ leaving: [EAST], staying: [WEST] });
});

describe('the controller that speaks', () => {
  const healthy = [{ region: EAST, health: 'healthy', text: '' }] as const;
  const seen = [EAST, WEST, WITNESS].flatMap((observer) => rounds(observer, EAST));
  const spokenFor = (health: Parameters<typeof isSpeaker>[2], probes = seen): readonly string[] =>
    [EAST, WEST, WITNESS].filter((region) => isSpeaker(region, { mrap: anMrap(), probes, now: AT }, health));

  it('is the first observer that looks and is in no failing Region', () => {
    expect(spokenFor(healthy)).toEqual([EAST]);
    expect(spokenFor([{ region: EAST, health: 'unhealthy', text: '' }])).toEqual([WEST]);
    expect(
      spokenFor(
        healthy,
        seen.filter(({ observer }) => observer === WITNESS),
      ),
    ).toEqual([WITNESS]);
  });

  it('is everybody where nobody is known to look', () => {
    expect(spokenFor(healthy, [])).toEqual([EAST, WEST, WITNESS]);
    expect(
      spokenFor(
        healthy,
        seen.map((probe) => ({ ...probe, at: ago(minutes(1)) })),
      ),
    ).toEqual([EAST, WEST, WITNESS]);
  });
});
