import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../src/model/finding.ts';
import { arbitraryDamage, arbitraryUpload, damaged } from './support/arbitrary-uploads.ts';
import { aBudget, creationOf, deliver, notificationOf } from './support/deliver.ts';
import type { Stored } from './support/fake-cloud.ts';
import { createFakeWorld, type FakeWorld } from './support/fake-ports.ts';

const HOW_LONG = fc.constantFrom(undefined, AbortSignal.abort());

async function inspect(world: FakeWorld, stored: Stored, pause?: AbortSignal): Promise<readonly Finding[]> {
  const budget = () => aBudget(pause === undefined ? {} : { pause });
  const already = world.inspections.length;
  await deliver(world, [notificationOf(creationOf(stored, { sequencer: `${already}` }))], { budget });
  return world.inspections.slice(already).at(-1)?.findings ?? [];
}

const verdictsOf = (findings: readonly Finding[]): readonly string[] => findings.map(({ verdict }) => verdict);

describe('invariant 1: damage is never verified', () => {
  it('finds one flipped, missing or extra byte, whatever the layout, checksum and encryption', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryUpload, arbitraryDamage, HOW_LONG, async (upload, damage, pause) => {
        const world = createFakeWorld();
        const stored = await world.cloud.put(upload);
        await inspect(world, stored); // gives an object without any checksum a baseline
        stored.bytes = damaged(stored.bytes, damage);
        const verdicts = verdictsOf(await inspect(world, stored, pause));
        expect(verdicts).toContain('violated');
        expect(verdicts).not.toContain('verified');
        expect([...world.alerts.values()].some(({ event }) => event.data.severity === 'critical')).toBe(true);
      }),
      { numRuns: 300 },
    );
  }, 30_000);
});

describe('invariant 2: identical objects are never violated', () => {
  it('accuses no intact object, whatever its layout, checksum and encryption', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryUpload, HOW_LONG, async (upload, pause) => {
        const world = createFakeWorld();
        const stored = await world.cloud.put(upload);
        const first = verdictsOf(await inspect(world, stored, pause));
        const second = verdictsOf(await inspect(world, stored, pause));
        expect([...first, ...second]).not.toContain('violated');
        expect(second).toContain('verified');
        expect(world.cloud.open).toBe(0);
      }),
      { numRuns: 300 },
    );
  }, 30_000);

  it('accuses no intact object whose connections break', async () => {
    const breaks = fc.array(fc.nat(6_000), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(arbitraryUpload, breaks, async (upload, places) => {
        const world = createFakeWorld();
        const stored = await world.cloud.put(upload);
        // Two connections that break at the same byte are what a truncated object looks like.
        world.cloud.breaks.push(...new Set(places));
        await inspect(world, stored);
        const severities = [...world.alerts.values()].map(({ event }) => event.data.severity);
        expect(severities.every((severity) => severity === 'info')).toBe(true);
      }),
      { numRuns: 300 },
    );
  }, 30_000);
});
