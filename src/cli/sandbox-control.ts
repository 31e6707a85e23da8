import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../adapters/aws/system-clock.ts';
import { HoldfastError } from '../errors.ts';
import type { Io } from './io.ts';

/** The sandbox from outside, as anybody can have it with curl. Throws `HoldfastError`. */
export interface SandboxControl {
  readonly url: string;
  /** How far its clock is ahead of this machine's, in milliseconds; kept up when it is moved. */
  aheadMs(): number;
  /** Moves its time forward; resolves when what fell due on the way is done, or takes too long. */
  advance(ms: number): Promise<void>;
  /** Everything in a Region is out from now on; answers how to end it. */
  takeOut(region: string): Promise<() => Promise<void>>;
}

/** Real time between two looks whether functions are at work, in milliseconds, and how often it is looked. */
const LOOK_EVERY_MS = 50;
const MOST_LOOKS = 60;

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The sandbox that the environment points at; anything else is refused, because what follows takes a Region out. */
export async function reachSandbox({ env }: Pick<Io, 'env'>): Promise<SandboxControl> {
  const endpoint = env['AWS_ENDPOINT_URL'] ?? '';
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !LOOPBACK.test(url.hostname)) throw refusal(endpoint === '' ? 'AWS itself' : endpoint);
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(new URL(`/_holdfast/${path}`, url), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw refusal(`${endpoint}, which does not answer`, cause);
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    if (path === 'status') throw refusal(`${endpoint}, which is none`);
    throw new HoldfastError('unexpected', 'sandbox', `${method} ${path}: ${text.trim()}`);
  };
  let aheadMs = 0;
  const keepTime = (answer: unknown): void => {
    aheadMs = Date.parse(textOf(answer, 'now')) - systemClock.now().getTime();
  };
  keepTime(await ask('GET', 'status'));
  return {
    url: endpoint,
    aheadMs: () => aheadMs,
    async advance(advanceMs) {
      keepTime(await ask('POST', 'clock', { advanceMs }));
      for (let looks = 0; looks < MOST_LOOKS && isBusy(await ask('GET', 'status')); looks += 1)
        await setTimeout(LOOK_EVERY_MS);
    },
    async takeOut(region) {
      const answer = await ask('POST', 'faults', { kind: 'region-outage', region });
      const id = textOf(memberOf(answer, 'fault'), 'id');
      return async () => void (await ask('DELETE', `faults/${id}`));
    },
  };
}

function refusal(got: string, cause?: unknown): HoldfastError {
  const text = `a drill takes a Region out: expected AWS_ENDPOINT_URL to be a sandbox on this machine, got ${got}`;
  return new HoldfastError('invalid-config', 'cli', text, { cause });
}

function isBusy(status: unknown): boolean {
  const functions = memberOf(status, 'functions');
  return Array.isArray(functions) && functions.some((each) => Number(memberOf(each, 'busy')) > 0);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function textOf(value: unknown, name: string): string {
  const found = memberOf(value, name);
  if (typeof found === 'string') return found;
  throw new HoldfastError('unexpected', 'sandbox', `expected ${name} in the answer, got none`);
}
