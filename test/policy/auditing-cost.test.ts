import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config-schema.ts';
import { auditRegions } from '../../src/model/config.ts';
import { auditingCost } from '../../src/policy/auditing-cost.ts';

const text = await readFile('test/infrastructure/audits.yml', 'utf8');
const config = parseConfig(text);
const { audits: _, ...unaudited } = config;

describe('audits by the clock', () => {
  it('are made in the Regions of the sources of audited pairs', () => {
    expect(auditRegions(config)).toEqual(['us-east-1']);
    expect(auditRegions(unaudited)).toEqual([]);
  });

  it('cost the alarms of one stack, however many audits there are, and nothing where there are none', () => {
    expect(auditingCost(config).alarms).toBeCloseTo(1.1);
    expect(auditingCost({ ...config, audits: config.audits?.slice(0, 1) ?? [] }).alarms).toBeCloseTo(1.1);
    expect(auditingCost(unaudited).alarms).toBe(0);
  });
});
