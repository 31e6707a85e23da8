import { beforeEach, describe, expect, it } from 'vitest';
import { keepProbeCanaries } from '../../src/act/keep-probe-canaries.ts';
import type { LifecycleRule } from '../../src/model/bucket-settings.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import type { CanaryObject } from '../../src/ports.ts';
import { createFakeBuckets, createFakeNotes, type FakeSettings } from '../support/fake-lists.ts';
import { createFakeCloud } from '../support/fake-cloud.ts';
import { aState } from '../support/facts.ts';

const call = { signal: new AbortController().signal };
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/0a0a0a0a-1111-2222-3333-444455556666';
const OTHER = KEY.replace('0a0a', '0c0c');
const HOUR_MS = 3_600_000;

let now: Date;
let written: CanaryObject[];
let settings: FakeSettings;
let refusal: Observation<never> | undefined;
let notes: ReturnType<typeof createFakeNotes>;

beforeEach(() => {
  now = new Date('2026-11-02T00:00:00Z');
  written = [];
  settings = new Map();
  refusal = undefined;
  notes = createFakeNotes({ now: () => now });
});

async function keep(kmsKeys: readonly string[] = [KEY], seen?: Observation<never>): Promise<readonly string[]> {
  const before = written.length;
  const bucket = { bucket: 'orders', region: 'us-east-1', account: '111122223333', kmsKeys };
  const ports = {
    clock: { now: () => now },
    notes,
    buckets: createFakeBuckets(settings),
    objects: {
      ...createFakeCloud().objects,
      head: async ({ key }: { readonly key: string }) => {
        const known = written.findLast((each) => each.key === key);
        return (
          seen ??
          (known === undefined ? ({ state: 'absent' } as const) : present(aState({ lastModifiedAt: writtenAt })))
        );
      },
    },
    canaries: {
      put: async (canary: CanaryObject): Promise<Observation<string>> => {
        if (refusal !== undefined) return refusal;
        written.push(canary);
        writtenAt = now;
        return present('v1');
      },
    },
  };
  await keepProbeCanaries([bucket], ports, call);
  return written.slice(before).map(({ key, kmsKeyId }) => `${key} ${kmsKeyId ?? 'without KMS'}`);
}

let writtenAt = new Date(0);

const clearing: LifecycleRule[] = [
  {
    id: 'canaries',
    enabled: true,
    prefix: 'holdfast-canary/',
    tags: {},
    expiration: { days: 1 },
    noncurrentExpiration: { days: 1 },
    transitions: [],
    noncurrentTransitions: [],
  } as unknown as LifecycleRule,
];

describe('the canaries that observers read', () => {
  it('are written once where no rule clears them away', async () => {
    expect(await keep()).toEqual([
      'holdfast-canary/probe/orders/plain without KMS',
      `holdfast-canary/probe/orders/kms ${KEY}`,
    ]);
    expect(await keep()).toEqual([]);
    now = new Date(now.getTime() + 40 * 24 * HOUR_MS);
    expect(await keep()).toEqual([]);
  });

  it('are written again twice a day where a rule clears them away', async () => {
    settings.set('orders', { lifecycle: present(clearing) });
    expect(await keep([])).toHaveLength(1);
    now = new Date(now.getTime() + 11 * HOUR_MS);
    expect(await keep([])).toEqual([]);
    now = new Date(now.getTime() + 2 * HOUR_MS);
    expect(await keep([])).toHaveLength(1);
  });

  it('use the key that the bucket uses, where our role may', async () => {
    settings.set('orders', {
      encryption: present({ algorithm: 'aws:kms', kmsKeyId: OTHER, bucketKey: false }),
    });
    expect((await keep([KEY, OTHER])).at(-1)).toContain(OTHER);
  });

  it('are looked for again in a minute where one could not be written or looked at', async () => {
    refusal = { state: 'unreadable', reason: 'access-denied' };
    expect(await keep()).toEqual([]);
    refusal = undefined;
    expect(await keep([KEY], { state: 'unreadable', reason: 'throttled' })).toEqual([]);
    expect(await keep()).toHaveLength(2);
  });
});
