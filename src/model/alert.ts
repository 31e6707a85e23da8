import type { Alert, Severity } from './action.ts';
import type { Finding, Subject } from './finding.ts';

/** A CloudEvent 1.0 in JSON, as `docs/alert.schema.json` describes it. */
export interface AlertEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: 'holdfast.alert.v1';
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: AlertData;
}

export interface AlertData {
  readonly fingerprint: string;
  readonly state: Alert['state'];
  readonly severity: Severity;
  readonly verdict: Finding['verdict'];
  readonly code: Finding['code'];
  readonly family: string;
  readonly title: string;
  readonly subject: Subject;
  readonly basis?: Finding['basis'];
  /** Whether the evidence is of what was recorded at the upload, or of the bytes that are stored now. */
  readonly proves?: 'recorded' | 'stored';
  readonly evidence: Finding['evidence'];
  /** The bucket of the replica that was compared, where one was. */
  readonly replica?: Finding['replica'];
  /** Who acts, and with which words. */
  readonly remedy?: Finding['remedy'];
  readonly event?: { readonly name: string; readonly at: string; readonly principal?: string };
}

/** An alert as it leaves: ready to be published, stored or shown. */
export interface RenderedAlert {
  readonly event: AlertEvent;
  /** One line of printable ASCII, shorter than 100 characters. */
  readonly title: string;
  /** For filter policies. */
  readonly attributes: Readonly<Record<string, string>>;
}
