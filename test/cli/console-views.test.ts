import { beforeEach, describe, expect, it } from 'vitest';
import { toAccessPointView } from '../../src/cli/console-views.ts';
import { reportRoutes } from '../../src/cli/route-report.ts';
import type { AccessPointView } from '../../src/console/view.ts';
import { ago, AWAY, createRouteScene, HOME, type RouteScene } from './route-scene.ts';

let scene: RouteScene;
beforeEach(() => {
  scene = createRouteScene();
});

async function view(): Promise<AccessPointView> {
  const [mrap] = scene.services.config.mraps;
  if (mrap === undefined) throw new Error('the scene has no access point');
  const signal = AbortSignal.timeout(5_000);
  return toAccessPointView(await reportRoutes({ mrap, services: scene.services }, { stage: 'dev', signal }));
}

describe('an access point in the console', () => {
  it('is calm where every Region answers', async () => {
    const { buckets, mode, ...rest } = await view();
    expect(mode).toBe('advise');
    expect(buckets.map(({ region, traffic, health }) => [region, traffic, health])).toEqual([
      ['us-east-1', 'active', 'healthy'],
      ['eu-west-1', 'passive', 'healthy'],
    ]);
    expect(rest).toMatchObject({ freezes: [], changes: [], notes: [] });
    expect(rest).not.toHaveProperty('advice');
  });

  it.each<[string, () => void, string]>([
    [
      'a person should act',
      () => undefined,
      'A person should switch to eu-west-1: holdfast failover orders --to eu-west-1',
    ],
    [
      'a guard forbids it',
      () => scene.know({ asOf: ago(900) }),
      'us-east-1 should be left, and is not, because of backlog-known, rpo-budget, mode',
    ],
  ])('says when %s', async (_, happen, advice) => {
    scene.probe('us-east-1', 'failed');
    happen();
    expect(await view()).toMatchObject({ advice });
  });

  it('shows what freezes it, and how far each change has come', async () => {
    scene.books.frozen.push({ reason: 'load test', by: 'eve', until: ago(-60) });
    const times = { decidedAt: ago(90), submittedAt: ago(90), acceptedAt: ago(89), effectiveAt: ago(30) };
    const change = { mrap: 'orders', by: 'automatic', kind: 'failover', reasons: [], holder: '', revision: 1 } as const;
    scene.books.kept.push({ ...change, ...times, id: '00000001', from: HOME, to: AWAY });
    scene.books.kept.push({ ...change, decidedAt: ago(9), abandoned: 'no', id: '00000002', from: AWAY, to: HOME });
    const { freezes, changes } = await view();
    expect(freezes).toMatchObject([{ reason: 'load test' }]);
    expect(changes.map(({ what, by, state, tookMs }) => [what, by, state, tookMs])).toEqual([
      ['failover to us-east-1', 'by Holdfast', 'given up', undefined],
      ['failover to eu-west-1', 'by Holdfast', 'effective', 60_000],
    ]);
  });
});
