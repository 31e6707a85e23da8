import type { LinkView } from '../console/view.ts';
import { linkId } from '../model/link.ts';
import type { LinkReport } from './link-report.ts';

/** A report as the page gets it: only what it shows. */
export function toLinkView({ link, status, bulk, measurements, notes }: LinkReport): LinkView {
  const { source, destination, pair } = link;
  const { backlog, atRisk, checkpointAgeMs, state } = status;
  const { lag, latency, failed } = measurements ?? {};
  return {
    id: linkId(link),
    pair,
    source: { bucket: source.bucket, region: source.region },
    destination: { bucket: destination.bucket, region: destination.region },
    state,
    bulk,
    notes,
    ...(backlog && { backlog: { ...backlog, asOf: backlog.asOf.toISOString() } }),
    ...(atRisk && { atRisk: { ...atRisk, completeUpTo: atRisk.completeUpTo.toISOString() } }),
    ...(checkpointAgeMs !== undefined && { checkpointAgeMs }),
    ...(lag && { lag }),
    ...(latency && { s3Lag: latency }),
    ...(failed !== undefined && { failed }),
  };
}
