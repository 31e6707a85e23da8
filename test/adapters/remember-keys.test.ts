import { beforeEach, expect, it } from 'vitest';
import { rememberKeys } from '../../src/adapters/aws/remember-keys.ts';
import type { KeyRef, KmsKey } from '../../src/model/kms-key.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { KeyStore } from '../../src/ports.ts';

const call = { signal: new AbortController().signal };
const HERE: KeyRef = { id: 'alias/orders', region: 'eu-west-1' };
const DENIED: Observation<KmsKey> = { state: 'unreadable', reason: 'access-denied' };
const MISSING: Observation<KmsKey> = { state: 'absent' };

let now: number;
let asked: KeyRef[];
let answer: Observation<KmsKey> | Error;
let keys: KeyStore;

beforeEach(() => {
  now = 0;
  asked = [];
  answer = MISSING;
  const store: KeyStore = {
    key: async (ref) => {
      asked.push(ref);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  keys = rememberKeys(store, { clock: { now: () => new Date(now) } });
});

it('asks once in five minutes where it is asked every minute, a little early or not', async () => {
  for (const seconds of [0, 60, 120, 180, 240, 295, 360]) {
    now = seconds * 1_000;
    expect(await keys.key(HERE, call)).toBe(MISSING);
  }
  expect(asked).toHaveLength(2);
});

it('knows keys apart by their Region too', async () => {
  await keys.key(HERE, call);
  await keys.key({ ...HERE, region: 'us-east-1' }, call);
  await keys.key({ ...HERE, id: 'alias/photos' }, call);
  expect(asked).toHaveLength(3);
});

it('asks again after what it may not know, and after an error', async () => {
  answer = DENIED;
  expect(await keys.key(HERE, call)).toBe(DENIED);
  answer = new Error('no network');
  await expect(keys.key(HERE, call)).rejects.toThrow('no network');
  answer = MISSING;
  expect(await keys.key(HERE, call)).toBe(MISSING);
});
