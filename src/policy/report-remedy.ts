import { awsCommand, holdfastCommand, quote } from '../model/shell-command.ts';
import type { Remedy } from '../model/finding.ts';
import { type FailureContext, type Places, toPlaces } from './failure-places.ts';
import { headReplica, headSource, repairFailed } from './failure-steps.ts';

/** What S3 Replication Time Control says of a version that is not, or was not, in time. */
export type TimeControlCode = 'replication-missed-threshold' | 'replication-late' | 'replication-not-tracked';

/** What a person does about a version that S3 reports to be late, with the real names as far as the context has them. */
export function remedyOfReport(code: TimeControlCode, context: FailureContext): Remedy {
  const places = toPlaces(context);
  return REMEDIES[code](places, holdfastCommand(`status ${quote(places.pair)}`));
}

const REMEDIES: Readonly<Record<TimeControlCode, (places: Places, status: string) => Remedy>> = {
  'replication-missed-threshold': (places, status) => ({
    who: `owner of the pair ${places.pair}`,
    what: 'See whether this version is late, or the whole pair; S3 is still trying, and nothing must be repaired now.',
    commands: [status, headSource(places, 'ReplicationStatus'), listPendingMetrics(places)],
  }),
  'replication-late': (_, status) => ({
    who: 'nobody',
    what: 'Nothing for this version, which has arrived; if it happens again and again, look at the lag of the pair.',
    commands: [status],
  }),
  'replication-not-tracked': (places) => ({
    who: `owner of the pair ${places.pair}`,
    what: 'Ask the version itself; repair it only if the source says FAILED.',
    commands: [headSource(places, 'ReplicationStatus'), headReplica(places, 'ReplicationStatus'), repairFailed(places)],
  }),
};

/** The metrics of what is pending are in the Region of the destination; which there are, with their dimensions. */
function listPendingMetrics({ source, destination, rule }: Places): string {
  const names = [`Name=SourceBucket,Value=${source.bucket}`, `Name=DestinationBucket,Value=${destination.bucket}`];
  const ofRule = rule === undefined ? [] : [`Name=RuleId,Value=${rule.id}`];
  const dimensions = [...names, ...ofRule].map((dimension) => quote(dimension)).join(' '); // several words
  return awsCommand(`cloudwatch list-metrics --dimensions ${dimensions}`, {
    region: destination.region,
    namespace: 'AWS/S3',
    'metric-name': 'BytesPendingReplication',
  });
}
