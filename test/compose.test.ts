import { afterEach, describe, expect, it, vi } from 'vitest';
import { createBatchHandler, toBudget } from '../src/compose.ts';

const VARIABLES = [
  'ALERT_TOPIC_ARN',
  'LEDGER_TABLE',
  'LOOKS_QUEUE_URL',
  'READS_QUEUE_URL',
  'POISON_QUEUE_URL',
  'PEER_QUEUE_NAME',
  'AWS_REGION',
] as const;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe('a handler', () => {
  it('does not start without its environment, and says all that is missing', () => {
    for (const name of VARIABLES) vi.stubEnv(name, undefined);
    let message = '';
    try {
      createBatchHandler();
    } catch (error) {
      message = String(error);
    }
    for (const name of VARIABLES) expect(message).toContain(name);
  });

  it('starts with it', () => {
    for (const name of VARIABLES) vi.stubEnv(name, name === 'AWS_REGION' ? 'eu-west-1' : 'x');
    expect(createBatchHandler()).toBeTypeOf('function');
  });
});

describe('the budget of an invocation', () => {
  it.each([0, 1, 1_999, 2_001, 29_999, 899_999])('can be made of any remaining time: %i ms', (remainingMs) => {
    const { signal, pause, readableBytes } = toBudget(remainingMs);
    expect([signal.aborted, pause?.aborted]).toEqual([false, false]);
    expect(readableBytes).toBeGreaterThanOrEqual(0);
  });

  it('can read more the more time there is', () => {
    expect(toBudget(60_000).readableBytes).toBeLessThan(toBudget(900_000).readableBytes ?? 0);
  });

  it('pauses a reading while there is time to save it, and gives up while there is time to answer', async () => {
    const { signal, pause } = toBudget(2_200);
    const order: string[] = [];
    pause?.addEventListener('abort', () => order.push('pause'));
    await new Promise((done) => signal.addEventListener('abort', done));
    expect([...order, 'give up']).toEqual(['pause', 'give up']);
  });
});
