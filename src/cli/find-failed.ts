import type { Call, ListedVersion } from '../ports.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { isSelected, type RepairSelection } from './repair-selection.ts';
import type { RepairScope } from './repair-scope.ts';
import { addTo, addUnproved, createRepairTally, type RepairEvents, type RepairTally } from './repair-tally.ts';
import type { Services } from './services.ts';

interface Means {
  readonly services: Pick<Services, 'objects' | 'versions'>;
  readonly events: Pick<RepairEvents, 'onProgress'>;
  readonly call: Call;
}

/**
 * Versions that S3 has given up: their status is in the headers and nowhere else, so each costs one HEAD. With several destinations
 * it does not say which one failed, and a job replicates to all.
 */
export async function findFailed(
  { source }: RepairScope,
  selection: RepairSelection,
  { services, events, call }: Means,
): Promise<RepairTally> {
  const tally = createRepairTally();

  async function look({ object, sizeBytes }: ListedVersion): Promise<void> {
    const state = await services.objects.head(object, { checksums: false, ...call });
    if (state.state === 'unreadable') addUnproved(tally, sizeBytes, state.reason);
    else if (state.state === 'present' && state.value.replicationStatus === 'FAILED') addTo(tally.failed, sizeBytes);
    else if (state.state === 'present' && state.value.replicationStatus === 'PENDING') addTo(tally.waiting, sizeBytes);
    events.onProgress();
  }

  async function* wanted(): AsyncGenerator<ListedVersion> {
    const { bucket, region } = source;
    for await (const version of services.versions.list({ bucket, region, prefix: selection.prefix }, call)) {
      if (!isSelected(selection, version)) continue;
      tally.looked += 1;
      yield version;
    }
  }

  await forEachBounded(wanted(), { concurrency: selection.concurrency }, look);
  return tally;
}
