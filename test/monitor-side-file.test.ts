import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { DeclaredRule } from '../src/model/config.ts';
import { creationOf, deliver, notificationOf } from './support/deliver.ts';
import { createFakeWorld } from './support/fake-ports.ts';

const CONTENT = Buffer.from('the bytes as they were meant');
const RULE: DeclaredRule = {
  from: 'side-file',
  suffix: '.sha256',
  algorithm: 'SHA256',
  encoding: 'hex',
  of: 'content',
  allowContentEncoding: false,
};

it.each([
  ['agrees', createHash('sha256').update(CONTENT).digest('hex'), 'verified'],
  ['contradicts', '00'.repeat(32), 'violated'],
])('a side file that comes later and %s is held against its object', async (_, digest, verdict) => {
  const world = createFakeWorld();
  const object = await world.cloud.put({ key: 'a', versionId: 'v1', content: CONTENT });
  const { bucket } = object.object;
  const config = {
    version: 1,
    pairs: [],
    mraps: [],
    verify: [{ bucket, prefix: '', evidence: 'computed-checksum', declared: [RULE] }],
    alerts: { severity: 'info', subscriptions: [] },
  } as const;
  await deliver(world, [notificationOf(creationOf(object))], { config });
  const before = [...world.alerts.values()].filter(({ event }) => event.data.evidence['declaredIn'] === 'side-file');
  expect(before).toEqual([]);

  const file = await world.cloud.put({ key: 'a.sha256', versionId: 'w1', content: Buffer.from(`${digest}  a\n`) });
  await deliver(world, [notificationOf(creationOf(file, { sequencer: '0B' }))], { config });
  const after = [...world.alerts.values()].filter(({ event }) => event.data.evidence['declaredIn'] === 'side-file');
  expect(after.map(({ event }) => [event.data.verdict, event.data.subject])).toEqual([
    [verdict, { kind: 'object-version', object: object.object }],
  ]);
});
