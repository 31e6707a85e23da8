import { describe, expect, it } from 'vitest';
import { rememberMeasurements } from '../../src/cli/remember-measurements.ts';
import { parseConfig } from '../../src/config-schema.ts';
import { linksOf } from '../../src/model/link.ts';

const [forth, back] = linksOf(
  parseConfig(`
version: 1
pairs:
  orders:
    source: { bucket: orders-use1, region: us-east-1, account: '111122223333' }
    destinations: [{ bucket: orders-euw1, region: eu-west-1, account: '111122223333' }]
    twoWay: true
`),
);
const asked = { ruleIds: [], until: new Date(0), windowMs: 1, signal: new AbortController().signal };

describe('the meter that remembers', () => {
  it('asks once a minute for each link, and again at once after a failure', async () => {
    if (forth === undefined || back === undefined) throw new Error('expected two links');
    let nowMs = 0;
    let requests = 0;
    let fails = true;
    const meter = rememberMeasurements(
      {
        read: async () => {
          requests += 1;
          if (fails) throw new Error('throttled');
          return { failed: requests };
        },
      },
      { now: () => new Date(nowMs) },
    );
    await expect(meter.read(forth, asked)).rejects.toThrow('throttled');
    fails = false;
    expect(await meter.read(forth, asked)).toEqual({ failed: 2 });
    expect(await meter.read(back, asked)).toEqual({ failed: 3 });
    nowMs = 59_999;
    expect(await meter.read(forth, asked)).toEqual({ failed: 2 });
    nowMs = 60_000;
    expect(await meter.read(forth, asked)).toEqual({ failed: 4 });
  });
});
