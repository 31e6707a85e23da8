import { expect, it } from 'vitest';
import { type Heartbeat, nextHeartbeat } from '../../src/model/heartbeat.ts';
import { silentStacks } from '../../src/policy/silent-stacks.ts';
import { MINUTE_MS } from '../support/pairs.ts';

const NOW = new Date('2026-11-02T12:00:00Z');
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * MINUTE_MS);

/** The last sign of life of a Region, and since when it watches, in minutes before now. */
function beat(region: string, at = 0, since = 60): Heartbeat {
  return { region, at: ago(at), since: ago(since) };
}

it.each<[string, Heartbeat, readonly Heartbeat[], readonly string[]]>([
  ['has nothing to say where all are alive', beat('b'), [beat('a', 1), beat('c', 5)], []],
  ['finds the one that is silent', beat('b'), [beat('c', 5.1)], ['c']],
  ['finds each that is silent', beat('b'), [beat('a', 6), beat('c', 600)], ['a', 'c']],
  ['leaves it to the first by name', beat('b'), [beat('a', 1), beat('c', 6)], []],
  ['speaks where those before it may not yet', beat('b'), [beat('a', 1, 4), beat('c', 6)], ['c']],
  ['speaks before those after it', beat('b'), [beat('c', 6), beat('d', 1)], ['c']],
  ['does not judge after a pause of its own', beat('b', 0, 5), [beat('a', 6)], []],
  ['does not apply to one that never had a heartbeat', beat('b'), [], []],
])('%s', (_title, own, others, silent) => {
  const found = silentStacks({ own, others }).map(({ subject }) => subject.kind === 'monitor' && subject.region);
  expect(found).toEqual(silent);
});

it('says when it was last heard, and who noticed', () => {
  expect(silentStacks({ own: beat('b'), others: [beat('a', 7.5)] })).toEqual([
    {
      verdict: 'violated',
      code: 'monitor-silent',
      subject: { kind: 'monitor', region: 'a' },
      evidence: { lastHeartbeatAt: ago(7.5).toISOString(), silentMinutes: 7, observer: 'b' },
    },
  ]);
});

it.each<[string, Heartbeat | undefined, Date]>([
  ['begins where there was none', undefined, NOW],
  ['goes on after a short pause', beat('a', 5, 60), ago(60)],
  ['begins anew after a long one', beat('a', 5.1, 60), NOW],
])('a heartbeat %s', (_title, last, since) => {
  expect(nextHeartbeat('a', last, NOW)).toEqual({ region: 'a', at: NOW, since });
});
