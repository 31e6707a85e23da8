import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../src/errors.ts';
import type { Severity } from '../src/model/action.ts';
import type { Config, PairConfig } from '../src/model/config.ts';
import { parseLook } from '../src/ingest/look-message.ts';
import { createMonitor } from '../src/monitor.ts';
import { present } from '../src/model/observation.ts';
import { aBudget, deliver, type Delivery, notificationOf } from './support/deliver.ts';
import { aConfig, anEvent } from './support/facts.ts';
import { alertsOf, createFakeWorld, type FakeWorld } from './support/fake-ports.ts';
import { DESTINATION, someLink, someRule, someSettings, SOURCE } from './support/reported-link.ts';

const pair: PairConfig = { name: 'orders', source: SOURCE, destinations: [DESTINATION], ...someLink().policy };
const object = { bucket: SOURCE.bucket, region: SOURCE.region, key: 'a b', versionId: 'v1' };

function configFor(severity: Severity): Config {
  return { ...aConfig(), pairs: [pair], alerts: { severity, subscriptions: [] } };
}

async function report(failureReason: string, delivery: Delivery = {}): Promise<FakeWorld> {
  const world = createFakeWorld();
  world.settings.set(SOURCE.bucket, { replication: present(someSettings(someRule())) });
  const replication = { ruleId: 'all', destinationBucket: DESTINATION.bucket, failureReason };
  const name = 'Replication:OperationFailedReplication';
  const failed = notificationOf(anEvent({ kind: 'replication-failed', name, object, replication }));
  await deliver(world, [failed], { config: configFor('warning'), ...delivery });
  return world;
}

const only = ({ alerts }: FakeWorld) => [...alerts.values()][0]?.event.data;

describe('a failed replication', () => {
  it('alerts with the words that repair it, in the names of its pair', async () => {
    const world = await report('DstPutObjectNotPermitted');
    expect(alertsOf(world)).toEqual(['warning replication-failed']);
    expect(only(world)).toMatchObject({
      replica: { bucket: DESTINATION.bucket, region: DESTINATION.region },
      evidence: { pair: 'orders', failureReason: 'DstPutObjectNotPermitted', failureClass: 'permission' },
      remedy: { statement: expect.stringContaining('"s3:ReplicateObject"') },
    });
    expect(only(world)?.remedy?.commands.join('\n')).toContain('--role-name s3-crr ');
    expect(world.cloud.calls).toEqual([]); // what S3 said needs no look at the object
  });

  it('alerts also while S3 does not answer, with a role that is not known', async () => {
    const down = async (): Promise<never> => {
      throw new HoldfastError('unavailable', 'BucketStore.setting', 'no answer');
    };
    const world = await report('DstPutObjectNotPermitted', {
      through: (ports) => ({ ...ports, buckets: { setting: down } }),
    });
    expect(alertsOf(world)).toEqual(['warning replication-failed']);
    expect(only(world)?.remedy?.commands.join('\n')).toContain('--role-name REPLICATION-ROLE ');
  });

  it('passes a reason on that nobody has documented', async () => {
    const world = await report('SomethingOf2031');
    expect(only(world)).toMatchObject({
      severity: 'warning',
      evidence: { failureReason: 'SomethingOf2031', failureClass: 'unknown' },
    });
  });

  it.each(['SrcKeyNotFound', 'SrcVersionNotFound', 'SrcObjectNotFound', 'SrcReplicationNotPending'])(
    'pages nobody when it is harmless: %s',
    async (reason) => {
      expect(alertsOf(await report(reason))).toEqual([]);
      const recorded = await report(reason, { config: configFor('info') });
      expect(alertsOf(recorded)).toEqual(['info replication-failed']);
      expect(only(recorded)).toMatchObject({ state: 'noted', verdict: 'unverifiable', remedy: { who: 'nobody' } });
    },
  );
});

describe('a notification that waited behind a flood', () => {
  const WAITED_MS = 31_000;
  const failed = anEvent({
    kind: 'replication-failed',
    name: 'Replication:OperationFailedReplication',
    object,
    replication: { ruleId: 'all', destinationBucket: DESTINATION.bucket, failureReason: 'DstBucketNotFound' },
  });
  const created = anEvent({ object: { ...object, key: 'other' } });

  async function receive(waitedMs: number): Promise<FakeWorld> {
    const world = createFakeWorld();
    world.settings.set(SOURCE.bucket, { replication: present(someSettings(someRule())) });
    const monitor = createMonitor(world.ports, configFor('warning'));
    await monitor.receive(notificationOf(created, failed), aBudget(), waitedMs);
    return world;
  }

  it('is reported at once, and its creations go on to the lane for looks', async () => {
    const world = await receive(WAITED_MS);
    expect(alertsOf(world)).toEqual(['warning replication-failed']);
    expect(world.cloud.calls).toEqual([]);
    expect(world.queue.map(({ body }) => parseLook(body)?.event.object.key)).toEqual(['other']);
  });

  it('is worked on whole where nothing waits', async () => {
    const world = await receive(1_000);
    expect(alertsOf(world)).toContain('warning replication-failed');
    expect(world.cloud.calls).not.toEqual([]);
  });
});
