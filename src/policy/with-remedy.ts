import type { ObjectFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import type { FailureContext } from './failure-places.ts';
import { replicaRemedy } from './replica-remedy.ts';
import { remedyOf } from './replication-failure.ts';
import { remedyOfReport } from './report-remedy.ts';

/** A finding that S3 itself reported, or one about a replica, with who acts and in which words; every other one as it is. */
export function withRemedy(finding: Finding, facts: Pick<ObjectFacts, 'event' | 'report'>): Finding {
  switch (finding.code) {
    case 'replication-failed': {
      const { class: kind, remedy } = remedyOf(facts.event.replication?.failureReason, toContext(facts));
      return { ...finding, remedy, evidence: { ...finding.evidence, failureClass: kind } };
    }
    case 'replication-missed-threshold':
    case 'replication-late':
    case 'replication-not-tracked':
      return { ...finding, remedy: remedyOfReport(finding.code, toContext(facts)) };
    default: {
      const remedy = replicaRemedy(finding);
      return remedy === undefined ? finding : { ...finding, remedy };
    }
  }
}

function toContext({ event, report }: Pick<ObjectFacts, 'event' | 'report'>): FailureContext {
  const { rules, link } = report ?? {};
  return {
    object: event.object,
    ...(event.replication && { report: event.replication }),
    ...(link && { link }),
    ...(rules?.state === 'present' ? { settings: rules.value } : {}),
  };
}
