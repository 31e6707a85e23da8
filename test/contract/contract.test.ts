import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases } from './cases/index.ts';
import type { RunningServer } from './contract.ts';
import { setEnvironment } from './our-adapters.ts';
import { optOutProblems, runContract, type CaseResult } from './run-contract.ts';
import { sandbox } from './servers/sandbox.ts';

describe('the contract with the sandbox', () => {
  let running: RunningServer;
  let results: Promise<readonly CaseResult[]>;

  beforeAll(async () => {
    running = await sandbox.start();
    setEnvironment(running);
    results = runContract(sandbox, running, cases);
  });
  afterAll(async () => {
    await running.close();
  });

  it('leaves nothing out without a reason', () => {
    expect(optOutProblems(sandbox, cases)).toEqual([]);
  });

  it.each(Object.keys(cases))('%s', { timeout: 120_000 }, async (name) => {
    const result = (await results).find((one) => one.name === name);
    if (result?.error !== undefined) throw result.error;
    expect(result?.outcome).toBe('passed');
  });
});
