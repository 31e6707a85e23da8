import { type Arrivals, createArrivals } from '../audit/await-arrivals.ts';
import type { Settled } from '../audit/arrival-tally.ts';
import type { LinkSettings } from '../audit/gather-arrival.ts';
import type { Call, VersionLister } from '../ports.ts';
import { isSelected, type RepairSelection } from './repair-selection.ts';
import { addTo, addUnproved, createRepairTally, type RepairEvents, type RepairTally } from './repair-tally.ts';
import type { Services } from './services.ts';

/** Time between the two looks that accuse a replica of being gone, in milliseconds. */
export const SECOND_LOOK_MS = 2_000;

interface Means {
  readonly services: Services;
  readonly events: RepairEvents;
  readonly call: Call;
}

/** Versions of one link that are not at the destination: both buckets are listed, and what is not in both is looked at. */
export async function findAbsent(
  settings: LinkSettings,
  selection: RepairSelection,
  { services, events, call }: Means,
): Promise<RepairTally> {
  const tally = createRepairTally();
  const barrier = { ...settings, prefix: selection.prefix, before: services.clock.now() };
  const ports = { ...services, versions: onlySelected(services.versions, selection, settings) };
  const arrivals = createArrivals(barrier, ports, {
    concurrency: selection.concurrency,
    onProgress: events.onProgress,
    onSettled: (settled) => sortOut(settled, { settings, tally, events }),
    stop: () => false,
  });
  try {
    await arrivals.list(call);
    await lookTwice(arrivals, services, call);
    tally.complete = arrivals.isListed();
    tally.looked = arrivals.listed();
    for (const { version } of arrivals.waiting().values()) addTo(tally.waiting, version.sizeBytes);
  } finally {
    await arrivals.close();
  }
  return tally;
}

/** Goes on until nothing is under suspicion and the listing has ended, or so much is on its way that this is not the time. */
async function lookTwice(arrivals: Arrivals, services: Services, call: Call): Promise<void> {
  for (;;) {
    const suspects = [...arrivals.waiting().values()].some(({ suspected }) => suspected);
    if (!suspects && arrivals.isListed()) return;
    await services.wait(SECOND_LOOK_MS, call.signal);
    const before = arrivals.listed();
    await arrivals.lookAgain(call);
    await arrivals.list(call);
    if (!suspects && arrivals.listed() === before) return;
  }
}

interface Place {
  readonly settings: LinkSettings;
  readonly tally: RepairTally;
  readonly events: RepairEvents;
}

/** What a job can do about a version that was settled, or a person. */
export function sortOut({ version, arrival }: Settled, { settings: { link }, tally, events }: Place): void {
  const { object, sizeBytes, isLatest } = version;
  const { bucket, region } = link.destination;
  switch (arrival.state) {
    case 'failed':
      addTo(tally.failed, sizeBytes);
      break;
    case 'missing':
    case 'differs':
      addTo(tally.byHand, sizeBytes);
      events.onByHand({ cause: arrival.state, object, isLatest, destination: { bucket, region } });
      break;
    case 'unproved':
      if (arrival.reason === 'never-attempted') addTo(tally.neverAttempted, sizeBytes);
      else addUnproved(tally, sizeBytes, arrival.reason);
      break;
    case 'waiting':
      addTo(tally.waiting, sizeBytes);
      break;
    case 'proved':
    case 'excused':
      break;
    default:
      arrival satisfies never;
  }
}

function onlySelected(versions: VersionLister, selection: RepairSelection, { link }: LinkSettings): VersionLister {
  return {
    async *list(target, call) {
      for await (const version of versions.list(target, call)) {
        if (target.bucket !== link.source.bucket || isSelected(selection, version)) yield version;
      }
    },
  };
}
