import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../src/errors.ts';
import type { Severity } from '../src/model/action.ts';
import type { Config, PairConfig } from '../src/model/config.ts';
import { present } from '../src/model/observation.ts';
import { deliver, type Delivery, notificationOf } from './support/deliver.ts';
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
