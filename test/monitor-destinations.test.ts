import { describe, expect, it } from 'vitest';
import type { ReplicationRule } from '../src/model/bucket-settings.ts';
import type { ReplicationStatus } from '../src/model/facts.ts';
import type { Ports } from '../src/ports.ts';
import type { SimulatedVersion } from './simulation/simulated-s3.ts';
import { alertsOf } from './support/fake-ports.ts';
import { aReplicationRule, createFollowedWorld, eventOf, type FollowedWorld } from './support/followed.ts';
import { aBucket } from './support/pairs.ts';

const KEY = 'a+b %/é～😀';
const EVENT = eventOf({ bucket: 'photos', region: 'eu-west-1', key: KEY, versionId: 'v1' });

/** A source with two destinations; `two` gets what its rule selects. */
function createForkedWorld(two: Partial<ReplicationRule> = {}): FollowedWorld {
  const destinations = [aBucket('one', 'us-east-1'), aBucket('two', 'us-west-2')];
  const followed = createFollowedWorld({ destinations });
  followed.s3.bucket('photos').rules = [aReplicationRule('one'), { ...aReplicationRule('two'), ...two }];
  return followed;
}

/** Alerts that speak of replicas. */
const heard = ({ world }: FollowedWorld): readonly string[] =>
  alertsOf(world).filter((line) => !line.includes(' content-'));

const CLASSIFIED = { tags: { class: 'a' } };

/** A version that S3 says is complete, and that one destination has. */
async function completed(followed: FollowedWorld, source: Partial<SimulatedVersion>, ports?: (same: Ports) => Ports) {
  followed.put('photos', { key: KEY, status: 'COMPLETED', ...source });
  followed.put('one', { key: KEY, status: 'REPLICA', ...source });
  await followed.deliver([EVENT], ports === undefined ? {} : { through: ports });
  return heard(followed);
}

describe('a rule that selects by tags, beside one that selects everything', () => {
  it('leaves a version without them where it is: nobody waits for it', async () => {
    const followed = createForkedWorld(CLASSIFIED);
    expect(await completed(followed, {})).toEqual(['info replica-matches']);
    expect(followed.world.pending.rows.size).toBe(0);
  });

  it('takes one that has them: where it is missing, that is an alarm', async () => {
    expect(await completed(createForkedWorld(CLASSIFIED), CLASSIFIED)).toEqual([
      'critical replica-missing',
      'info replica-matches',
    ]);
  });

  it('accuses nobody where the tags may not be read', async () => {
    const denied = (ports: Ports): Ports => {
      const tags: Ports['objects']['tags'] = async () => ({ state: 'unreadable', reason: 'access-denied' });
      return { ...ports, objects: { ...ports.objects, tags } };
    };
    const alerts = await completed(createForkedWorld(CLASSIFIED), {}, denied);
    expect(alerts).toEqual(['info replica-matches', 'info replica-missing', 'info replica-not-comparable']);
  });
});

describe('a replication that fails after another destination has it', () => {
  it.each<[string, ReplicationStatus | undefined]>([
    ['and S3 says so', 'FAILED'],
    ['or hangs', undefined],
  ])('is overdue after the last age, at that destination alone: %s', async (_, later) => {
    const followed = createForkedWorld();
    const version = followed.put('photos', { key: KEY, status: 'PENDING' });
    followed.put('one', { key: KEY, status: 'REPLICA' });
    await followed.deliver([EVENT], {
      through: (ports) => {
        const looked = followed.world.inspections.some(({ look }) => look.purpose === 'follow-up');
        if (looked && later !== undefined) version.status = later;
        return ports;
      },
    });
    expect(heard(followed)).toEqual(['info replica-matches', 'warning replica-overdue']);
    expect([...followed.world.pending.rows.values()].map(({ link }) => link)).toEqual(['photos/photos/two']);
  });
});
