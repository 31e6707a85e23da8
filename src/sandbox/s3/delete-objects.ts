import { causedBy } from './announce.ts';
import { checkWriteConditions } from './preconditions.ts';
import { findVersion, requestedVersionId } from './find-version.ts';
import { wholeSecond } from './identifiers.ts';
import { expectMfa } from './mfa.ts';
import { expectDeletable } from './object-lock.ts';
import { receiveText } from './receive.ts';
import type { BucketOperation, Call } from './s3-cloud.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import type { DeleteMarker } from './stored.ts';
import { removeNullVersion } from './write-version.ts';
import { buildXml, malformedXml, parseXml, type XmlElement, type XmlObject } from './xml.ts';

const MOST_KEYS = 1000;

/** What a delete did. */
interface Deletion {
  /** Of the version that is gone, or of the marker that was made. */
  readonly versionId?: string;
  /** Whether that version is, or was, a delete marker. */
  readonly deleteMarker: boolean;
}

export const deleteObject: BucketOperation = {
  name: 'DeleteObject',
  on: 'object',
  method: 'DELETE',
  parameters: ['versionId'],
  headers: ['x-amz-bypass-governance-retention', 'x-amz-mfa'],
  async run(call) {
    const versionId = requestedVersionId(call);
    if (call.request.headers['if-match'] !== undefined) {
      checkWriteConditions(call.request.headers, findVersion(call.bucket, call.request.key, versionId));
    }
    const deletion = await remove(call, versionId);
    return {
      status: 204,
      headers: {
        ...(deletion.versionId === undefined ? {} : { 'x-amz-version-id': deletion.versionId }),
        ...(deletion.deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
      },
    };
  },
};

export const deleteObjects: BucketOperation = {
  name: 'DeleteObjects',
  on: 'bucket',
  method: 'POST',
  selectors: ['delete'],
  headers: ['x-amz-bypass-governance-retention', 'x-amz-mfa'],
  async run(call) {
    const { cloud, request } = call;
    const { headers } = request;
    const checked =
      headers['content-md5'] !== undefined ||
      Object.keys(headers).some((name) => /^x-amz-(checksum-|trailer)/.test(name));
    if (!checked)
      throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
    const root = parseXml(await receiveText(cloud, request), 'Delete').expectOnly('Object', 'Quiet');
    const entries = root.children('Object');
    if (entries.length === 0 || entries.length > MOST_KEYS) throw malformedXml();
    const quiet = root.text('Quiet') === 'true';
    const deleted: XmlObject[] = [];
    const refused: XmlObject[] = [];
    for (const entry of entries) {
      const { Key, VersionId } = parseEntry(entry);
      try {
        const deletion = await remove({ ...call, request: { ...request, key: Key } }, VersionId);
        const marker = deletion.deleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: deletion.versionId } : {};
        deleted.push({ Key, VersionId, ...marker });
      } catch (error) {
        // One object that cannot go does not save the others.
        if (!(error instanceof S3Error)) throw error;
        refused.push({ Key, VersionId, Code: error.code, Message: error.message });
      }
    }
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: buildXml('DeleteResult', { Deleted: quiet ? [] : deleted, Error: refused }),
    };
  },
};

function parseEntry(entry: XmlElement): { readonly Key: string; readonly VersionId: string | undefined } {
  entry.expectOnly('Key', 'VersionId');
  const Key = entry.requireText('Key');
  if (Key === '') throw invalidArgument('Key', '', 'User key must have a length greater than 0.');
  return { Key, VersionId: entry.text('VersionId') };
}

async function remove(call: Call, versionId: string | undefined): Promise<Deletion> {
  const { bucket } = call;
  if (versionId === undefined && bucket.versioning !== undefined) return await createMarker(call);
  return await removeVersion(call, versionId ?? 'null');
}

async function removeVersion(call: Call, versionId: string): Promise<Deletion> {
  const { cloud, bucket, request } = call;
  if (bucket.mfaDelete) expectMfa(call);
  const named = bucket.versioning === undefined ? {} : { versionId };
  const version = findVersion(bucket, request.key, versionId);
  if (version === undefined) return { ...named, deleteMarker: false };
  if (version.kind === 'object') expectDeletable(cloud, version, request.headers);
  bucket.objects.remove(version);
  if (version.replica) bucket.hardDeleted.add(`${versionId} ${version.key}`);
  if (version.kind === 'object') await cloud.bodies.release(version.body);
  cloud.events.announce(
    bucket,
    { name: 'ObjectRemoved:Delete', key: version.key, versionId, sequencer: cloud.nextSequencer() },
    causedBy(request.raw),
  );
  return { ...named, deleteMarker: version.kind === 'delete-marker' };
}

async function createMarker(call: Call): Promise<Deletion> {
  const { cloud, bucket, request } = call;
  const suspended = bucket.versioning === 'Suspended';
  const replaced = suspended ? removeNullVersion(call) : undefined;
  const marker: DeleteMarker = {
    kind: 'delete-marker',
    key: request.key,
    versionId: suspended ? 'null' : cloud.newVersionId(),
    lastModifiedMs: wholeSecond(cloud.world.clock.now()),
    sequencer: cloud.nextSequencer(),
    replica: false,
  };
  bucket.objects.add(marker);
  const { key, versionId, sequencer } = marker;
  cloud.events.announce(
    bucket,
    { name: 'ObjectRemoved:DeleteMarkerCreated', key, versionId, sequencer, etag: 'd41d8cd98f00b204e9800998ecf8427e' },
    causedBy(request.raw),
  );
  cloud.replication.created(bucket, marker);
  if (replaced?.kind === 'object') await cloud.bodies.release(replaced.body);
  return { versionId, deleteMarker: true };
}
