import type { SandboxRequest, SandboxResponse, Service, World } from '../service.ts';
import { createAnnouncer } from './announce.ts';
import { createBatchAccess, type BatchAccess } from './batch-access.ts';
import { createBodyStore } from './body-store.ts';
import { requireBucket } from './buckets.ts';
import { damage, type Damage, type Damaged } from './damage.ts';
import { faultTarget } from './fault-target.ts';
import { requireObject } from './find-version.ts';
import { createSequencer, randomIdentifier } from './identifiers.ts';
import { findOperation, refuseUnknown, unknownOperation } from './operations.ts';
import { createLifecycleRunner } from './run-lifecycle.ts';
import { createReplicator } from './replicate.ts';
import type { ReplicationNumbers } from './replication-numbers.ts';
import type { Call, S3Cloud } from './s3-cloud.ts';
import { S3Error } from './s3-error.ts';
import { hostIdOf, toS3Request, type S3Request } from './s3-request.ts';
import type { Bucket, Version } from './stored.ts';
import { buildErrorXml } from './xml.ts';

export interface VersionAddress {
  readonly bucket: string;
  readonly key: string;
  /** Absent: the current version. */
  readonly versionId?: string;
}

/** S3 in all Regions, and what only its owner can do to it. */
export interface S3Service extends Service {
  /** Damages a stored version underneath S3. Rejects where there is no such object. */
  corrupt(target: VersionAddress, planned: Damage): Promise<Damaged & { readonly versionId: string }>;
  /** Raw material of the replication metrics: every rule that has metrics, as it stands now. */
  replicationNumbers(): readonly ReplicationNumbers[];
  /** Every bucket with its Region. */
  buckets(): readonly { readonly name: string; readonly region: string; readonly versioning: Bucket['versioning'] }[];
  /** Every version of a bucket: keys in S3's order, the newest first. */
  versions(bucket: string): readonly StoredVersion[];
  /** Whose a bucket is, and what its policy says. */
  ownership(bucket: string): Pick<Bucket, 'account' | 'policy'> | undefined;
  /** What Batch Operations does underneath S3. */
  readonly batch: BatchAccess;
  /** What is under way: replicas not settled, events not delivered. */
  pending(): { readonly replicas: number; readonly events: number };
  /** Resolves when nothing is under way. Sandbox time must pass for that. */
  idle(): Promise<void>;
}

export interface StoredVersion extends Required<VersionAddress> {
  readonly deleteMarker: boolean;
  /** As recorded, and as stored: they differ only after damage. */
  readonly sizeBytes: number;
  readonly storedBytes: number;
  readonly replicationStatus?: Version['replicationStatus'] & string;
}

const VERSION_ID_LENGTH = 32;
const IDLE_CHECK_MS = 20;

export function createS3(world: World): S3Service {
  const buckets = new Map<string, Bucket>();
  const bodies = createBodyStore(world.folder);
  const events = createAnnouncer(world);
  const nextSequencer = createSequencer(world);
  const newVersionId = (): string => randomIdentifier(world.random, VERSION_ID_LENGTH);
  const site = { world, buckets, bodies, events };
  const cloud: S3Cloud = {
    ...site,
    replication: createReplicator(site),
    lifecycle: createLifecycleRunner({ ...site, nextSequencer, newVersionId }),
    nextSequencer,
    newVersionId,
  };
  const pending = (): { replicas: number; events: number } => ({
    replicas: cloud.replication.pending(),
    events: events.pending(),
  });

  return {
    operation: (request) => findOperation(request)?.name ?? 'Unknown',
    async handle(request) {
      try {
        return withIds(request, await run(cloud, request));
      } catch (error) {
        if (error instanceof S3Error) return withIds(request, toResponse(request, error));
        throw error;
      }
    },
    async corrupt(target, planned) {
      const bucket = requireBucket(buckets, target.bucket);
      const version = requireObject(bucket, target.key, target.versionId);
      return { versionId: version.versionId, ...(await damage(cloud, { bucket, version }, planned)) };
    },
    buckets: () => [...buckets.values()].map(({ name, region, versioning }) => ({ name, region, versioning })),
    versions(name) {
      const { objects } = requireBucket(buckets, name);
      return [...objects.keys()].flatMap((key) => objects.versions(key).map((version) => describe(name, version)));
    },
    replicationNumbers: () => cloud.replication.numbers(),
    ownership: (name) => buckets.get(name),
    batch: createBatchAccess(cloud),
    pending,
    async idle() {
      while (pending().replicas + pending().events > 0) {
        await new Promise<void>((resolve) => void world.clock.schedule(IDLE_CHECK_MS, resolve));
      }
    },
  };
}

function describe(bucket: string, version: Version): StoredVersion {
  const { key, versionId, replicationStatus } = version;
  return {
    bucket,
    key,
    versionId,
    deleteMarker: version.kind === 'delete-marker',
    sizeBytes: version.kind === 'object' ? version.sizeBytes : 0,
    storedBytes: version.kind === 'object' ? version.body.sizeBytes : 0,
    ...(replicationStatus === undefined ? {} : { replicationStatus }),
  };
}

async function run(cloud: S3Cloud, raw: SandboxRequest): Promise<SandboxResponse> {
  const operation = findOperation(raw);
  if (operation === undefined) throw unknownOperation(raw);
  refuseUnknown(operation, raw);
  const request = toS3Request(raw);
  if ('free' in operation) return await operation.run(cloud, request);
  const bucket = requireBucket(cloud.buckets, request.bucket);
  if (bucket.region !== raw.region) throw wrongRegion(bucket);
  expectOwner(request, bucket);
  const call: Call = { cloud, request, bucket, operation: operation.name };
  applyFaults(call);
  return await operation.run(call);
}

/** One port serves all Regions, so the Region that a client believes in is the one that it signs for. */
function wrongRegion({ name, region }: Bucket): S3Error {
  return new S3Error(
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    {
      details: { Bucket: name, Endpoint: `s3.${region}.amazonaws.com`, Region: region },
      headers: { 'x-amz-bucket-region': region },
    },
  );
}

function expectOwner({ headers }: S3Request, { account }: Bucket): void {
  const expected = headers['x-amz-expected-bucket-owner'];
  if (expected !== undefined && expected !== account) throw new S3Error('AccessDenied', 'Access Denied');
}

function applyFaults(call: Call): void {
  const { faults } = call.cloud.world;
  const target = faultTarget(call);
  if (faults.take('deny', target) !== undefined) throw new S3Error('AccessDenied', 'Access Denied');
  if (faults.take('throttle', target) !== undefined) throw new S3Error('SlowDown', 'Please reduce your request rate.');
}

function withIds({ requestId }: SandboxRequest, response: SandboxResponse): SandboxResponse {
  return {
    ...response,
    headers: { ...response.headers, 'x-amz-request-id': requestId, 'x-amz-id-2': hostIdOf(requestId) },
  };
}

/** The answer to a HEAD has no body, whatever it is. */
function toResponse({ method, requestId, rawPath }: SandboxRequest, error: S3Error): SandboxResponse {
  const { status, code, message, details, headers } = error;
  if (method === 'HEAD') return { status, headers };
  const HostId = hostIdOf(requestId);
  const body = buildErrorXml({
    Code: code,
    Message: message,
    ...details,
    Resource: rawPath,
    RequestId: requestId,
    HostId,
  });
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}
