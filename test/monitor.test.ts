import { describe, expect, it } from 'vitest';
import type { VerifyRule } from '../src/model/config.ts';
import { type Observation, present } from '../src/model/observation.ts';
import { createMonitor } from '../src/monitor.ts';
import { noise } from './digest/contents.ts';
import { aBudget, creationOf, type Delivery, deliver, notificationOf } from './support/deliver.ts';
import { aConfig, anEvent, aRule } from './support/facts.ts';
import type { Stored, Upload } from './support/fake-cloud.ts';
import { alertsOf, createFakeWorld, type FakeWorld } from './support/fake-ports.ts';

const CONTENT = noise(5_500, 'content');
const PLAIN: Upload = { content: CONTENT, versionId: 'v1' };
const KMS: Upload = { ...PLAIN, encryption: 'sse-kms' };
const COMPOSITE: Upload = {
  ...PLAIN,
  partSizes: [2_000, 1_500, 2_000],
  checksums: [{ algorithm: 'SHA256', type: 'COMPOSITE' }],
};

async function inspect(world: FakeWorld, stored: Stored, delivery: Delivery = {}): Promise<readonly string[]> {
  await deliver(world, [notificationOf(creationOf(stored))], delivery);
  return alertsOf(world);
}

const withRule = (changes: Partial<VerifyRule>): Delivery => ({ config: aConfig(aRule(changes)) });
const flipped = (content: Uint8Array): Uint8Array => Buffer.concat([content.subarray(0, -1), Buffer.of(0)]);

describe('an object that S3 stores no checksum of', () => {
  it('is unverifiable at first, verified when read again, violated when its bytes have changed', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(KMS);
    expect(await inspect(world, stored)).toEqual(['info checksum-missing']);
    const restored = (sequencer: string) =>
      notificationOf(creationOf(stored, { name: 'ObjectRestore:Completed', kind: 'restore-completed', sequencer }));
    await deliver(world, [restored('02')]);
    expect(alertsOf(world)).toEqual(['info checksum-missing', 'info content-verified']);
    stored.bytes = flipped(CONTENT);
    await deliver(world, [restored('03')]);
    expect(alertsOf(world)).toContain('critical content-differs-from-baseline');
  });

  it('gets no baseline from a connection that broke', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(KMS);
    world.cloud.breaks.push(3_000, 3_000);
    await inspect(world, stored);
    expect(world.baselines.size).toBe(0);
  });

  it('gets another baseline when a null version is overwritten', async () => {
    const world = createFakeWorld();
    const first = await world.cloud.put({ ...KMS, versionId: 'null' });
    await inspect(world, first);
    const second = await world.cloud.put({ ...KMS, versionId: 'null', content: flipped(CONTENT) });
    await deliver(world, [notificationOf(creationOf(second, { sequencer: '02' }))]);
    // Two contents, two alerts: the second is no repetition of the first.
    expect(alertsOf(world)).toEqual(['info checksum-missing', 'info checksum-missing']);
    expect(world.baselines.size).toBe(2);
  });
});

describe('what cannot be looked at', () => {
  const UNREADABLE = ['info content-unreadable'];

  it.each<[string, Observation<never>]>([
    ['deleted meanwhile', { state: 'absent' }],
    ['denied', { state: 'unreadable', reason: 'access-denied' }],
    ['encrypted with the key of a customer', { state: 'unreadable', reason: 'sse-c' }],
    ['throttled for hours', { state: 'unreadable', reason: 'throttled' }],
  ])('is noted and no more: %s', async (_, trouble) => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(PLAIN);
    stored.trouble = trouble;
    expect(await inspect(world, stored)).toEqual(UNREADABLE);
  });

  it('is noted and no more: archived, without a GET that is bound to fail', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put({ ...PLAIN, state: { storageClass: 'GLACIER', archive: 'archived' } });
    expect(await inspect(world, stored)).toEqual(UNREADABLE);
    expect(world.cloud.calls).toEqual(['head a b/～😀']);
  });

  it('is noted and no more: too large to be read in the time there is', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(PLAIN);
    expect(await inspect(world, stored, { budget: () => aBudget({ readableBytes: 5_499 }) })).toEqual(UNREADABLE);
    expect(world.cloud.open).toBe(0);
  });

  it('is noted and no more: larger than the policy allows', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put({ ...PLAIN, checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT' }] });
    expect(await inspect(world, stored, withRule({ readUpToBytes: 5_499 }))).toEqual(UNREADABLE);
  });

  it.each(['null', undefined])('is noted and no more: overwritten meanwhile (version %s)', async (versionId) => {
    const { versionId: _, ...unversioned } = PLAIN;
    const upload = versionId === undefined ? unversioned : { ...PLAIN, versionId };
    const world = createFakeWorld();
    const first = await world.cloud.put(upload);
    const event = notificationOf(creationOf(first));
    await world.cloud.put({ ...upload, content: flipped(CONTENT) });
    await deliver(world, [event]);
    expect(alertsOf(world)).toEqual(UNREADABLE);
  });

  it('is verified as soon as the throttling ends', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(PLAIN);
    stored.trouble = { state: 'unreadable', reason: 'kms-throttled' };
    const head = world.ports.objects.head.bind(world.ports.objects);
    let looks = 0;
    const objects = {
      ...world.ports.objects,
      head: async (...args: Parameters<typeof head>) => {
        if (++looks === 3) delete stored.trouble;
        return head(...args);
      },
    };
    await inspect(world, stored, { through: (ports) => ({ ...ports, objects }) });
    expect(alertsOf(world)).toEqual(['info content-verified']);
    expect(looks).toBe(3);
  });
});

