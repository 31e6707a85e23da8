import { expect, it } from 'vitest';
import { HoldfastError } from '../../src/errors.ts';
import { gatherReport } from '../../src/gather/gather-report.ts';
import type { ReplicationReport } from '../../src/model/event.ts';
import type { Link } from '../../src/model/link.ts';
import { present } from '../../src/model/observation.ts';
import type { BucketStore } from '../../src/ports.ts';
import { anEvent } from '../support/facts.ts';
import { createFakeBuckets } from '../support/fake-lists.ts';
import { DESTINATION, someLink, someRule, someSettings, SOURCE } from '../support/reported-link.ts';

const settings = someSettings(someRule());
const buckets = createFakeBuckets(new Map([[SOURCE.bucket, { replication: present(settings) }]]));
const link = someLink();
const other = someLink({ destination: { ...DESTINATION, bucket: 'elsewhere' } });
const call = { signal: new AbortController().signal };

it.each<[string, ReplicationReport | undefined, readonly Link[], Link | undefined]>([
  ['the link to the destination of the event', { destinationBucket: 'orders-euw1' }, [other, link], link],
  ['the only link, where the event names no destination', {}, [link], link],
  ['no link, where it could be any', {}, [other, link], undefined],
  ['no link that the configuration does not have', { destinationBucket: 'unknown' }, [link], undefined],
  ['nothing of an event that is no report', undefined, [link], undefined],
])('finds %s', async (_, replication, links, expected) => {
  const event = anEvent({ kind: 'replication-failed', ...(replication && { replication }) });
  const report = await gatherReport(event, links, { buckets }, call);
  expect(report).toEqual(expected && { link: expected, rules: present(settings) });
});

function failing(error: Error): BucketStore {
  return {
    setting: async () => {
      throw error;
    },
  };
}

const event = anEvent({ kind: 'replication-failed', replication: { destinationBucket: DESTINATION.bucket } });

it('lets the alert leave also while S3 does not answer', async () => {
  const down = failing(new HoldfastError('unavailable', 'BucketStore.setting', 'no answer'));
  expect(await gatherReport(event, [link], { buckets: down }, call)).toEqual({ link });
});

it('does not hide an error of ours', async () => {
  await expect(gatherReport(event, [link], { buckets: failing(new TypeError('bug')) }, call)).rejects.toThrow('bug');
});
