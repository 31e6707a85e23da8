import type { Readable } from 'node:stream';

import type { ServiceRoles } from './iam/roles.ts';
import type { KeyUse } from './kms/key-use.ts';
import type { RequestRates } from './quotas/request-rates.ts';

/** Whose credentials signed a request. */
export interface Principal {
  readonly accessKeyId: string;
  readonly account: string;
  /** `arn:aws:iam::<account>:role/<name>` or `…:user/<name>`. */
  readonly arn: string;
  /** Region in which the caller runs; absent: somewhere outside, such as at somebody's desk. */
  readonly region?: string;
}

/** One authenticated request, before any service has looked at it. */
export interface SandboxRequest {
  readonly service: string;
  /** Region of the SigV4 credential scope: where the client believes it is talking to. */
  readonly region: string;
  readonly principal: Principal;
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes as they are on the wire, aws-chunked framing included. */
  readonly body: Readable;
  /** Host header, without the port: virtual-hosted bucket addressing. */
  readonly host: string;
  readonly requestId: string;
  /** ARN of the Multi-Region Access Point through which it came; the path names the bucket that takes it. */
  readonly accessPoint?: string;
}

export interface SandboxResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
}

/** One AWS service in all Regions. */
export interface Service {
  handle(request: SandboxRequest): Promise<SandboxResponse>;
  /** Name of the operation of this request, e.g. `HeadObject`: for counters and for matching faults; decided without reading the body. */
  operation(request: Omit<SandboxRequest, 'body'>): string;
  close?(): Promise<void>;
}

/** Time of the sandbox. Everything in it asks here; nothing calls `Date.now` or `setTimeout` itself. */
export interface SandboxClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `task` once, `delayMs` of sandbox time from now. Pending tasks never keep the process alive. */
  schedule(delayMs: number, task: () => void | Promise<void>): { cancel(): void };
}

/** A planted fault, as `POST /_holdfast/faults` describes it. Members left out match everything. */
export interface Fault {
  readonly id: string;
  readonly kind:
    | 'flip'
    | 'truncate'
    | 'lose-event'
    | 'duplicate-event'
    | 'delay-event'
    | 'reorder-events'
    | 'throttle'
    | 'kms-throttle'
    | 'deny'
    | 'key-unusable'
    | 'region-outage'
    | 'partition'
    | 'slow'
    | 'hold-delivery'
    | 'lose-answer'
    | 'delay-replication'
    | 'fail-replication'
    | 'lose-replica'
    | 'lose-object'
    | 'crash-function';
  readonly region?: string;
  /** Region of the caller; for `partition` the other side. */
  readonly from?: string;
  readonly service?: string;
  readonly operation?: string;
  readonly bucket?: string;
  /** Exact key, or a prefix when it ends in `*`. */
  readonly key?: string;
  readonly versionId?: string;
  /** Logical name of a function, for `crash-function`. */
  readonly functionName?: string;
  /** How many matches the fault still affects; absent: all, until it is deleted. */
  readonly times?: number;
  /** Chance of each match, 0 to 1, drawn from the seeded random source; absent: always. */
  readonly probability?: number;
  readonly delayMs?: number;
  /** For `flip`: zero-based byte; absent: a random one. For `truncate`: the size in bytes that remains. */
  readonly offset?: number;
  /** For `region-outage`: the connection ends without an answer, where the status would be 503. */
  readonly drop?: boolean;
  /** For `region-outage` and `partition`: no answer ever comes, and the connection stays until the client gives it up. */
  readonly hang?: boolean;
  /** For `region-outage`: the status, 503 where left out. */
  readonly status?: 500 | 503;
  /** For `fail-replication`: the `failureReason` of the event. */
  readonly reason?: string;
}

export interface FaultTarget {
  readonly region?: string;
  readonly from?: string;
  readonly service?: string;
  readonly operation?: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly versionId?: string;
  readonly functionName?: string;
}

export interface Faults {
  /** The first planted fault of this kind that applies to the target, consuming one of its `times`. */
  take(kind: Fault['kind'], target: FaultTarget): Fault | undefined;
}

/** What every service of the sandbox shares. */
export interface World {
  readonly clock: SandboxClock;
  /** Uniform in [0, 1), seeded. */
  readonly random: () => number;
  readonly faults: Faults;
  /** Temporary folder for bodies; removed on close. */
  readonly folder: string;
  readonly account: string;
  /** What S3 asks of KMS; absent: every key is usable by everybody, and KMS is never throttled. */
  readonly keys?: KeyUse;
  /** The roles that S3 is handed; absent: it may do everything under any role. */
  readonly roles?: ServiceRoles;
  /** What S3 takes per second; absent: everything. */
  readonly rates?: RequestRates;
  /** Hands a message to a queue, topic or function by ARN, as S3 and SNS do. Throws when the target does not exist or its policy does not allow the sender. */
  deliver(message: Delivery): Promise<void>;
  /** Puts an event on the default bus of its account and Region; absent: there is no EventBridge. */
  publish?(event: BusEvent): Promise<void>;
}

/** An event as EventBridge carries it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** To the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Delivery {
  readonly targetArn: string;
  readonly body: string;
  /** Service principal that sends, e.g. `s3.amazonaws.com`. */
  readonly sender: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}