describe('a difference that was seen', () => {
  it('vanishes when it was the connection', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(PLAIN);
    world.cloud.breaks.push(3_000);
    expect(await inspect(world, stored)).toEqual(['info content-verified']);
  });

  it('is an alarm after the second reading', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put({ ...PLAIN, checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT' }] });
    stored.bytes = flipped(CONTENT);
    expect(await inspect(world, stored)).toEqual([
      'critical content-differs-from-checksum',
      'critical content-differs-from-etag',
    ]);
    expect(world.cloud.calls.filter((call) => call.startsWith('read'))).toHaveLength(2);
  });

  it('is an alarm even where the second witness could not be computed in time', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put({ ...PLAIN, checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT' }] });
    stored.bytes = flipped(CONTENT);
    const budget = () => aBudget({ readableBytes: 100, pause: AbortSignal.abort() });
    expect(await inspect(world, stored, { budget })).toEqual(['critical content-differs-from-checksum']);
  });

  it('is none when the real parts differ from those that the first one suggested', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(COMPOSITE);
    await inspect(world, stored);
    expect(alertsOf(world)).toEqual(['info content-verified', 'info content-verified']);
    expect(world.cloud.calls.filter((call) => call.startsWith('parts'))).toEqual([
      'parts a b/～😀 inferred',
      'parts a b/～😀 exact',
    ]);
  });

  it('names the damaged part', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(COMPOSITE);
    stored.bytes = flipped(CONTENT);
    await inspect(world, stored);
    const evidence = [...world.alerts.values()].map(({ event }) => event.data.evidence);
    expect(evidence).toContainEqual(expect.objectContaining({ damagedPart: 3, damagedPartBytes: '3500-5499' }));
  });

  it('is undecidable when every connection breaks elsewhere', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(PLAIN);
    world.cloud.breaks.push(1_000, 2_000, 3_000, 4_000, 5_000);
    expect(await inspect(world, stored)).toEqual(['info content-differs-from-etag', 'info size-differs']);
  });
});

