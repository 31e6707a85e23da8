import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMonitor } from '../src/monitor.ts';
import type { Ports } from '../src/ports.ts';
import { noise } from './digest/contents.ts';
import { crashingPorts } from './support/crashing-ports.ts';
import { aBudget, creationOf, deliver, notificationOf } from './support/deliver.ts';
import { aConfig, anEvent, aRule } from './support/facts.ts';
import type { Upload } from './support/fake-cloud.ts';
import { createFakeWorld, type FakeWorld, outcomeOf } from './support/fake-ports.ts';

const CONTENT = noise(2_500, 'content');
const CRC32C_BESIDE = {
  from: 'side-file',
  suffix: '.crc',
  algorithm: 'CRC32C',
  encoding: 'base64',
  of: 'content',
  allowContentEncoding: false,
} as const;
const CONFIG = aConfig(aRule({ declared: [CRC32C_BESIDE] }));

/** One object of each kind of evidence and trouble; the second of every list is damaged. */
const UPLOADS: readonly (readonly [Upload, 'intact' | 'damaged'])[] = [
  [{ key: 'plain', versionId: 'v1', content: CONTENT }, 'intact'],
  [{ key: 'plain', versionId: 'v2', content: CONTENT }, 'damaged'],
  [{ key: 'kms', versionId: 'v1', content: CONTENT, encryption: 'sse-kms' }, 'intact'],
  [{ key: 'parts', versionId: 'v1', content: CONTENT, partSizes: [1_000, 700, 800] }, 'intact'],
  [
    {
      key: 'parts',
      versionId: 'v2',
      content: CONTENT,
      partSizes: [1_000, 700, 800],
      checksums: [{ algorithm: 'SHA1', type: 'COMPOSITE' }],
    },
    'damaged',
  ],
  [{ key: 'unversioned', content: CONTENT, checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT' }] }, 'damaged'],
];

/** The cloud after all uploads, and one message for each of its events; one cannot be read, one reports a failure. */
async function situation(): Promise<{ readonly world: FakeWorld; readonly bodies: readonly string[] }> {
  const world = createFakeWorld();
  const bodies: string[] = [];
  for (const [upload, fate] of UPLOADS) {
    const stored = await world.cloud.put(upload);
    if (fate === 'damaged') stored.bytes = CONTENT.subarray(1);
    bodies.push(notificationOf(creationOf(stored)));
  }
  const replication = { ruleId: 'all', destinationBucket: 'copy', operation: 'put' };
  const name = 'Replication:OperationFailedReplication';
  bodies.push('no JSON', notificationOf(anEvent({ kind: 'replication-failed', name, replication })));
  return { world, bodies };
}

const PAUSE = () => aBudget({ pause: AbortSignal.abort() });

async function uninterrupted(): Promise<unknown> {
  const { world, bodies } = await situation();
  await deliver(world, bodies, { config: CONFIG, budget: PAUSE });
  return outcomeOf(world);
}

describe('invariant 3: order and repetition do not matter', () => {
  it('inspects the same versions and ends in the same ledger and alerts', async () => {
    const expected = await uninterrupted();
    const { bodies: plain } = await situation();
    const deliveries = fc
      .array(fc.nat(plain.length - 1), { maxLength: 6 })
      .chain((again) => fc.shuffledSubarray([...plain.keys(), ...again], { minLength: plain.length + again.length }));
    await fc.assert(
      fc.asyncProperty(deliveries, fc.infiniteStream(fc.nat()), async (order, picks) => {
        const { world, bodies } = await situation();
        const pick = (count: number): number => (picks.next().value ?? 0) % count;
        await deliver(
          world,
          order.map((index) => bodies[index] ?? ''),
          { config: CONFIG, budget: PAUSE, pick },
        );
        expect(outcomeOf(world)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  }, 30_000);

  it('looks at a version once for one event, however often it comes', async () => {
    const { world, bodies } = await situation();
    await deliver(world, bodies, { config: CONFIG });
    const { length } = world.cloud.calls;
    await deliver(world, bodies, { config: CONFIG });
    expect(world.cloud.calls).toHaveLength(length);
  });

  it('takes no version for another: the older of two is inspected too, even after the newer', async () => {
    const { world, bodies } = await situation();
    await deliver(world, bodies.toReversed(), { config: CONFIG });
    const inspected = world.inspections.map(({ look: { event } }) => `${event.object.key} ${event.object.versionId}`);
    expect(new Set(inspected)).toEqual(
      new Set(['plain v1', 'plain v2', 'kms v1', 'parts v1', 'parts v2', 'unversioned undefined', 'a b/～😀 v1']),
    );
  });
});

describe('invariant 4: nothing is acknowledged before it is durable', () => {
  it.each(['lost', 'done'] as const)(
    'ends as if nothing had happened after a crash at any call of any port (its effect %s)',
    async (effect) => {
      const expected = await uninterrupted();
      let reached = true;
      let call = 0;
      for (; reached; call++) {
        const { world, bodies } = await situation();
        const { ports, crashed } = crashingPorts(world.ports, { call, effect });
        await deliver(world, bodies, { config: CONFIG, budget: PAUSE, through: () => ports });
        expect(withoutSecondReadings(world), `crash at call ${call}`).toEqual(expected);
        reached = crashed();
      }
      expect(call).toBeGreaterThan(60);
    },
    60_000,
  );

  it.each(['isSettled', 'settle', 'baseline', 'recordBaseline'] as const)(
    'asks for redelivery when the ledger fails: %s',
    async (method) => {
      const world = createFakeWorld();
      const stored = await world.cloud.put({ versionId: 'v1', content: CONTENT, encryption: 'sse-kms' });
      const ledger = { ...world.ports.ledger, [method]: async () => Promise.reject(new Error('no table')) };
      const ports: Ports = { ...world.ports, ledger };
      const monitor = createMonitor(ports, CONFIG);
      const look = { event: creationOf(stored), reach: 'content', purpose: 'first', attempt: 0 } as const;
      await expect(monitor.inspect(look, aBudget())).rejects.toThrow('no table');
      expect(world.settled.size).toBe(0);
    },
  );
});

/**
 * After a crash between the record of a baseline and the end of the look, the repetition is a second reading indeed: it adds
 * one note that the bytes are as they were, and takes nothing away.
 */
function withoutSecondReadings(world: FakeWorld): unknown {
  for (const [id, { event }] of world.alerts) {
    if (event.data.evidence['against'] === 'baseline') world.alerts.delete(id);
  }
  return outcomeOf(world);
}
