import { describe, expect, it } from 'vitest';
import { activeIn } from '../../src/policy/route-table.ts';
import { EAST, minutes, route, WEST, WITNESS } from '../support/routing.ts';
import { createSteeringWorld, type SteeringWorld } from '../support/steering-world.ts';

const codesOf = (world: SteeringWorld, region: string): readonly string[] => [
  ...new Set(world.controllers.get(region)?.told.map(({ event }) => event.data.code)),
];

const home = [route(EAST, 100), route(WEST, 0)];
const failover = [route(EAST, 0), route(WEST, 100)];

describe('a Region that is out', () => {
  it('is left within k + 2 rounds, once, and the change is proved from two Regions', async () => {
    const world = createSteeringWorld();
    await world.rounds(6);
    expect(world.submitted).toEqual([]);
    world.out.set(EAST, 'all');
    const since = world.now.getTime();
    await world.rounds(5);
    expect(world.submitted).toEqual([failover]);
    expect(world.books.kept[0]?.submittedAt?.getTime()).toBeLessThanOrEqual(since + 50_000);
    await world.rounds(10);
    expect(world.books.kept).toHaveLength(1);
    expect(world.books.kept[0]).toMatchObject({ by: 'automatic', kind: 'failover', away: EAST, to: failover });
    expect(world.books.kept[0]?.proofs?.map(({ observer }) => observer).toSorted()).toEqual([WITNESS, WEST].toSorted());
    expect(world.books.kept[0]?.effectiveAt).toBeDefined();
    expect(codesOf(world, WEST)).toEqual(['region-unhealthy', 'failover-accepted', 'failover-effective']);
    expect(codesOf(world, WITNESS)).toEqual([]);
  });

  it('leaves a manifest of what was on its way, and is told to be back when it answers', async () => {
    const world = createSteeringWorld();
    await world.rounds(6);
    const object = { bucket: 'orders-us-east-1', region: EAST, key: 'a+%é😀', versionId: 'v1' };
    const link = 'orders/orders-us-east-1/orders-eu-west-1';
    world.pending.push({ link, object, createdAt: world.now, sizeBytes: 7 });
    world.out.set(EAST, 'all');
    await world.rounds(8);
    expect(world.books.left).toMatchObject([
      { change: '00000001', links: [link], versions: [{ object }], truncated: false, risk: { versions: 1, bytes: 7 } },
    ]);
    world.out.clear();
    await world.rounds(6);
    expect(world.books.kept[0]?.recoveredAt).toBeDefined();
    expect(world.books.left).toHaveLength(1);
    expect([...codesOf(world, EAST), ...codesOf(world, WEST)]).toContain('region-recovered');
    expect(world.submitted).toHaveLength(1);
  });

  it('is not left again and again: a second outage within the cool-down is told and not acted upon', async () => {
    const world = createSteeringWorld();
    await world.rounds(6);
    world.out.set(EAST, 'all');
    await world.rounds(10);
    world.out.clear();
    world.out.set(WEST, 'all');
    await world.rounds(12);
    expect(world.submitted).toEqual([failover]);
    expect([EAST, WITNESS].flatMap((region) => codesOf(world, region))).toContain('failover-blocked');
  });
});

