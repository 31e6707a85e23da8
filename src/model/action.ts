import type { Baseline } from './facts.ts';
import type { Finding } from './finding.ts';
import type { Look } from './look.ts';
import type { ObjectEvent } from './event.ts';
import type { ObjectRef } from './object.ts';

/** `critical`: data lost, wrong, or about to be; `warning`: a guarantee weakened; `info`: for the record. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Whether `severity` reaches the threshold. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(threshold);
}

/** A finding on its way to people. `noted` wants no answer; `opened` stays open until it is resolved. */
export interface Alert {
  readonly finding: Finding;
  readonly severity: Severity;
  readonly state: 'opened' | 'noted';
  /** What S3 said that led here. */
  readonly event?: ObjectEvent;
}

/** Something to do, decided purely and performed at the rim; doing it twice is harmless. */
export type Action =
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'record-baseline'; readonly object: ObjectRef; readonly baseline: Omit<Baseline, 'recordedAt'> };
