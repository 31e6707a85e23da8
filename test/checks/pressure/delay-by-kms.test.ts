import { describe, expect, it } from 'vitest';
import { delayByKms } from '../../../src/checks/pressure/delay-by-kms.ts';
import type { Canary, CanaryRound, LinkCanaries } from '../../../src/model/canary.ts';
import { aLink, MINUTE_MS } from '../../support/pairs.ts';
import { minutesAgo, somePressure } from '../../support/pressure.ts';

const canary = (changes: Partial<Canary> = {}): Canary => ({ versionId: 'v', waitedMs: 0, ...changes });
const arrived = (minutes: number): Canary => canary({ lagMs: minutes * MINUTE_MS });
const waiting = (minutes: number): Canary => canary({ waitedMs: minutes * MINUTE_MS });
const round = (plain: Canary, kms: Canary): CanaryRound => ({ writtenAt: minutesAgo(20), plain, kms });

const late = round(arrived(1), waiting(10));
const fine = round(arrived(1), arrived(2));

function canaries(rounds: readonly CanaryRound[], refused?: LinkCanaries['refused']): LinkCanaries {
  return { link: aLink(), settings: {}, rounds, ...(refused === undefined ? {} : { refused }) };
}

describe('the lag of canaries', () => {
  it.each<[string, readonly LinkCanaries[] | undefined, readonly string[]]>([
    ['is put down to KMS where only the SSE-KMS canary is late, twice', [canaries([late, late])], ['violated']],
    [
      'is so where it has arrived since',
      [canaries([late, round(arrived(5), { ...waiting(11), lagMs: 12 * MINUTE_MS })])],
      ['violated'],
    ],
    [
      'is so as long as the rounds after it are not judged',
      [canaries([late, late, round(waiting(3), waiting(3))])],
      ['violated'],
    ],
    ['is nothing where one round was late', [canaries([late])], []],
    ['is over with a round that is fine', [canaries([late, late, fine])], []],
    ['is nothing where late and fine take turns', [canaries([late, fine, late])], []],
    [
      'is not that of KMS where both are late',
      [canaries([round(waiting(12), waiting(12)), round(arrived(9), waiting(12))])],
      [],
    ],
    ['is not known where the control was not found', [canaries([round(waiting(2), waiting(12)), late])], []],
    [
      'is nothing between five minutes and ten',
      [canaries([round(arrived(1), waiting(9)), round(arrived(1), waiting(9))])],
      [],
    ],
    ['is none where replication failed', [canaries([round(arrived(1), { ...waiting(10), failed: true }), late])], []],
    [
      'is nothing where nobody looked in time',
      [canaries([round(arrived(1), arrived(30)), round(arrived(1), arrived(30))])],
      [],
    ],
    ['is nothing where everything is well', [canaries([fine, fine])], []],
    ['is unknown where canaries are refused', [canaries([fine, fine], 'access-denied')], ['unverifiable']],
    ['is found whether or not the next is refused', [canaries([late, late], 'kms-throttled')], ['violated']],
    ['is nothing without canaries', [canaries([])], []],
    ['is nothing where nobody asked', undefined, []],
  ])('%s', (_title, given, verdicts) => {
    expect(delayByKms.run(somePressure({ canaries: given })).map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  it('is told with both lags, and with the quotas of both ends', () => {
    const [finding] = delayByKms.run(somePressure({ canaries: [canaries([late, late])] }));
    expect(finding).toMatchObject({
      code: 'lag-likely-kms',
      subject: { kind: 'pair', pair: 'photos', region: 'eu-west-1', source: 'photos', destination: 'photos-copy' },
      evidence: { link: 'photos/photos/photos-copy', plainLagMs: MINUTE_MS, kmsWaitedMs: 10 * MINUTE_MS, rounds: 2 },
    });
    expect(finding?.remedy?.commands.map((command) => command.replace(/.*--region /, ''))).toEqual([
      'eu-west-1',
      'us-east-1',
    ]);
    const arrivedSince = round(arrived(1), { ...waiting(11), lagMs: 12 * MINUTE_MS });
    const [again] = delayByKms.run(somePressure({ canaries: [canaries([late, arrivedSince])] }));
    expect(again?.evidence).toMatchObject({ kmsLagMs: 12 * MINUTE_MS });
    expect(again?.evidence).not.toHaveProperty('kmsWaitedMs');
  });
});
