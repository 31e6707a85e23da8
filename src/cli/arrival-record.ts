import { type Outcome, type Settled, sumUp } from '../audit/arrival-tally.ts';
import type { Link } from '../model/link.ts';
import { linkId } from '../model/link.ts';
import type { ArrivalReport } from './render-arrivals.ts';

/** One version that is not proved, as a line of NDJSON. */
export function toVersionRecord(link: Link, { version, arrival }: Settled): object {
  const { object, sizeBytes, deleteMarker } = version;
  return {
    kind: 'version',
    link: linkId(link),
    ...arrival,
    object,
    destination: { bucket: link.destination.bucket, region: link.destination.region },
    sizeBytes,
    ...(deleteMarker === true ? { deleteMarker } : {}),
  };
}

/** A line for each link, and one that sums up. */
export function toSummaryRecord({ pair, before, links, uploads, tookMs }: ArrivalReport): readonly object[] {
  const ofLinks = links.map(({ link, arrivals }) => {
    const { proved, excused, ...outcomes } = arrivals.tally.outcomes;
    return {
      kind: 'link',
      link: linkId(link),
      complete: arrivals.isListed(),
      listed: arrivals.listed(),
      proved: { versions: proved.versions, bytes: proved.bytes, by: Object.fromEntries(arrivals.tally.bases) },
      waiting: toCounts(sumUp(arrivals.waiting().values())),
      ...Object.fromEntries(Object.entries(outcomes).map(([state, outcome]) => [state, toCounts(outcome)])),
      notEligible: { ...toCounts(excused), first: excused.named.map(({ version }) => version.object) },
    };
  });
  return [...ofLinks, { kind: 'summary', pair, before, openUploads: uploads, tookMs, basis: 'listed and recorded' }];
}

function toCounts({ versions, bytes, reasons }: Outcome): object {
  return { versions, bytes, reasons: Object.fromEntries(reasons) };
}
