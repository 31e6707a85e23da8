import type { Baseline } from './facts.ts';
import type { Finding } from './finding.ts';
import type { Look } from './look.ts';
import type { ObjectEvent } from './event.ts';
import type { ObjectRef } from './object.ts';
import type { PeerMessage } from './peer-message.ts';
import type { PendingVersion } from './pending.ts';

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

/** Where a peer queue is. */
export interface PeerAddress {
  readonly region: string;
  readonly account: string;
}

/** Something to do, decided purely and performed at the rim; doing it twice is harmless. */
export type Action =
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'look'; readonly look: Look }
  /** Tell the stack of another Region (or our own) something about a link. */
  | { readonly kind: 'tell-peer'; readonly to: PeerAddress; readonly message: PeerMessage }
  /** Write into our own list of pending versions, whose destination is in this Region. */
  | { readonly kind: 'note-pending'; readonly version: PendingVersion }
  | { readonly kind: 'forget-pending'; readonly version: Pick<PendingVersion, 'link' | 'object' | 'createdAt'> }
  /** Remember that looks at single versions of a link have stopped, or have started again. */
  | { readonly kind: 'note-bulk'; readonly link: string; readonly on: boolean }
  /** Remember how far the looks of a link have come. */
  | { readonly kind: 'note-progress'; readonly link: string; readonly eventAt: Date; readonly idle?: true }
  | { readonly kind: 'record-baseline'; readonly object: ObjectRef; readonly baseline: Omit<Baseline, 'recordedAt'> };
