import { linkId } from '../model/link.ts';
import type { LinkReport } from './link-report.ts';

/** One link as a line of NDJSON, and one line for each pending version that was asked for. */
export function toStatusRecords({
  link,
  at,
  status,
  bulk,
  measurements,
  rules,
  pending,
  notes,
}: LinkReport): readonly object[] {
  const id = linkId(link);
  const { state, checkpointAgeMs, backlog, atRisk } = status;
  const record = {
    kind: 'link',
    link: id,
    at,
    state,
    ...(checkpointAgeMs === undefined ? {} : { checkpointAgeMs }),
    backlog: backlog ?? 'unknown',
    atRisk: atRisk ?? 'unknown',
    bulk,
    ...(measurements === undefined ? {} : { lastHour: measurements }),
    ...(rules === undefined ? {} : { rules }),
    notKnown: notes,
  };
  const versions = pending?.map(({ object, createdAt, sizeBytes }) => {
    return { kind: 'pending', link: id, object, createdAt, sizeBytes };
  });
  return [record, ...(versions ?? [])];
}