describe('controllers', () => {
  it.each([
    [
      'a partition between two Regions',
      (world: SteeringWorld) => void world.cut.add(`${WEST}>${EAST}`).add(`${EAST}>${WEST}`),
    ],
    [
      'an observer that reaches nothing',
      (world: SteeringWorld) => void world.cut.add(`${WITNESS}>${EAST}`).add(`${WITNESS}>${WEST}`),
    ],
    ['one clock ten minutes ahead', (world: SteeringWorld) => void world.skew.set(WEST, minutes(10))],
    ['one clock ten minutes behind', (world: SteeringWorld) => void world.skew.set(WITNESS, minutes(-10))],
    ['a steering ledger that is out', (world: SteeringWorld) => void (world.ledgerOut = true)],
    ['a control plane that is out', (world: SteeringWorld) => void (world.controlOut = true)],
  ])('switch nothing for %s', async (_, trouble) => {
    const world = createSteeringWorld();
    await world.rounds(6);
    trouble(world);
    await world.rounds(60);
    expect(world.submitted).toEqual([]);
    expect(world.routes).toEqual(home);
  });

  it.each([minutes(10), minutes(-10)])(
    'leave a Region although the clock of one of them is %d ms off',
    async (skew) => {
      const world = createSteeringWorld({ quorum: 2 });
      world.skew.set(EAST, skew);
      await world.rounds(6);
      world.out.set(EAST, 'all');
      await world.rounds(12);
      expect(world.submitted).toEqual([failover]);
      expect(world.books.kept).toHaveLength(1);
    },
  );

  it('call for a person, each by itself, when the steering ledger is gone with the Region', async () => {
    const world = createSteeringWorld();
    await world.rounds(6);
    world.out.set(EAST, 'all');
    world.ledgerOut = true;
    await world.rounds(8);
    expect(world.submitted).toEqual([]);
    expect(codesOf(world, WEST)).toContain('failover-planned');
    expect(codesOf(world, WITNESS)).toContain('failover-planned');
  });

  it('wait for the control plane, and go on when it answers', async () => {
    const world = createSteeringWorld();
    await world.rounds(6);
    world.controlOut = true;
    world.out.set(EAST, 'all');
    await world.rounds(8);
    expect(world.submitted).toEqual([]);
    world.controlOut = false;
    await world.rounds(10);
    expect(world.submitted).toEqual([failover]);
  });

  it('read again after a conflict, and give way to whoever has changed the routes', async () => {
    const world = createSteeringWorld();
    await world.rounds(6);
    world.out.set(EAST, 'all');
    world.answers.push({ kind: 'conflict' });
    while (world.answers.length > 0) await world.rounds(1);
    world.routes = [route(EAST, 100), route(WEST, 100)];
    await world.rounds(4);
    expect(world.submitted).toEqual([]);
    expect(world.books.kept[0]?.abandoned).toContain('somebody else');
  });

  it('give up a change that the control plane refuses', async () => {
    const world = createSteeringWorld();
    await world.rounds(6);
    world.out.set(EAST, 'all');
    world.answers.push({ kind: 'refused', reason: 'InvalidRequest' });
    await world.rounds(12);
    expect(world.submitted).toEqual([]);
    expect(world.books.kept).toHaveLength(1);
    expect(world.books.kept[0]?.abandoned).toContain('InvalidRequest');
  });

  it('give up a change that is not right any more', async () => {
    const world = createSteeringWorld();
    await world.rounds(6);
    world.out.set(EAST, 'all');
    world.answers.push({ kind: 'conflict' });
    while (world.answers.length > 0) await world.rounds(1);
    world.answers.push({ kind: 'conflict' }, { kind: 'conflict' });
    world.out.clear();
    await world.rounds(20);
    expect(world.submitted).toEqual([]);
    expect(world.books.kept[0]?.abandoned).toContain('not right any more');
  });

  it('finish nothing for a person whose command has ended, and say so', async () => {
    const world = createSteeringWorld();
    await world.rounds(6);
    const wish = {
      mrap: 'orders',
      decidedAt: world.now,
      by: 'person',
      kind: 'failover',
      from: home,
      to: failover,
      reasons: [],
    } as const;
    const signal = new AbortController().signal;
    await world.books.history.claim(wish, { after: undefined, holder: 'person', signal });
    await world.rounds(10);
    expect(world.books.kept[0]?.abandoned).toBeUndefined();
    await world.rounds(10);
    expect(world.submitted).toEqual([]);
    expect(world.books.kept[0]?.abandoned).toContain('ended before');
  });

  it('write down what was changed with other tools', async () => {
    const world = createSteeringWorld();
    await world.rounds(6);
    world.out.set(EAST, 'all');
    await world.rounds(30);
    world.out.clear();
    world.routes = home;
    await world.rounds(10);
    expect(world.books.kept.map(({ by, kind }) => `${by} ${kind}`)).toEqual([
      'automatic failover',
      'elsewhere failback',
    ]);
  });
});

/** One outage, with one function that dies once. */
async function outageWith(crash?: SteeringWorld['crash']): Promise<SteeringWorld> {
  const world = createSteeringWorld();
  await world.rounds(5);
  world.out.set(EAST, 'all');
  world.calls.clear();
  if (crash !== undefined) world.crash = crash;
  await world.rounds(18);
  return world;
}

/** What must be so in the end, whoever died when. */
function wrongIn(world: SteeringWorld): readonly string[] {
  const accepted = world.books.kept.filter(({ acceptedAt }) => acceptedAt !== undefined);
  const told = [...codesOf(world, WEST), ...codesOf(world, WITNESS)];
  const same = JSON.stringify(failover);
  return [
    ...(activeIn(world.routes).join() === WEST ? [] : ['the routes']),
    // The same change twice is one.
    ...(world.submitted.length <= 2 && world.submitted.every((each) => JSON.stringify(each) === same)
      ? []
      : ['a submission']),
    ...(accepted.length === 1 ? [] : [`${accepted.length} accepted changes`]),
    ...(world.books.kept.at(-1)?.effectiveAt === undefined ? ['no proof'] : []),
    ...(told.includes('failover-effective') ? [] : ['nobody was told']),
    ...(world.books.left.length === 0 ? ['no manifest'] : []),
  ];
}

describe('a controller that dies at any call', () => {
  it.each([WEST, WITNESS])(
    'in %s leaves no wrong route and nothing that is stuck',
    async (region) => {
      const calls = (await outageWith()).calls.get(region) ?? 0;
      expect(calls).toBeGreaterThan(100);
      const wrong: string[] = [];
      for (let call = 0; call < calls; call += 1) {
        for (const effect of ['lost', 'done'] as const) {
          const world = await outageWith({ region, call, effect });
          wrong.push(...wrongIn(world).map((what) => `${effect} at call ${call}: ${what}`));
        }
      }
      expect(wrong).toEqual([]);
    },
    60_000,
  );
});
