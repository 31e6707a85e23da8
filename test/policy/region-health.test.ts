import { describe, expect, it } from 'vitest';
import type { Probe, RoutingSituation } from '../../src/model/routing.ts';
import { viewRegions } from '../../src/policy/region-health.ts';
import {
  ago,
  allWell,
  anMrap,
  aSituation,
  AT,
  EAST,
  minutes,
  outage,
  rounds,
  seconds,
  WEST,
  WITNESS,
} from '../support/routing.ts';

const OK = rounds(WITNESS, WEST);

/** What is judged of the east, by these probes of the witness and the west, which reach the west. */
function judged(probes: readonly Probe[], members: Partial<RoutingSituation> = {}): readonly [string, string] {
  const view = viewRegions(aSituation({ probes, ...members })).find(({ region }) => region === EAST);
  return [view?.health ?? '', view?.text ?? ''];
}

const both = (outcomes: Parameters<typeof rounds>[2]): readonly Probe[] =>
  [WEST, WITNESS].flatMap((observer) => [...rounds(observer, EAST, outcomes), ...rounds(observer, WEST)]);

const late = (ms: number, probes: readonly Probe[]): readonly Probe[] =>
  probes.map((probe) => ({ ...probe, at: new Date(probe.at.getTime() - ms) }));

const F = 'failed';
const A = 'answered';
const T = 'throttled';
const KMS = { kms: 'failed' } as const;

