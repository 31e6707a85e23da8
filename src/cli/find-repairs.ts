import type { BucketRef } from '../model/bucket-settings.ts';
import { toPrefixes } from '../policy/key-prefixes.ts';
import type { Call } from '../ports.ts';
import { findAbsent } from './find-absent.ts';
import { findFailed } from './find-failed.ts';
import { findReported } from './find-reported.ts';
import type { RepairMode } from './repair-job.ts';
import { gatherLinkSettings, type RepairScope } from './repair-scope.ts';
import type { RepairSelection } from './repair-selection.ts';
import type { RepairEvents, RepairTally } from './repair-tally.ts';
import type { ReportedVersion } from './reported-versions.ts';
import type { Services } from './services.ts';

/** Prefixes in the filter of one job. */
const MOST_PREFIXES = 100;

export interface FoundPart {
  readonly title: string;
  readonly destinations: readonly BucketRef[];
  readonly tally: RepairTally;
}

export interface Found {
  readonly parts: readonly FoundPart[];
  /** What the job is limited to; empty: to nothing. */
  readonly prefixes: readonly string[];
  /** Whether the prefixes cover more than what was asked for. */
  readonly wider: boolean;
}

export interface RepairQuestion {
  readonly scope: RepairScope;
  readonly mode: RepairMode;
  readonly selection: RepairSelection;
  readonly reported?: readonly ReportedVersion[];
}

export interface RepairMeans {
  readonly services: Services;
  readonly events: RepairEvents;
  readonly call: Call;
}

/** Looks for what has to be replicated again, in the way that the mode needs. */
export async function findRepairs(
  { scope, mode, selection, reported = [] }: RepairQuestion,
  means: RepairMeans,
): Promise<Found> {
  const { services, call } = means;
  const { source, links } = scope;
  const of = (destination: BucketRef): string =>
    `${source.bucket} (${source.region}) → ${destination.bucket} (${destination.region})`;
  const prefixes = selection.prefix === '' ? [] : [selection.prefix];
  const all = await Promise.all(links.map(async (link) => gatherLinkSettings(link, services, call)));
  if (mode === 'failed') {
    const destinations = links.map(({ destination }) => destination);
    const title = destinations.map((destination) => of(destination)).join('\n');
    return {
      parts: [{ title, destinations, tally: await findFailed(scope, selection, means) }],
      prefixes,
      wider: false,
    };
  }
  const parts: FoundPart[] = [];
  const keys = new Set<string>();
  for (const settings of all) {
    const { destination } = settings.link;
    const found =
      mode === 'from'
        ? await findReported(reported, { settings, selection }, means)
        : { tally: await findAbsent(settings, selection, means), keys: [] };
    for (const key of found.keys) keys.add(key);
    parts.push({ title: of(destination), destinations: [destination], tally: found.tally });
  }
  if (mode !== 'from') return { parts, prefixes, wider: false };
  const covering = toPrefixes([...keys], MOST_PREFIXES);
  return { parts, prefixes: covering, wider: covering.some((prefix) => !keys.has(prefix)) };
}
