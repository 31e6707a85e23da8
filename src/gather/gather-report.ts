import { HoldfastError } from '../errors.ts';
import type { ObjectEvent } from '../model/event.ts';
import type { ReportFacts } from '../model/facts.ts';
import type { Link } from '../model/link.ts';
import type { Call, Ports } from '../ports.ts';

/** Longest time that an alert waits for its words, in milliseconds. */
const MOST_WAIT_MS = 2_000;

/**
 * What stands behind a statement of S3 about a replication: the link, and the rules of its bucket, with which a remedy names real
 * ARNs. `links` are those from the bucket of the event. The alert must leave also while the rules cannot be read.
 */
export async function gatherReport(
  event: ObjectEvent,
  links: readonly Link[],
  { buckets }: Pick<Ports, 'buckets'>,
  call: Call,
): Promise<ReportFacts | undefined> {
  const destination = event.replication?.destinationBucket;
  const link = links.find((each) => each.destination.bucket === destination) ?? onlyOne(links, destination);
  if (event.replication === undefined || link === undefined) return undefined;
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(MOST_WAIT_MS)]);
  try {
    return { link, rules: await buckets.setting(link.source, 'replication', { signal }) };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { link }; // a storm at S3 must not hold back what S3 said: the words are less exact
  }
}

/** Where the event does not name a destination. */
function onlyOne(links: readonly Link[], destination: string | undefined): Link | undefined {
  return destination === undefined && links.length === 1 ? links[0] : undefined;
}