describe('the health of a Region', () => {
  it.each<[string, readonly Probe[], string, string]>([
    ['all reads are answered', allWell(), 'healthy', 'eu-west-1 reads it'],
    ['all reads fail', outage(EAST), 'unhealthy', 'eu-west-1 cannot read it; eu-central-1 cannot read it'],
    ['three of the last five fail', both([F, A, F, A, F]), 'unhealthy', 'cannot read it'],
    ['two of the last five fail', both([F, A, F, A, A]), 'unknown', 'is answered sometimes'],
    ['the last one is answered', both([A, F, F, F, F]), 'unknown', 'is answered sometimes'],
    ['the last three are answered', both([A, A, A, F, F]), 'healthy', 'reads it'],
    ['failures from before the window', both([A, A, A, A, A, F, F, F]), 'healthy', 'reads it'],
    [
      'one observer alone cannot read it',
      [...rounds(WEST, EAST, [F, F, F]), ...rounds(WEST, WEST)],
      'unknown',
      'has left no probe',
    ],
    [
      'a partition of one observer',
      [...allWell().filter((p) => p.observer !== WEST), ...rounds(WEST, EAST, [F, F, F]), ...rounds(WEST, WEST)],
      'healthy',
      'eu-west-1 cannot read it',
    ],
    [
      'an observer that reaches nothing',
      [
        ...outage(EAST).filter((p) => p.observer !== WEST),
        ...rounds(WEST, EAST, [F, F, F]),
        ...rounds(WEST, WEST, [F, F, F]),
      ],
      'unknown',
      'eu-west-1 reaches nothing at all and does not vote',
    ],
    [
      'an observer in the Region itself',
      [...rounds(EAST, EAST, [F, F, F]), ...rounds(EAST, WEST), ...rounds(WITNESS, EAST, [F, F, F]), ...OK],
      'unknown',
      'us-east-1 cannot read it',
    ],
    ['throttles', both([T, T, T, T, T]), 'impaired', 'is throttled there'],
    ['throttles and failures', both([T, F, T, F, A]), 'impaired', 'is throttled there'],
    ['two throttles', both([T, T, A, A, A]), 'unknown', 'is answered sometimes'],
    ['only KMS fails', both([KMS, KMS, KMS]), 'impaired', 'impaired by KMS: only objects without it are answered'],
    ['KMS is denied', both([{ kms: 'denied' }, { kms: 'denied' }, { kms: 'throttled' }]), 'impaired', 'not with KMS'],
    ['KMS has recovered', both([A, KMS, KMS, KMS, A]), 'healthy', 'reads it'],
    [
      'one throttles, one is in trouble with KMS',
      [...rounds(WEST, EAST, [T, T, T]), ...rounds(WITNESS, EAST, [KMS, KMS, KMS]), ...OK],
      'impaired',
      'by KMS',
    ],
    [
      'there is no canary under KMS',
      both([{ kms: 'missing' }, { kms: 'missing' }, { kms: 'missing' }]),
      'healthy',
      'reads it',
    ],
    ['there is no canary', both(['missing', 'missing', 'missing']), 'unknown', 'finds no canary to read'],
    ['the canary is denied', both(['denied', 'denied', 'denied']), 'unknown', 'may not read the canary'],
    ['there are two rounds', both([F, F]), 'unknown', 'has left too few probes'],
    ['nobody has looked', [], 'unknown', 'has left no probe'],
    [
      'nobody has looked lately',
      late(minutes(7), allWell()),
      'unknown',
      'is silent, or its clock is off: its last probe is 7m 2s old',
    ],
    [
      'clocks are ten minutes ahead',
      late(-minutes(10), allWell()),
      'unknown',
      'has a clock that is off: its last probe is from 9m 58s in the future',
    ],
    [
      'another access point is out',
      outage(EAST).map((probe) => ({ ...probe, mrap: 'invoices' })),
      'unknown',
      'has left no probe',
    ],
  ])('is judged when %s', (_, probes, health, text) => {
    const [seen, words] = judged(probes);
    expect(seen).toBe(health);
    expect(words).toContain(text);
  });

  it('counts the rounds of each observer by its own clock', () => {
    const probes = outage(EAST).map((probe) =>
      probe.observer === WITNESS ? { ...probe, at: new Date(probe.at.getTime() - seconds(50)) } : probe,
    );
    expect(judged(probes)[0]).toBe('unhealthy');
  });

  it('takes the probes of a clock that is off for none, and judges by the others', () => {
    const three = anMrap({ quorum: 2 }, { observers: [EAST, WEST, WITNESS, 'ap-south-1'] });
    const off = rounds('ap-south-1', EAST).map((probe) => ({
      ...probe,
      at: new Date(probe.at.getTime() + minutes(10)),
    }));
    expect(judged([...outage(EAST), ...off], { mrap: three })[0]).toBe('unhealthy');
  });

  it('takes nothing from a clock that is ahead, although what it saw minutes ago seems to be from now', () => {
    const ahead = (probes: readonly Probe[]): readonly Probe[] => late(-seconds(20), probes);
    const longAgo = [...rounds(WITNESS, EAST, [F, F, F]), ...rounds(WITNESS, WEST)];
    const since = late(-minutes(2), [...rounds(WITNESS, EAST, [F, F, F]), ...rounds(WITNESS, WEST, [F, F, F])]);
    const west = [...rounds(WEST, EAST, [F, F, F]), ...rounds(WEST, WEST)];
    expect(judged([...west, ...ahead(longAgo)])[0]).toBe('unhealthy');
    const [health, text] = judged([...west, ...ahead(longAgo), ...since]);
    expect(health).toBe('unknown');
    expect(text).toContain(`${WITNESS} has a clock that is off`);
  });

  it('counts no failure of a round in which the observer reached nothing, however soon it did again', () => {
    const west = [...rounds(WEST, EAST, [F, F, F]), ...rounds(WEST, WEST)];
    const recovering = [...rounds(WITNESS, EAST, [F, F, F]), ...rounds(WITNESS, WEST, [A, A, F])];
    expect(judged([...west, ...recovering])[0]).toBe('unknown');
    const recovered = [...rounds(WITNESS, EAST, [F, F, F, F]), ...rounds(WITNESS, WEST, [A, A, A, F])];
    expect(judged([...west, ...recovered])[0]).toBe('unhealthy');
  });

  it('counts a round that was seen twice once', () => {
    const twice = both([F, F]).flatMap((probe) => [
      probe,
      { ...probe, at: new Date(probe.at.getTime() - seconds(1)) },
      probe,
    ]);
    expect(judged(twice)[0]).toBe('unknown');
  });

  it('does not depend on the order in which probes are read', () => {
    const contradicting = both([F, F, F]).flatMap((probe) => [probe, { ...probe, plain: A } as const]);
    const forth = viewRegions(aSituation({ probes: contradicting }));
    expect(viewRegions(aSituation({ probes: contradicting.toReversed() }))).toEqual(forth);
  });

  it.each([
    ['in the future by half a minute', new Date(AT.getTime() + seconds(30)), 'healthy'],
    ['further in the future', new Date(AT.getTime() + seconds(31)), 'unknown'],
    ['two minutes old', ago(minutes(2)), 'healthy'],
    ['older', ago(minutes(2) + 1), 'unknown'],
  ])('counts probes that are %s', (_, newest, health) => {
    const shifted = allWell().map((probe) => ({ ...probe, at: newest }));
    const one = anMrap({ confirmations: 1, window: 1 });
    expect(judged(shifted, { mrap: one })[0]).toBe(health);
  });

  it('says so where nobody observes', () => {
    expect(judged([], { mrap: anMrap({ quorum: 1 }, { observers: [] }) })).toEqual([
      'unknown',
      'us-east-1 cannot be judged: nobody observes it',
    ]);
  });
});
