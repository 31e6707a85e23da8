import { describe, expect, it } from 'vitest';
import { holdEach } from '../../src/cli/hold-aside.ts';
import { replayPlace } from '../../src/cli/replay-aside.ts';
import type { AsideMessage, AsidePlace } from '../../src/model/set-aside.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import type { SetAside } from '../../src/ports.ts';

const PLACE: AsidePlace = { region: 'eu-west-1', queue: 'poison' };
const DENIED: Observation<never> = { state: 'unreadable', reason: 'access-denied' };

const message = (id: string): AsideMessage => ({
  id,
  body: JSON.stringify({ reason: 'of no use', record: id }),
  sentAt: new Date(0),
  receiveCount: 1,
  handle: id,
});

/** A queue that gives out these pages, one after the other, and then nothing. */
function queueOf(pages: readonly (readonly string[] | Observation<never> | Error)[], giveBack?: Error) {
  const left = [...pages];
  const [sent, given]: [string[], string[]] = [[], []];
  const setAside: SetAside = {
    async take() {
      const page = left.shift() ?? [];
      if (page instanceof Error) throw page;
      return 'state' in page ? page : present(page.map(message));
    },
    sendAgain: async (_, body) => void sent.push(body),
    remove: async () => undefined,
    giveBack: async (_, messages) => {
      if (giveBack !== undefined) throw giveBack;
      given.push(...messages.map(({ id }) => id));
    },
  };
  return { sent, given, holding: { setAside, signal: AbortSignal.timeout(5_000) } };
}

describe('holding what was set aside', () => {
  it('goes on where the first come back before the last were seen', async () => {
    const { holding, given } = queueOf([['a', 'b'], ['c'], ['a', 'b'], ['d'], ['b'], []]);
    const seen: string[] = [];
    await holdEach(PLACE, holding, async ({ message: { id } }) => {
      seen.push(id);
      return 'kept';
    });
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
    expect(given).toEqual(['a', 'b', 'c', 'd']);
  });

  it('ends after a whole round in which nothing new came', async () => {
    const round = [['a'], ['b'], ['a']];
    let taken = 0;
    const { holding } = queueOf([['a', 'b']]);
    const take: SetAside['take'] = async () => present((round[taken++ % 3] ?? []).map(message));
    await holdEach(PLACE, { ...holding, setAside: { ...holding.setAside, take } }, async () => 'kept');
    expect(taken).toBe(5); // two that are new, and three more than there are
  });

  it('says what went wrong, though it could not give back what it held either', async () => {
    const { holding } = queueOf([['a'], new Error('the queue is out')], new Error('it is out'));
    await expect(holdEach(PLACE, holding, async () => 'kept')).rejects.toThrow('the queue is out');
  });

  it('says that it could not give back what it held', async () => {
    const { holding } = queueOf([['a']], new Error('it is out'));
    await expect(holdEach(PLACE, holding, async () => 'kept')).rejects.toThrow('it is out');
  });
});

describe('sending again what was set aside', () => {
  it.each([
    ['refused', DENIED, { seen: DENIED }],
    ['an error', new Error('the queue is out'), { error: expect.any(Error) as unknown }],
  ])('counts what was sent before a page is %s', async (_, page, expected) => {
    const { holding, sent } = queueOf([['a', 'b'], page]);
    expect(await replayPlace(PLACE, holding, () => true)).toMatchObject({ sent: 2, back: 0, ...expected });
    expect(sent).toEqual(['a', 'b']);
  });
});
