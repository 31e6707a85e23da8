import { causedBy } from './announce.ts';
import { parseAcl, toAccessControlPolicy } from './acl.ts';
import { requestedObject, versionHeaders } from './find-version.ts';
import { receiveText } from './receive.ts';
import type { BucketOperation, Call } from './s3-cloud.ts';
import { notImplemented } from './s3-error.ts';
import type { ReplicatedChange } from './replication-order.ts';
import type { ObjectVersion } from './stored.ts';
import { equalTags, parseTagging, toTagSet } from './tags.ts';
import { buildXml } from './xml.ts';

export const getObjectTagging: BucketOperation = {
  name: 'GetObjectTagging',
  on: 'object',
  method: 'GET',
  selectors: ['tagging'],
  parameters: ['versionId'],
  async run(call) {
    const version = requestedObject(call);
    return {
      status: 200,
      headers: { 'content-type': 'application/xml', ...versionHeaders(call.bucket, version) },
      body: buildXml('Tagging', toTagSet(version.tags)),
    };
  },
};

export const putObjectTagging: BucketOperation = {
  name: 'PutObjectTagging',
  on: 'object',
  method: 'PUT',
  selectors: ['tagging'],
  parameters: ['versionId'],
  async run(call) {
    const tags = parseTagging(await receiveText(call.cloud, call.request));
    const version = requestedObject(call);
    setTags(call, version, { tags, eventName: 'ObjectTagging:Put' });
    return { status: 200, headers: versionHeaders(call.bucket, version) };
  },
};

export const deleteObjectTagging: BucketOperation = {
  name: 'DeleteObjectTagging',
  on: 'object',
  method: 'DELETE',
  selectors: ['tagging'],
  parameters: ['versionId'],
  async run(call) {
    const version = requestedObject(call);
    setTags(call, version, { tags: new Map(), eventName: 'ObjectTagging:Delete' });
    return { status: 204, headers: versionHeaders(call.bucket, version) };
  },
};

function setTags(
  call: Call,
  version: ObjectVersion,
  { tags, eventName }: { readonly tags: ReadonlyMap<string, string>; readonly eventName: string },
): void {
  // Setting what is set already is no event.
  if (equalTags(tags, version.tags)) return;
  version.tags = tags;
  changed(call, version, { name: eventName, change: 'tags' });
}

function changed(
  { cloud, bucket, request }: Call,
  version: ObjectVersion,
  { name, change }: { readonly name: string; readonly change: Exclude<ReplicatedChange, 'created'> },
): void {
  const { key, versionId, etag } = version;
  cloud.events.announce(bucket, { name, key, versionId, etag }, causedBy(request.raw));
  cloud.replication.modified(bucket, version, change);
}

export const getObjectAcl: BucketOperation = {
  name: 'GetObjectAcl',
  on: 'object',
  method: 'GET',
  selectors: ['acl'],
  parameters: ['versionId'],
  async run(call) {
    const version = requestedObject(call);
    return {
      status: 200,
      headers: { 'content-type': 'application/xml', ...versionHeaders(call.bucket, version) },
      body: buildXml('AccessControlPolicy', toAccessControlPolicy(version, call.bucket)),
    };
  },
};

/** Canned ACLs only. */
export const putObjectAcl: BucketOperation = {
  name: 'PutObjectAcl',
  on: 'object',
  method: 'PUT',
  selectors: ['acl'],
  parameters: ['versionId'],
  headers: ['x-amz-acl'],
  async run(call) {
    const { request, bucket } = call;
    const acl = parseAcl(request.headers['x-amz-acl'], bucket);
    if (acl === undefined) throw notImplemented('element', 'AccessControlPolicy');
    const version = requestedObject(call);
    if (acl !== version.acl) {
      version.acl = acl;
      changed(call, version, { name: 'ObjectAcl:Put', change: 'acl' });
    }
    return { status: 200, headers: versionHeaders(bucket, version) };
  },
};
