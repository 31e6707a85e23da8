import type { Severity } from './action.ts';
import type { Resolution } from './alert-state.ts';
import type { Finding, Subject } from './finding.ts';

/** Parts of a CloudEvent 1.0 in JSON that every message of Holdfast has. */
interface Envelope {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
}

/** What is told of one cause of alerts, as `docs/alert.schema.json` describes it. */
export interface AlertEvent extends Envelope {
  readonly type: 'holdfast.alert.v1';
  readonly data: AlertData;
}

/** What was noted in a day and wants no answer, as `docs/alert.schema.json` describes it. */
export interface DigestEvent extends Envelope {
  readonly type: 'holdfast.digest.v1';
  readonly data: DigestData;
}

/**
 * Why a notice was sent. `opened`: the cause is new, or has new cases; `repeated`: it is still there; `resolved`: it is over;
 * `noted`: it wants no answer.
 */
export type NoticeState = 'opened' | 'repeated' | 'resolved' | 'noted';

/** What S3 said that led here. */
export interface AlertTrigger {
  readonly name: string;
  readonly at: string;
  readonly principal?: string;
}

export interface AlertData {
  readonly fingerprint: string;
  readonly state: NoticeState;
  readonly severity: Severity;
  readonly verdict: Finding['verdict'];
  readonly code: Finding['code'];
  readonly family: string;
  readonly title: string;
  /** Of the first case, which speaks for all, like everything down to `event`. */
  readonly subject: Subject;
  readonly basis?: Finding['basis'];
  /** Whether the evidence is of what was recorded at the upload, or of the bytes that are stored now. */
  readonly proves?: 'recorded' | 'stored';
  readonly evidence: Finding['evidence'];
  /** The bucket of the replica that was compared, where one was. */
  readonly replica?: Finding['replica'];
  /** Who acts, and with which words. */
  readonly remedy?: Finding['remedy'];
  readonly event?: AlertTrigger;
  /** How often the cause has come, this time included. */
  readonly episode: number;
  /** Number of this notice in its episode. */
  readonly notice: number;
  /** Cases of the episode so far. */
  readonly count: number;
  /** How many of them were seen healed. */
  readonly healed: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** The latest cases, at most ten. */
  readonly examples: readonly AlertExample[];
  readonly resolution?: Resolution;
  /** A command that lists every case and says the remedy whole. */
  readonly list: string;
  /** Somebody tries whether notices arrive: nothing has happened. */
  readonly test?: true;
  /** Members that do not fit into a message and were shortened or left out. */
  readonly cut?: readonly string[];
}

export interface AlertExample {
  readonly subject: Subject;
  readonly evidence: Finding['evidence'];
  readonly at: string;
  readonly event?: AlertTrigger;
}

export interface DigestData {
  readonly region: string;
  readonly from: string;
  readonly until: string;
  readonly title: string;
  /** Those with most cases first. */
  readonly causes: readonly DigestCause[];
  /** Causes that there was no room for. */
  readonly more: number;
  /** New cases of all causes. */
  readonly count: number;
  /** A command that lists all causes. */
  readonly list: string;
}

export interface DigestCause {
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly verdict: Finding['verdict'];
  readonly code: Finding['code'];
  /** What the first case is about, for people. */
  readonly subject: string;
  /** Cases since the last digest. */
  readonly count: number;
  /** Cases so far. */
  readonly total: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** A message as it leaves. */
export interface Rendered<Event> {
  readonly event: Event;
  /** One line of printable ASCII, shorter than 100 characters. */
  readonly title: string;
  /** For filter policies; a list where there is more than one, of which any may match. */
  readonly attributes: AlertAttributes;
  /** A text for each protocol, as SNS takes it with the message structure `json`; with all attributes less than 256 KiB. */
  readonly message: string;
}

export type AlertAttributes = Readonly<Record<string, string | readonly string[]>>;
export type RenderedAlert = Rendered<AlertEvent>;
export type RenderedDigest = Rendered<DigestEvent>;
