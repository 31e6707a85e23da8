import { type Action, type Alert, isAtLeast, type Severity } from '../model/action.ts';
import type { ObjectEvent } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import { severityOf } from './severity.ts';

export interface Publication {
  /** Every finding of the inspection: severity may need a second witness. */
  readonly all: readonly Finding[];
  /** The least severe that is published. */
  readonly threshold: Severity;
  /** What S3 said that led here. */
  readonly event?: ObjectEvent;
}

/** The alerts that people are to hear, in the order of the findings. */
export function toAlerts(findings: readonly Finding[], { all, threshold, event }: Publication): readonly Action[] {
  return findings
    .map((finding): Alert => {
      const state = finding.verdict === 'violated' ? 'opened' : 'noted';
      return { finding, severity: severityOf(finding, all), state, ...(event === undefined ? {} : { event }) };
    })
    .filter(({ severity }) => isAtLeast(severity, threshold))
    .map((alert) => ({ kind: 'alert', alert }) as const);
}
