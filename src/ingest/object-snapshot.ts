import { type Checksum, type ChecksumAlgorithm, type ChecksumType, isChecksumAlgorithm } from '../model/checksum.ts';
import type { Encryption } from '../model/encryption.ts';
import type { ETag } from '../model/etag.ts';
import type { ObjectLock, ObjectState, ReplicationStatus } from '../model/facts.ts';
import * as fields from './fields.ts';
import { member, type Found } from './fields.ts';
import { count, dictionary, flag, list, oneOf, optional, text, texts } from './message-fields.ts';

const ENCRYPTIONS: Readonly<Record<Encryption, true>> = {
  none: true,
  'sse-s3': true,
  'sse-kms': true,
  'dsse-kms': true,
  'sse-c': true,
  other: true,
};
const ETAG_KINDS: Readonly<Record<ETag['kind'], true>> = { 'content-md5': true, multipart: true, opaque: true };
const CHECKSUM_TYPES: Readonly<Record<ChecksumType, true>> = { FULL_OBJECT: true, COMPOSITE: true };
const ARCHIVES: Readonly<Record<NonNullable<ObjectState['archive']>, true>> = { archived: true, restoring: true };
const STATUSES: Readonly<Record<ReplicationStatus, true>> = {
  PENDING: true,
  COMPLETED: true,
  FAILED: true,
  REPLICA: true,
};

/** The state of an object version as it travels in our own messages. */
export function readSnapshot(found: Found): ObjectState {
  const at = (name: string): Found => member(found, name);
  const bucketKeyEnabled = optional(at('bucketKeyEnabled'), flag);
  const archive = optional(at('archive'), (value) => oneOf(value, ARCHIVES));
  const replicationStatus = optional(at('replicationStatus'), (value) => oneOf(value, STATUSES));
  const system = optional(at('system'), dictionary);
  const lock = optional(at('lock'), readLock);
  const tagCount = optional(at('tagCount'), count);
  const expiration = optional(at('expiration'), readExpiration);
  return {
    ...texts(found, ['versionId', 'kmsKeyId', 'contentEncoding']),
    sizeBytes: count(at('sizeBytes')),
    etag: readETag(at('etag')),
    checksums: list(at('checksums'), readChecksum),
    encryption: oneOf(at('encryption'), ENCRYPTIONS),
    ...(bucketKeyEnabled === undefined ? {} : { bucketKeyEnabled }),
    storageClass: text(at('storageClass')),
    ...(archive === undefined ? {} : { archive }),
    lastModifiedAt: fields.requiredTime(at('lastModifiedAt')),
    ...(replicationStatus === undefined ? {} : { replicationStatus }),
    ...(system === undefined ? {} : { system }),
    ...(lock === undefined ? {} : { lock }),
    ...(tagCount === undefined ? {} : { tagCount }),
    ...(expiration === undefined ? {} : { expiration }),
    metadata: dictionary(at('metadata')),
  };
}

function readETag(found: Found): ETag {
  const kind = oneOf(member(found, 'kind'), ETAG_KINDS);
  if (kind === 'opaque') return { kind, value: text(member(found, 'value')) };
  const hex = text(member(found, 'hex'));
  return kind === 'content-md5' ? { kind, hex } : { kind, hex, partCount: count(member(found, 'partCount')) };
}

function readChecksum(found: Found): Checksum {
  return {
    algorithm: readAlgorithm(member(found, 'algorithm')),
    type: oneOf(member(found, 'type'), CHECKSUM_TYPES),
    base64: text(member(found, 'base64')),
  };
}

function readAlgorithm(found: Found): ChecksumAlgorithm {
  const name = text(found);
  return isChecksumAlgorithm(name) ? name : fields.refuseName(found, 'a checksum algorithm');
}

function readLock(found: Found): ObjectLock {
  const retainUntilAt = optional(member(found, 'retainUntilAt'), fields.requiredTime);
  const legalHold = optional(member(found, 'legalHold'), flag);
  return {
    ...texts(found, ['mode']),
    ...(retainUntilAt === undefined ? {} : { retainUntilAt }),
    ...(legalHold === undefined ? {} : { legalHold }),
  };
}

function readExpiration(found: Found): NonNullable<ObjectState['expiration']> {
  return { expiresAt: fields.requiredTime(member(found, 'expiresAt')), ruleId: text(member(found, 'ruleId')) };
}
