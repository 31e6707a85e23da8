import * as buckets from './buckets.ts';
import * as policies from './bucket-policy.ts';
import * as settings from './bucket-settings.ts';
import { completeMultipartUpload } from './complete-upload.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { getObject, headObject } from './get-object.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listMultipartUploads, listParts } from './list-uploads.ts';
import { listObjectVersions } from './list-versions.ts';
import {
  deleteBucketLifecycle,
  getBucketLifecycleConfiguration,
  putBucketLifecycleConfiguration,
} from './lifecycle-operations.ts';
import { abortMultipartUpload, createMultipartUpload } from './multipart-upload.ts';
import { getObjectAttributes } from './object-attributes.ts';
import * as lockOperations from './object-lock-operations.ts';
import * as notificationOperations from './notification-operations.ts';
import * as objectSettings from './object-settings.ts';
import { putObject } from './put-object.ts';
import { RECORDED_OPERATIONS } from './recorded-settings.ts';
import * as replicationOperations from './replication-operations.ts';
import { restoreObject } from './restore.ts';
import type { AnyOperation } from './s3-cloud.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import { headersOf, parameterNames, splitAddress, type Address } from './s3-request.ts';
import { uploadPart, uploadPartCopy } from './upload-part.ts';

/** Everything that the sandbox honours. Of operations with the same method, the one with more conditions comes first. */
export const OPERATIONS: readonly AnyOperation[] = [
  buckets.listBuckets,
  buckets.createBucket,
  buckets.deleteBucket,
  buckets.headBucket,
  buckets.getBucketLocation,
  ...Object.values(settings),
  ...Object.values(policies),
  putBucketLifecycleConfiguration,
  getBucketLifecycleConfiguration,
  deleteBucketLifecycle,
  ...Object.values(notificationOperations),
  ...Object.values(replicationOperations),
  ...RECORDED_OPERATIONS,
  deleteObjects,
  listMultipartUploads,
  listObjectVersions,
  listObjectsV2,
  listObjects,
  createMultipartUpload,
  completeMultipartUpload,
  uploadPartCopy,
  uploadPart,
  abortMultipartUpload,
  listParts,
  getObjectAttributes,
  ...Object.values(objectSettings),
  ...Object.values(lockOperations),
  restoreObject,
  headObject,
  getObject,
  deleteObject,
  copyObject,
  putObject,
].toSorted((a, b) => conditions(b) - conditions(a));

function conditions({ selectors = [], selectingHeader }: AnyOperation): number {
  return selectors.length + (selectingHeader === undefined ? 0 : 1);
}

/** Headers that every operation understands. */
const COMMON_HEADERS: readonly string[] = [
  'x-amz-checksum-*',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-trailer',
  'x-amz-user-agent',
];

/** The operation that a request asks for, by its method, address, parameters and headers. */
export function findOperation(request: Address): AnyOperation | undefined {
  const { bucket, rawKey } = splitAddress(request);
  const on = rawKey !== '' ? 'object' : bucket === '' ? 'account' : 'bucket';
  const headers = headersOf(request);
  return OPERATIONS.find(
    (operation) =>
      operation.on === on &&
      operation.method === request.method &&
      (operation.selectors ?? []).every((name) => request.query.has(name)) &&
      (operation.selectingHeader === undefined || headers[operation.selectingHeader] !== undefined),
  );
}

/** Refuses, by name, whatever of a request its operation would not honour. */
export function refuseUnknown(operation: AnyOperation, request: Address): void {
  const parameters = new Set([...(operation.selectors ?? []), ...(operation.parameters ?? [])]);
  const parameter = parameterNames(request.query).find((name) => !parameters.has(name));
  if (parameter !== undefined) throw notImplemented('parameter', parameter);
  const known = [...COMMON_HEADERS, ...(operation.headers ?? [])];
  const header = Object.keys(headersOf(request)).find(
    (name) => name.startsWith('x-amz-') && !known.some((pattern) => covers(pattern, name)),
  );
  if (header !== undefined) throw notImplemented('header', header);
  if (request.headers['if-range'] !== undefined) throw notImplemented('header', 'if-range');
}

function covers(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

export function unknownOperation({ method }: Address): S3Error {
  return new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    details: { Method: method },
  });
}
