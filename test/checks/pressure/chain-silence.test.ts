import { describe, expect, it } from 'vitest';
import { chainSilence } from '../../../src/checks/pressure/chain-silence.ts';
import type { Canary, CanaryRound, LinkCanaries } from '../../../src/model/canary.ts';
import { aBucket, aLink, MINUTE_MS } from '../../support/pairs.ts';
import { minutesAgo, somePressure } from '../../support/pressure.ts';

const NEVER_ASKED: Canary = { versionId: 'v', waitedMs: 0 };
const heard: Canary = { ...NEVER_ASKED, unheardMs: 0, heardMs: MINUTE_MS };

/** A round written so many minutes ago, of which the ledger was asked just now. */
function round(minutes: number, { plain = false, kms = false } = {}): CanaryRound {
  const of = (isHeard: boolean): Canary => (isHeard ? heard : { ...NEVER_ASKED, unheardMs: minutes * MINUTE_MS });
  return { writtenAt: minutesAgo(minutes), plain: of(plain), kms: of(kms) };
}

const BOTH = { plain: true, kms: true };

function canaries(bucket: string, rounds: readonly CanaryRound[]): LinkCanaries {
  return { link: aLink({ source: aBucket(bucket, 'eu-west-1') }), settings: {}, rounds };
}

const photos = { kind: 'bucket', bucket: 'photos', region: 'eu-west-1' };
const films = { kind: 'bucket', bucket: 'films', region: 'eu-west-1' };
const stack = { kind: 'monitor', region: 'eu-west-1' };

function subjectsOf(given: readonly LinkCanaries[] | undefined): readonly unknown[] {
  return chainSilence.run(somePressure({ canaries: given })).map(({ subject }) => subject);
}

describe('the chain from the event to the look', () => {
  it.each<[string, readonly LinkCanaries[] | undefined, readonly object[]]>([
    [
      'is broken where no canary has come through in ten minutes',
      [canaries('photos', [round(10), round(5)])],
      [photos],
    ],
    ['may just be slow before that', [canaries('photos', [round(9), round(4)])], []],
    ['is whole where all came through', [canaries('photos', [round(20, BOTH), round(10, BOTH)])], []],
    [
      'has lost one event, and is not broken, where a later one came through',
      [canaries('photos', [round(11), round(6, BOTH)])],
      [],
    ],
    ['is broken after it was whole', [canaries('photos', [round(16, BOTH), round(11), round(6)])], [photos]],
    [
      'is broken where the SSE-KMS canaries alone stay away',
      [canaries('photos', [round(10, { plain: true })])],
      [photos],
    ],
    ['is broken where the plain canaries alone stay away', [canaries('photos', [round(10, { kms: true })])], [photos]],
    [
      'is broken where what is uploaded in parts stays away',
      [
        canaries('photos', [
          { ...round(12, BOTH), parts: { ...NEVER_ASKED, unheardMs: 12 * MINUTE_MS } },
          round(7, BOTH),
        ]),
      ],
      [photos],
    ],
    ['is whole where that came through', [canaries('photos', [{ ...round(12, BOTH), parts: heard }])], []],
    [
      'is that of the bucket, whatever its links',
      [canaries('photos', [round(11)]), canaries('photos', [round(12), round(7)])],
      [photos],
    ],
    [
      'is heard of by the canary of another link',
      [canaries('photos', [round(11)]), canaries('photos', [round(10, BOTH)])],
      [],
    ],
    [
      'of one bucket says nothing of another',
      [canaries('films', [round(11)]), canaries('photos', [round(11, BOTH)])],
      [films],
    ],
    [
      'is one cause where every bucket is silent',
      [canaries('films', [round(11)]), canaries('photos', [round(12)])],
      [stack],
    ],
    [
      'of two buckets is not that of the stack where a third is heard',
      [canaries('films', [round(11)]), canaries('photos', [round(12)]), canaries('songs', [round(12, BOTH)])],
      [films, photos],
    ],
    [
      'is that of the buckets where one was not asked about at all',
      [canaries('films', []), canaries('photos', [round(12)])],
      [photos],
    ],
    [
      'is not judged where nobody asked the ledger',
      [canaries('photos', [{ writtenAt: minutesAgo(30), plain: NEVER_ASKED, kms: NEVER_ASKED }])],
      [],
    ],
    ['is not judged without canaries', [], []],
    ['is not judged where nobody asked for them', undefined, []],
  ])('%s', (_title, given, subjects) => {
    expect(subjectsOf(given)).toEqual(subjects);
  });

  it.each([
    ['photos films', 0],
    ['films photos', 1],
  ])('says since when, and for whom: %s', (buckets, order) => {
    const silent = [canaries('photos', [round(11.5)]), canaries('films', [round(22), round(12)])];
    const given = [...(order === 0 ? silent : silent.toReversed()), canaries('films', [])];
    expect(chainSilence.run(somePressure({ canaries: given }))).toEqual([
      {
        verdict: 'violated',
        code: 'monitor-silent',
        subject: stack,
        evidence: { canaryWrittenAt: minutesAgo(22).toISOString(), silentMinutes: 22, buckets },
      },
    ]);
  });
});
