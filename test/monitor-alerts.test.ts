import { expect, it } from 'vitest';
import type { Ports } from '../src/ports.ts';
import { noise } from './digest/contents.ts';
import { createAlertWorld, storyOf } from './support/alert-world.ts';
import { creationOf, deliver, notificationOf } from './support/deliver.ts';
import { createFakeWorld } from './support/fake-ports.ts';

const CONTENT = noise(5_500, 'content');

it('tells that damage is over when a later reading proves every object that was damaged', async () => {
  const world = createFakeWorld();
  const alerts = createAlertWorld();
  const through = (ports: Ports): Ports => ({ ...ports, alerts: alerts.desk() });
  const stored = await Promise.all(
    ['a', 'b'].map(async (key) =>
      world.cloud.put({
        content: CONTENT,
        key,
        versionId: 'v1',
        checksums: [{ algorithm: 'SHA256', type: 'FULL_OBJECT' }],
      }),
    ),
  );
  for (const each of stored) each.bytes = CONTENT.subarray(1);
  await deliver(
    world,
    stored.map((each) => notificationOf(creationOf(each))),
    { through },
  );
  const accused = () => alerts.heard.filter(({ data }) => data.verdict === 'violated');
  expect(storyOf({ heard: accused() })).toContain('opened 2');
  for (const [index, each] of stored.entries()) {
    each.bytes = CONTENT;
    alerts.now = new Date(alerts.now.getTime() + 120_000);
    const restored = {
      name: 'ObjectRestore:Completed',
      kind: 'restore-completed',
      sequencer: `0${index + 2}`,
    } as const;
    await deliver(world, [notificationOf(creationOf(each, restored))], { through });
    await alerts.pass(1);
    const isOver = alerts.ledger.all().every(({ phase }) => phase !== 'open');
    expect(isOver).toBe(index === stored.length - 1);
  }
  expect(accused().at(-1)?.data).toMatchObject({ state: 'resolved', resolution: 'gone', count: 2, healed: 2 });
});
