import { describe, expect, it } from 'vitest';

import { createFaults, type FaultPlan, type FaultRegister } from '../../src/sandbox/faults.ts';
import { createRandom } from '../../src/sandbox/random.ts';
import type { FaultTarget } from '../../src/sandbox/service.ts';

const TARGET: FaultTarget = {
  region: 'eu-west-1',
  service: 's3',
  operation: 'GetObject',
  bucket: 'orders',
  key: 'a/b',
  versionId: 'v1',
  functionName: 'on-look',
};

function planted(plan: Partial<FaultPlan>): FaultRegister {
  const faults = createFaults(createRandom(7));
  faults.plant({ kind: 'throttle', ...plan });
  return faults;
}

describe('a planted fault', () => {
  it.each([
    ['everything, when nothing is said', {}, true],
    ['its Region', { region: 'eu-west-1' }, true],
    ['no other Region', { region: 'us-east-1' }, false],
    ['its operation', { operation: 'GetObject' }, true],
    ['no other operation', { operation: 'HeadObject' }, false],
    ['its key', { key: 'a/b' }, true],
    ['no key that only begins alike', { key: 'a/' }, false],
    ['keys with its prefix', { key: 'a/*' }, true],
    ['no keys with another prefix', { key: 'b*' }, false],
    ['its version', { versionId: 'v1' }, true],
    ['no other function', { functionName: 'on-read' }, false],
    ['no other bucket', { bucket: 'orders2', key: 'a/b' }, false],
  ])('affects %s', (_, plan, affects) => {
    expect(planted(plan).take('throttle', TARGET) !== undefined).toBe(affects);
  });

  it('affects no other kind', () => {
    expect(planted({}).take('deny', TARGET)).toBeUndefined();
  });

  it('needs the target to name what it names', () => {
    expect(planted({ bucket: 'orders' }).take('throttle', { region: 'eu-west-1' })).toBeUndefined();
  });

  it('is spent after its number of times, and looking does not spend it', () => {
    const faults = planted({ times: 2 });
    expect(faults.has('throttle', TARGET)).toBe(true);
    expect([1, 2, 3].map(() => faults.take('throttle', TARGET) !== undefined)).toEqual([true, true, false]);
    expect(faults.has('throttle', TARGET)).toBe(false);
  });

  it('strikes about as often as its probability says, and the same with the same seed', () => {
    const strikes = (): boolean[] => {
      const faults = planted({ probability: 0.25 });
      return Array.from({ length: 1000 }, () => faults.take('throttle', TARGET) !== undefined);
    };
    const count = strikes().filter(Boolean).length;
    expect(count).toBeGreaterThan(200);
    expect(count).toBeLessThan(300);
    expect(strikes()).toEqual(strikes());
  });

  it('gives way to a later one when it does not strike', () => {
    const faults = planted({ probability: 0 });
    faults.plant({ kind: 'throttle', delayMs: 5 });
    expect(faults.take('throttle', TARGET)).toMatchObject({ delayMs: 5 });
  });

  it('ends when it is removed', () => {
    const faults = planted({});
    const [fault] = faults.list();
    expect(faults.remove(fault?.id ?? '')).toBe(true);
    expect(faults.remove(fault?.id ?? '')).toBe(false);
    expect(faults.take('throttle', TARGET)).toBeUndefined();
  });
});
