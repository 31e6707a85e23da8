import type { SandboxResponse, World } from '../service.ts';
import type { BodyStore } from './body-store.ts';
import type { Announcer } from './announce.ts';
import type { LifecycleRunner } from './run-lifecycle.ts';
import type { Replicator } from './replicate.ts';
import type { S3Request } from './s3-request.ts';
import type { Bucket } from './stored.ts';

/** S3 in all Regions: what the operations share. */
export interface S3Cloud {
  readonly world: World;
  /** By name: bucket names are unique across Regions. */
  readonly buckets: Map<string, Bucket>;
  readonly bodies: BodyStore;
  readonly events: Announcer;
  readonly replication: Replicator;
  readonly lifecycle: LifecycleRunner;
  /** Grows with every call: 18 hexadecimal digits, the time in front. */
  nextSequencer(): string;
  newVersionId(): string;
}

/** A request to an existing bucket in the right Region. */
export interface Call {
  readonly cloud: S3Cloud;
  readonly request: S3Request;
  readonly bucket: Bucket;
  readonly operation: string;
}

/** One operation of S3, and how a request for it is recognised. */
export interface Operation {
  readonly name: string;
  readonly on: 'account' | 'bucket' | 'object';
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Query parameters that a request must have to be this operation. */
  readonly selectors?: readonly string[];
  /** Header that a request must have to be this operation. */
  readonly selectingHeader?: string;
  /** Query parameters that are honoured beside the selectors. */
  readonly parameters?: readonly string[];
  /** `x-amz-…` headers that are honoured; a name may end in `*`. */
  readonly headers?: readonly string[];
}

export interface BucketOperation extends Operation {
  run(call: Call): Promise<SandboxResponse>;
}

/** Operations that make sense without an existing bucket in the Region of the request. */
export interface FreeOperation extends Operation {
  readonly free: true;
  run(cloud: S3Cloud, request: S3Request): Promise<SandboxResponse>;
}

export type AnyOperation = BucketOperation | FreeOperation;
