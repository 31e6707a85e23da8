import { describe, expect, it } from 'vitest';
import { linesOf, startShow } from './show.ts';

/** Three acts, and two times packaging. */
const LIMIT = { timeout: 600_000 };

describe('the show', () => {
  it('packages what is here, finds every planted fault and accuses nothing healthy', LIMIT, async () => {
    const ended = await startShow(['--seed', '7']).ended;
    expect(linesOf(ended, 'wrong')).toEqual([]);
    expect(linesOf(ended, 'summary')).toEqual([
      expect.objectContaining({
        passed: true,
        verified: '74 of 74',
        violated: '4 of 4',
        unverifiable: '2 of 2',
        scenes: '14 of 14',
        wrong: 0,
      }),
    ]);
    expect(linesOf(ended, 'region-summary')).toEqual([expect.objectContaining({ passed: true, scenes: '8 of 8' })]);
    const scenes = new Map(linesOf(ended, 'scene').map((scene) => [scene['id'], scene]));
    expect(scenes.get('failover')).toMatchObject({ code: 'failover-effective' });
    expect(scenes.get('late-arrival')).toMatchObject({ code: 'late-arrival-took-over' });
    for (const id of ['refused-flap', 'refused-loss', 'refused-unknown'])
      expect(scenes.get(id)).toMatchObject({ passed: true });
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/packaged into .*\n.*the sandbox is up at http:\/\/127\.0\.0\.1:\d+/);
    // 74 proofs and 2 excuses at least, and an accusation of each of the 4 that are damaged.
    const verdicts = linesOf(ended, 'alert').map(({ alert }) => (alert as Alert).data.verdict);
    expect(verdicts.filter((verdict) => verdict === 'verified').length).toBeGreaterThanOrEqual(74);
    expect(verdicts.filter((verdict) => verdict === 'violated').length).toBeGreaterThanOrEqual(4);
  });
});

interface Alert {
  readonly data: { readonly verdict: string };
}