describe('a reading that takes many invocations', () => {
  const PAUSING: Delivery = { budget: () => aBudget({ pause: AbortSignal.abort() }) };

  it.each<[string, Upload]>([
    ['a checksum of the whole', { ...PLAIN, checksums: [{ algorithm: 'CRC64NVME', type: 'FULL_OBJECT' }] }],
    ['a composite', COMPOSITE],
    ['a multipart ETag', { ...PLAIN, partSizes: [1_000, 1_000, 1_000, 1_000, 1_500] }],
    ['a baseline', KMS],
  ])('comes to the same end as one pass, intact and damaged: %s', async (_, upload) => {
    for (const bytes of [CONTENT, flipped(CONTENT), CONTENT.subarray(1)]) {
      const [once, often] = [createFakeWorld(), createFakeWorld()];
      for (const [world, delivery] of [
        [once, {}],
        [often, PAUSING],
      ] as const) {
        const stored = await world.cloud.put(upload);
        stored.bytes = bytes;
        await inspect(world, stored, delivery);
      }
      expect(alertsOf(often)).toEqual(alertsOf(once));
      expect(often.inspections.length).toBeGreaterThan(once.inspections.length + 2);
      expect([...often.alerts.keys()]).toEqual([...once.alerts.keys()]);
    }
  });

  it('starts again when something new is to be computed', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put({ ...PLAIN, checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT' }] });
    const rule = aRule({
      declared: [
        {
          from: 'side-file',
          suffix: '.crc',
          algorithm: 'CRC32C',
          encoding: 'base64',
          of: 'content',
          allowContentEncoding: false,
        },
      ],
    });
    let invocations = 0;
    await inspect(world, stored, {
      config: aConfig(rule),
      budget: () => aBudget({ pause: AbortSignal.abort() }),
      through: (ports) => {
        if (++invocations === 4)
          void world.cloud.put({ key: `${stored.object.key}.crc`, content: Buffer.from('AAAAAA==') });
        return ports;
      },
    });
    expect(alertsOf(world)).toContain('info content-verified');
    expect(alertsOf(world)).not.toContain('critical content-differs-from-checksum');
  });

  it('is given up when a null version is overwritten in between', async () => {
    const world = createFakeWorld();
    const upload: Upload = { ...PLAIN, versionId: 'null', checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT' }] };
    const stored = await world.cloud.put(upload);
    let invocations = 0;
    await inspect(world, stored, {
      ...PAUSING,
      through: (ports) => {
        if (++invocations === 4) void world.cloud.put({ ...upload, content: flipped(CONTENT) });
        return ports;
      },
    });
    expect(alertsOf(world)).toEqual(['info content-unreadable']);
  });
});

describe('parts', () => {
  it('that cannot be asked for now are asked for later', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(COMPOSITE);
    const { objects } = world.ports;
    const answers: Observation<never>[] = [{ state: 'unreadable', reason: 'kms-throttled' }];
    const parts: typeof objects.parts = async (...args) => answers.pop() ?? objects.parts(...args);
    await inspect(world, stored, { through: (ports) => ({ ...ports, objects: { ...objects, parts } }) });
    expect(alertsOf(world)).toContain('info content-verified');
    expect(world.inspections.map(({ look }) => look.purpose)).toContain('retry');
    expect(world.cloud.open).toBe(0);
  });

  it('that are too many to be remembered between two invocations make an object too large', async () => {
    const world = createFakeWorld();
    const upload: Upload = { ...COMPOSITE, partSizes: Array.from({ length: 5_500 }, () => 1) };
    const stored = await world.cloud.put({ ...upload, checksums: [{ algorithm: 'SHA512', type: 'COMPOSITE' }] });
    const pause = new AbortController();
    const { objects } = world.ports;
    const read: typeof objects.read = async (...args) => {
      const opened = await objects.read(...args);
      return opened.state === 'present'
        ? present({ ...opened.value, body: abortingAt(4_000, opened.value.body, pause) })
        : opened;
    };
    await inspect(world, stored, {
      budget: () => aBudget({ pause: pause.signal }),
      through: (ports) => ({ ...ports, objects: { ...objects, read } }),
    });
    expect(world.inspections.at(-1)?.findings).toMatchObject([{ evidence: { reason: 'too-large' } }]);
  });
});

async function* abortingAt(
  sizeBytes: number,
  body: AsyncIterable<Uint8Array>,
  controller: AbortController,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of body) {
    yield chunk;
    done += chunk.length;
    if (done >= sizeBytes) controller.abort();
  }
}

it.each(['{}', '1', 'null'])('refuses to go on where nothing was saved: %s', async (resume) => {
  const world = createFakeWorld();
  const stored = await world.cloud.put(PLAIN);
  const look = { event: creationOf(stored), reach: 'content', purpose: 'resume', attempt: 0, resume } as const;
  const inspection = createMonitor(world.ports, aConfig()).inspect(look, aBudget());
  await expect(inspection).rejects.toMatchObject({ name: 'HoldfastError', kind: 'invalid-event' });
});

describe('a message', () => {
  it('is set aside with the reason when it cannot be read', async () => {
    const world = createFakeWorld();
    await deliver(world, ['{"Records": 1', JSON.stringify({ Records: [{ eventVersion: '3.0' }] })]);
    expect(world.poison).toHaveLength(2);
    for (const { reason } of world.poison) expect(reason).not.toBe('');
  });

  it('is inspected as far as it can be read', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(PLAIN);
    const { Records } = JSON.parse(notificationOf(creationOf(stored))) as { Records: unknown[] };
    await deliver(world, [JSON.stringify({ Records: [{ eventVersion: '2.4' }, ...Records] })]);
    expect(world.poison).toHaveLength(1);
    expect(alertsOf(world)).toEqual(['info content-verified', 'warning event-poisoned']);
  });

  it('is acknowledged without a look where nothing can have changed', async () => {
    const world = createFakeWorld();
    await deliver(world, [notificationOf(anEvent({ kind: 'tags-changed', name: 'ObjectTagging:Put' }))]);
    expect(world.acknowledged).toHaveLength(1);
    expect(world.cloud.calls).toEqual([]);
  });

  it('is a finding by itself where S3 reports a failure', async () => {
    const world = createFakeWorld();
    const replication = { ruleId: 'all', destinationBucket: 'copy', failureReason: 'AssumeRoleNotPermitted' };
    const name = 'Replication:OperationFailedReplication';
    await deliver(world, [notificationOf(anEvent({ kind: 'replication-failed', name, replication }))]);
    expect(alertsOf(world)).toEqual(['warning replication-failed']);
    expect(world.cloud.calls).toEqual([]);
  });

  it('that is a look goes back to the queue until it is due', async () => {
    const world = createFakeWorld();
    const stored = await world.cloud.put(PLAIN);
    stored.trouble = { state: 'unreadable', reason: 'throttled' };
    const start = world.now.getTime();
    await inspect(world, stored);
    // The last retry comes four hours after the one before: longer than any queue can delay.
    expect(world.now.getTime() - start).toBeGreaterThan(4 * 60 * 60 * 1_000);
    expect(world.inspections).toHaveLength(8);
  });
});
