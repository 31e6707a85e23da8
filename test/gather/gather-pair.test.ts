import { describe, expect, it } from 'vitest';
import { gatherPair, type PairPorts } from '../../src/gather/gather-pair.ts';
import type { AccessQuestion } from '../../src/model/access.ts';
import type { ObservedSettings } from '../../src/model/bucket-settings.ts';
import type { KeyRef } from '../../src/model/kms-key.ts';
import type { Link } from '../../src/model/link.ts';
import { present } from '../../src/model/observation.ts';
import type { PairFactName, PairFacts } from '../../src/model/pair-facts.ts';
import {
  ABSENT,
  aKey,
  anOrdersLink,
  aReplicationRule,
  DENIED,
  LOOKED_AT,
  REPLICA_KEY,
  RIGHT,
  ROLE,
  rules,
  SOURCE,
  SOURCE_KEY,
  TRUST,
} from '../support/pair-facts.ts';

const call = { signal: AbortSignal.timeout(10_000) };

interface World {
  readonly source?: ObservedSettings;
  readonly destination?: ObservedSettings;
  readonly link?: Link;
}

/** Ports that remember what was asked. */
function worldOf({ source = {}, destination = {}, link = anOrdersLink() }: World) {
  const asked = {
    settings: [] as string[],
    keys: [] as KeyRef[],
    questions: [] as AccessQuestion[],
    regions: [] as string[],
  };
  const settings = { [link.source.bucket]: source, [link.destination.bucket]: destination };
  const ports: PairPorts = {
    clock: { now: () => LOOKED_AT },
    buckets: {
      async setting({ bucket }, name) {
        asked.settings.push(`${bucket} ${name}`);
        return settings[bucket]?.[name] ?? ABSENT;
      },
    },
    roles: {
      trust: async () => present(TRUST),
      async simulate(_, questions) {
        asked.questions.push(...questions);
        return present(questions.map((question) => ({ ...question, decision: 'allowed' as const })));
      },
    },
    keys: {
      async key(ref) {
        asked.keys.push(ref);
        if (ref.id === 'alias/none') return ABSENT;
        if (ref.id.includes('denied')) return DENIED;
        return present(aKey(ref.id.startsWith('alias/') ? SOURCE_KEY : ref.id));
      },
    },
    stacks: {
      async signalsQueue(region) {
        asked.regions.push(region);
        return region === 'us-east-1' ? present('arn:queue') : undefined;
      },
    },
  };
  return { ports, asked, link };
}

async function gather(
  world: World,
  ...needs: readonly PairFactName[]
): Promise<PairFacts & ReturnType<typeof worldOf>> {
  const around = worldOf(world);
  const config = { pairs: [] };
  const facts = await gatherPair({ link: around.link, config, needs: new Set(needs) }, around.ports, call);
  return { ...facts, ...around };
}

const KMS_RULE = aReplicationRule({ kmsObjects: true, replicaKmsKeyId: REPLICA_KEY });
const encrypted = (kmsKeyId?: string) => ({
  encryption: present({ algorithm: 'aws:kms', bucketKey: false, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) }),
});

describe('gatherPair', () => {
  it('asks for nothing that nobody needs', async () => {
    const { asked, keys, role, signals } = await gather({}, 'source.lifecycle', 'destination.policy');
    expect(asked).toEqual({
      settings: ['orders-use1 lifecycle', 'orders-euw1 policy'],
      keys: [],
      questions: [],
      regions: [],
    });
    expect([keys, role, signals]).toEqual([undefined, undefined, {}]);
  });

  it('asks no more of a bucket that is not there', async () => {
    const { asked, destination } = await gather(
      { source: RIGHT },
      'source.versioning',
      'destination.versioning',
      'destination.policy',
    );
    expect(asked.settings).not.toContain('orders-euw1 policy');
    expect(destination).toEqual({ versioning: ABSENT });
  });

  it('finds the role by the rules, and asks what they ask of it', async () => {
    const { role, asked } = await gather({ source: rules(aReplicationRule()) }, 'role');
    expect(role?.arn).toBe(ROLE);
    expect(role?.trust).toEqual(present(TRUST));
    expect(asked.settings).toEqual(['orders-use1 replication', 'orders-use1 encryption', 'orders-use1 objectLock']);
    expect(asked.questions.map(({ action }) => action)).toContain('s3:ReplicateObject');
  });

  it.each([
    ['no configuration', { replication: ABSENT }],
    ['rules that may not be read', { replication: DENIED }],
    ['only an idle rule', rules(aReplicationRule({ enabled: false }))],
    ['only a rule to elsewhere', rules(aReplicationRule({ destinationBucket: 'elsewhere' }))],
  ])('knows no role where there is %s', async (_, source) => {
    const { role, keys, asked } = await gather({ source }, 'role');
    expect([role, keys, asked.questions]).toEqual([undefined, [], []]);
  });

  it.each([
    ['the key of the source and that of the rule', encrypted(SOURCE_KEY), [SOURCE_KEY, REPLICA_KEY]],
    ["AWS's own by default", encrypted(), ['alias/aws/s3', REPLICA_KEY]],
    ['none of a source with SSE-S3', { encryption: present({ algorithm: 'AES256', bucketKey: false }) }, [REPLICA_KEY]],
    ['none of a source that may not be read', { encryption: DENIED }, [REPLICA_KEY]],
  ])('finds %s', async (_, encryption, expected) => {
    const { asked, keys } = await gather({ source: { ...rules(KMS_RULE), ...encryption } }, 'keys');
    expect(asked.keys.map(({ id }) => id)).toEqual(expected);
    expect(keys?.map(({ side, ref }) => [side, ref.region])).toEqual(
      expected.map((id) => (id === REPLICA_KEY ? ['destination', 'eu-west-1'] : ['source', 'us-east-1'])),
    );
  });

  it('asks once for a key that is named twice, and by the ARN that KMS gives', async () => {
    const link = anOrdersLink({ source: { ...SOURCE, kmsKeys: [SOURCE_KEY, 'alias/mine'] } });
    const lock = { objectLock: present({ enabled: true }) };
    const { asked } = await gather({ link, source: { ...rules(KMS_RULE), ...encrypted(SOURCE_KEY), ...lock } }, 'role');
    expect(asked.keys.map(({ id }) => id)).toEqual([SOURCE_KEY, 'alias/mine', REPLICA_KEY]);
    const decrypts = asked.questions.filter(({ action }) => action === 'kms:Decrypt');
    expect(decrypts.map(({ resource }) => resource)).toEqual([SOURCE_KEY]);
    expect(asked.questions.map(({ action }) => action)).toContain('s3:GetObjectLegalHold');
  });

  it.each([
    ['alias/none', []],
    ['alias/denied', []],
    ['arn:aws:kms:us-east-1:111122223333:alias/denied', []],
    ['arn:aws:kms:us-east-1:111122223333:key/denied', ['arn:aws:kms:us-east-1:111122223333:key/denied']],
  ])('lets only an ARN of a key stand for %s that KMS does not show', async (id, expected) => {
    const { asked } = await gather({ source: { ...rules(KMS_RULE), ...encrypted(id) } }, 'role');
    const decrypts = asked.questions.filter(({ action }) => action === 'kms:Decrypt');
    expect(decrypts.map(({ resource }) => resource)).toEqual(expected);
  });

  it('says which queue a bucket should notify, where that is known', async () => {
    const { signals, asked } = await gather({}, 'signals.source', 'signals.destination');
    expect(signals).toEqual({ source: present('arn:queue') });
    expect(asked.regions).toEqual(['us-east-1', 'eu-west-1']);
  });
});
