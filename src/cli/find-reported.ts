import type { Arrival } from '../policy/arrival.ts';
import { judgeArrival } from '../policy/arrival.ts';
import type { ByHandCause } from '../policy/repair-by-hand.ts';
import { gatherArrival, type LinkSettings } from '../audit/gather-arrival.ts';
import type { ObjectRef } from '../model/object.ts';
import type { Call, ListedVersion } from '../ports.ts';
import { SECOND_LOOK_MS, sortOut } from './find-absent.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { isSelected, type RepairSelection } from './repair-selection.ts';
import { addTo, createRepairTally, type RepairEvents, type RepairTally } from './repair-tally.ts';
import type { ReportedVersion } from './reported-versions.ts';
import type { Services } from './services.ts';

/** What a look at headers cannot confirm, because bytes were read to find it. */
const BY_READING: ReadonlyMap<string, ByHandCause> = new Map([
  ['replica-content-differs', 'differs'],
  ['replica-size-differs', 'differs'],
  ['content-differs-from-etag', 'source-damaged'],
  ['content-differs-from-checksum', 'source-damaged'],
  ['content-differs-from-baseline', 'source-damaged'],
  ['object-lost', 'source-damaged'],
]);

interface Means {
  readonly services: Services;
  readonly events: RepairEvents;
  readonly call: Call;
}

export interface Reported {
  readonly tally: RepairTally;
  /** Keys of versions that a job can replicate, each once. */
  readonly keys: readonly string[];
}

/** How the versions of a report are now, over one link: what was found then may be mended by now. */
export async function findReported(
  reported: readonly ReportedVersion[],
  { settings, selection }: { readonly settings: LinkSettings; readonly selection: RepairSelection },
  { services, events, call }: Means,
): Promise<Reported> {
  const tally = createRepairTally();
  const keys = new Set<string>();
  const { link } = settings;

  async function look(version: ReportedVersion): Promise<void> {
    const object = toSource(version, settings);
    const current = await services.objects.head(withoutVersion(object), { checksums: false, ...call });
    const listed = await describe(object, current.state === 'present' ? current.value.versionId : undefined);
    const settle = (arrival: Arrival): void => sortOut({ version: listed, arrival }, { settings, tally, events });
    const cause = version.codes.map((code) => BY_READING.get(code)).find((known) => known !== undefined);
    events.onProgress();
    if (!isSelected(selection, listed)) return;
    tally.looked += 1;
    if (cause !== undefined) {
      const accused = cause === 'source-damaged' && version.bucket !== link.source.bucket ? 'differs' : cause;
      const { bucket, region } = link.destination;
      addTo(tally.byHand, listed.sizeBytes);
      events.onByHand({ cause: accused, object, isLatest: listed.isLatest, destination: { bucket, region } });
      return;
    }
    const arrival = await judge(listed);
    if (arrival.state === 'failed' || arrival.reason === 'never-attempted') keys.add(object.key);
    settle(arrival);
  }

  async function judge(version: ListedVersion): Promise<Arrival & { readonly reason?: string }> {
    const gather = async (): Promise<Arrival> =>
      judgeArrival(await gatherArrival(version, settings, { ...services, ...call }));
    const first = await gather();
    if (first.state !== 'missing') return first;
    await services.wait(SECOND_LOOK_MS, call.signal);
    return gather();
  }

  async function describe(object: ObjectRef, currentId: string | undefined): Promise<ListedVersion> {
    const state = await services.objects.head(object, { checksums: false, ...call });
    const known = state.state === 'present' ? state.value : undefined;
    return {
      object,
      isLatest: object.versionId === undefined || object.versionId === currentId,
      sizeBytes: known?.sizeBytes ?? 0,
      etag: '',
      lastModifiedAt: known?.lastModifiedAt ?? services.clock.now(),
    };
  }

  await forEachBounded(each(reported, settings), selection, look);
  return { tally, keys: [...keys].toSorted() };
}

/** Those that are about this link, each once. */
async function* each(reported: readonly ReportedVersion[], { link }: LinkSettings): AsyncGenerator<ReportedVersion> {
  const seen = new Map<string, ReportedVersion>();
  for (const version of reported) {
    const { bucket, key, versionId = '', destination = link.destination.bucket } = version;
    const isOurs =
      bucket === link.source.bucket ? destination === link.destination.bucket : bucket === link.destination.bucket;
    if (!isOurs) continue;
    const id = JSON.stringify([key, versionId]);
    const known = seen.get(id);
    seen.set(id, known === undefined ? version : { ...known, codes: [...known.codes, ...version.codes] });
  }
  yield* seen.values();
}

/** A finding about a replica names the version that its source has too. */
function toSource({ key, versionId }: ReportedVersion, { link }: LinkSettings): ObjectRef {
  const { bucket, region } = link.source;
  return { bucket, region, key, ...(versionId === undefined ? {} : { versionId }) };
}

function withoutVersion({ bucket, region, key }: ObjectRef): ObjectRef {
  return { bucket, region, key };
}
